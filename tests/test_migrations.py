"""Migrations go up, down and up again on both databases, and leave exactly what the models say."""

import json
from datetime import date
from hashlib import sha256

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from survey_app.db import db, transaction
from survey_app.responses.actions import exclude_response
from survey_app.tallies.actions import fold, rebuild, verify
from survey_app.tallies.models import Tally
from tests.factories import an_id, make_agency, make_response, make_survey


def _schema() -> dict[str, object]:
    inspector = inspect(db.engine)
    return {
        table: (
            [(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)],
            sorted(inspector.get_pk_constraint(table)["constrained_columns"]),
            sorted(str(sorted(f["constrained_columns"])) for f in inspector.get_foreign_keys(table)),
            sorted(str(u["name"]) for u in inspector.get_unique_constraints(table)),
            sorted(str(c["name"]) for c in inspector.get_check_constraints(table)),
        )
        for table in sorted(inspector.get_table_names())
    }


def test_up_down_up_gives_the_same_schema(app: Flask) -> None:
    with app.app_context():
        before = _schema()
        assert "response" in before
        downgrade(revision="base")
        db.engine.dispose()
        assert set(_schema()) <= {"alembic_version"}
        upgrade()
        assert _schema() == before


def test_migrations_make_what_the_models_say(app: Flask, cli) -> None:  # type: ignore[no-untyped-def]
    result = cli.invoke(args=["db", "check"])
    assert result.exit_code == 0, result.output


def test_the_default_questionnaire_comes_with_the_migrations(app: Flask) -> None:
    with app.app_context():
        content, stored = db.session.execute(text("SELECT content, sha256 FROM questionnaire_version")).one()
        document = json.loads(content) if isinstance(content, str) else content
        assert [q["code"] for q in document["questions"]] == [
            "access", "transparency", "staff", "timeliness", "results",
        ]  # fmt: skip
        canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert stored == sha256(canonical.encode()).hexdigest()


def test_months_of_procedures_are_counted_by_the_migration_as_by_the_fold(app: Flask) -> None:
    with app.app_context():
        root = make_agency()
        survey, leaf = make_survey(root), make_agency(parent=root)
        for procedure in (None, "1.001", "1.001", "1.002"):
            make_response(survey, leaf, live=False, procedure_code=procedure, answered_on=date(2021, 5, 6))
        fold()
        make_response(survey, leaf, live=False, procedure_code="1.001", answered_on=date(2021, 5, 6))
        db.session.remove()
        downgrade(revision="0006")
        upgrade()
        assert verify() == []
        by_grain = select(Tally.grain, func.count()).where(Tally.procedure != "").group_by(Tally.grain)
        assert dict(db.session.execute(by_grain).all()) == dict.fromkeys(("half", "month", "total"), 2 * 2 * 6)


def test_first_halves_of_months_are_counted_by_the_migration_as_by_the_fold(app: Flask) -> None:
    with app.app_context():
        root = make_agency()
        survey, leaf = make_survey(root), make_agency(parent=root)
        for number in (1, 14, 15):
            for procedure in (None, "1.001"):
                on = date(2021, 5, number)
                known = {"id": an_id(number)} if procedure else {}
                make_response(survey, leaf, live=False, answered_on=on, procedure_code=procedure, **known)
        fold()
        with transaction():
            exclude_response(survey, an_id(14), "double", "tests")
        make_response(survey, leaf, live=False, answered_on=date(2021, 5, 2), procedure_code="1.001")
        db.session.remove()
        downgrade(revision="0024")
        upgrade()
        assert verify() == []
        halves = select(Tally.procedure, Tally.channel, func.max(Tally.count)).where(Tally.grain == "half")
        found = db.session.execute(halves.group_by(Tally.procedure, Tally.channel)).all()
        assert sorted(map(tuple, found)) == [("", "", 4), ("1.001", "web", 2)]


def test_days_of_answers_survive_on_the_way_down(app: Flask) -> None:
    with app.app_context():
        survey, days = make_survey(), [date(2021, 5, number) for number in (30, 31, 31, 31)]
        for number, answered_on in enumerate([*days, date(2021, 6, 1)], 1):
            make_response(survey, id=an_id(number), answered_on=answered_on, procedure_code="1.001", comment="x")
        fold()
        assert db.session.execute(text("SELECT COUNT(DISTINCT counted_on) FROM response")).scalar_one() == 1
        db.session.remove()
        downgrade(revision="0025")
        for table in ("response", "response_text"):
            found = db.session.execute(text(f"SELECT answered_on FROM {table} ORDER BY answered_on")).scalars().all()
            assert [str(day) for day in found] == [*map(str, days), "2021-06-01"]
        db.session.remove()
        upgrade()
        rebuild()
        assert verify() == []
        found = db.session.execute(text("SELECT DISTINCT named_on = counted_on FROM response")).scalars().all()
        assert [bool(same) for same in found] == [True]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE questionnaire_version SET number = 7", "DELETE FROM questionnaire_version"],
)
def test_a_published_version_is_frozen_by_the_database(app: Flask, statement: str) -> None:
    with app.app_context():
        with pytest.raises(DBAPIError, match="never changes"):
            db.session.execute(text(statement))
        db.session.rollback()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_replacing_a_published_version_is_refused_too(app: Flask) -> None:
    statement = "INSERT OR REPLACE INTO questionnaire_version SELECT * FROM questionnaire_version"
    with app.app_context():
        with pytest.raises(DBAPIError, match="never changes"):
            db.session.execute(text(statement))
        db.session.rollback()
