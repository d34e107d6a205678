"""The database: one declarative Base, portable column types, durable connections, and the edge's transaction().

SQLite runs in WAL with synchronous=FULL (an acknowledged answer survives a power cut), foreign keys on, and every
write starts with BEGIN IMMEDIATE so that two writers queue instead of failing half-way. PostgreSQL commits
synchronously.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, MetaData, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

from config import ROOT

BUSY_SECONDS = 15
# recursive_triggers: without it INSERT OR REPLACE would slip past the triggers that freeze published versions.
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "recursive_triggers=ON")
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
REFERENCE = {"distribution": "reference"}
BY_AGENCY = {"distribution": "agency_id"}
Json = JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    """The one declarative base; table names are explicit."""

    metadata = MetaData(naming_convention=NAMES)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database, on both databases."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
migrate = Migrate()


@contextmanager
def transaction() -> Iterator[None]:
    """One write transaction of the current session: commits at the end, rolls back on any error.

    A read that the session had open ends first: SQLite cannot safely turn a reader into a writer.
    Actions inside flush and never commit.
    """
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made outside of transaction()")
    if session.in_transaction():
        session.commit()
    session.connection(execution_options={"sqlite_begin": "BEGIN IMMEDIATE"})
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise


def forget_deleted(*tables: str, rewrite: bool = False) -> None:
    """Call after a deletion is committed: nothing of what was there is left for who holds the files.

    SQLite overwrites what it deletes, but its log of writes holds the pages as they were: it is emptied; what other
    connections still read stays until the next time, and writers wait meanwhile, so not for long. PostgreSQL keeps
    deleted rows, and in which transaction they were deleted, until the tables are vacuumed; their bytes stay in the
    file until it is written anew (`rewrite`, which locks the table meanwhile).
    """
    if db.engine.dialect.name == "sqlite":
        connection = db.engine.raw_connection()
        cursor = connection.cursor()
        for pragma in ("busy_timeout=1000", "wal_checkpoint(TRUNCATE)", f"busy_timeout={BUSY_SECONDS * 1000}"):
            cursor.execute(f"PRAGMA {pragma}")
        connection.close()
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as vacuuming:
        for table in tables:
            vacuuming.exec_driver_sql(f"VACUUM (SKIP_LOCKED, FULL {rewrite}) {table}")


def init_app(app: Flask) -> None:
    url: str = app.config["SETTINGS"].database_url
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    if url.startswith("postgresql"):
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
            "pool_pre_ping": True,
            "pool_recycle": 300,
            # Named statements do not survive a pooler in transaction mode.
            "connect_args": {"prepare_threshold": None},
        }
    else:
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"connect_args": {"timeout": BUSY_SECONDS}, "pool_size": 16}
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))


@event.listens_for(Engine, "connect")
def _prepare_connection(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        # The begin event below opens transactions; the driver must not.
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return
    autocommit, connection.autocommit = connection.autocommit, True
    # "off" would acknowledge answers that a crash can lose; stronger levels stay as the operator set them.
    connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
    )
    connection.autocommit = autocommit


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))
