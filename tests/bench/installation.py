"""Fresh databases to measure on, outside of pytest."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from config import load_settings
from survey_app import create_app
from survey_app.db import db
from survey_app.memory import settle
from tests.databases import PostgreSQLServer, administer

KINDS = ("sqlite", "postgresql")


@contextmanager
def installation(kind: str, url: str | None = None) -> Iterator[Flask]:
    """A migrated installation without anything in it, gone afterwards; that behind `url` stays, with what is in it."""
    if url is not None:
        yield from _application(url)
        return
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="survey-bench-") as directory:
            yield from _application(f"sqlite:///{Path(directory) / 'bench.db'}")
        return
    server = PostgreSQLServer()
    try:
        administer(server.url("postgres"), "CREATE DATABASE {}", "bench")
        yield from _application(server.url("bench"))
    finally:
        server.stop()


def say(text: str) -> None:
    """One line of the account, at once."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", flush=True)


def _application(url: str) -> Iterator[Flask]:
    environ = {
        "SURVEY_ENV": "testing",
        "SURVEY_SECRET_KEY": "t" * 40,
        "SURVEY_DATABASE_URL": url,
        "SURVEY_ADDRESS_LIMIT": "100000000",
    }
    app = create_app(load_settings(environ))
    with app.app_context():
        upgrade()
    settle()
    try:
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
