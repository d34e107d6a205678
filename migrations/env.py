"""Runs the migrations: one transaction each, batch mode on SQLite so that the same files serve both databases."""

from alembic import context
from flask import current_app

from survey_app.db import db

engine = current_app.extensions["migrate"].db.engine


def run() -> None:
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=engine.dialect.name == "sqlite",
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
