"""What every test lives in: both databases, an application over a fresh copy, its client, commands and session."""

import contextvars
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from flask_migrate import upgrade
from hypothesis import HealthCheck, settings
from sqlalchemy.orm import Session, scoped_session

from config import load_settings
from survey_app import create_app
from survey_app.db import db
from tests.databases import (
    KINDS,
    Databases,
    PostgreSQLDatabases,
    PostgreSQLServer,
    PostgreSQLUnavailable,
    SQLiteDatabases,
)
from tests.needs import missing

SERVER = pytest.StashKey[PostgreSQLServer]()
# No test measures time, and no example changes what a fixture holds.
settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.load_profile("house")


class OwnContextClient(FlaskClient):
    """Each request in an application context of its own, as in a server, even where the test holds one open."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return contextvars.Context().run(super().open, *args, **kwargs)


class OwnContextRunner(FlaskCliRunner):
    """Each command in an application context of its own, as on a command line."""

    def invoke(self, *args: Any, **kwargs: Any) -> Any:
        return contextvars.Context().run(super().invoke, *args, **kwargs)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--databases", default=",".join(KINDS), help="which of sqlite,postgresql to test on")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen = config.getoption("databases").split(",")
    wanted = [item for item in items if _database_kind(item) in (None, *chosen)]
    config.hook.pytest_deselected(items=[item for item in items if _database_kind(item) not in (None, *chosen)])
    items[:] = wanted


def _database_kind(item: pytest.Item) -> str | None:
    call = getattr(item, "callspec", None)
    return call.params.get("database_kind") if call else None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Under xdist: one PostgreSQL server for all workers, owned by the controller."""
    if "postgresql" not in node.config.getoption("databases"):
        return
    try:
        node.workerinput["postgresql"] = str(_server(node.config).directory)
    except PostgreSQLUnavailable as error:
        node.workerinput["postgresql_error"] = str(error)


def pytest_unconfigure(config: pytest.Config) -> None:
    if server := config.stash.get(SERVER, None):
        server.stop()


def _server(config: pytest.Config) -> PostgreSQLServer:
    if SERVER not in config.stash:
        config.stash[SERVER] = PostgreSQLServer()
    return config.stash[SERVER]


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Which database this test runs on: every test that asks for an application runs on each."""
    return str(request.param)


@pytest.fixture(scope="session")
def postgresql_directory(request: pytest.FixtureRequest) -> str:
    """The socket directory of the session's PostgreSQL server, started at the first need."""
    given = getattr(request.config, "workerinput", {})
    if error := given.get("postgresql_error"):
        missing(error)
    try:
        return str(given["postgresql"] if given else _server(request.config).directory)
    except PostgreSQLUnavailable as error:
        missing(str(error))


@pytest.fixture(scope="session")
def templates() -> dict[str, Databases]:
    """The databases already migrated in this session, by kind; filled by `databases`."""
    return {}


@pytest.fixture
def databases(
    request: pytest.FixtureRequest,
    database_kind: str,
    templates: dict[str, Databases],
    tmp_path_factory: pytest.TempPathFactory,
) -> Databases:
    """Where this test's database comes from; migrated at the first need of the session."""
    if database_kind not in templates:
        if database_kind == "sqlite":
            templates["sqlite"] = SQLiteDatabases(tmp_path_factory.mktemp("sqlite"), migrate)
        else:
            directory = request.getfixturevalue("postgresql_directory")
            templates["postgresql"] = PostgreSQLDatabases(directory, migrate)
    return templates[database_kind]


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A fresh database with everything that the migrations bring (the questionnaire `five-criteria` too)."""
    url = databases.create()
    yield url
    databases.drop(url)


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    """An application over a fresh database."""
    app = application(database_url)
    yield app
    close(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript; sees what is committed."""
    return app.test_client()


@pytest.fixture
def cli(app: Flask) -> FlaskCliRunner:
    """`cli.invoke(args=["tallies", "fold"])`; sees what is committed."""
    return app.test_cli_runner()


@pytest.fixture
def session(app: Flask) -> Iterator[scoped_session[Session]]:
    """The database session inside an open application context; commit before a client or a command looks."""
    with app.app_context():
        yield db.session


def application(database_url: str) -> Flask:
    """The application as tests run it, over a migrated database."""
    environ = {"SURVEY_ENV": "testing", "SURVEY_SECRET_KEY": "t" * 40, "SURVEY_DATABASE_URL": database_url}
    app = create_app(load_settings(environ))
    app.test_client_class = OwnContextClient
    app.test_cli_runner_class = OwnContextRunner
    return app


def migrate(database_url: str) -> None:
    """Bring an empty database to the newest migration."""
    app = application(database_url)
    with app.app_context():
        upgrade()
    close(app)


def close(app: Flask) -> None:
    """Give every connection of the application back."""
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
