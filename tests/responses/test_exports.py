"""What an export holds: enough that an empty installation which imports it has the same responses."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from openpyxl import load_workbook
from sqlalchemy import select

from survey_app.access import EVERYWHERE, Scope
from survey_app.db import db
from survey_app.responses.actions import exclude_response
from survey_app.responses.exports import Export
from survey_app.responses.models import Response, ResponseText
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import require_survey
from tests.conftest import application, close
from tests.databases import Databases
from tests.factories import an_id, make_agency, make_response, make_survey, transaction

AT = datetime(2016, 1, 7, 1, 30, 15, 123456, tzinfo=UTC)
COMMENTS = ["=HYPERLINK(1)", "'=1", "+84 912", 'Hai\ndòng, “nháy” "\t;', "＝1", "-5", "'", "👍🏽"]


@pytest.fixture
def survey(app: Flask, session: object) -> Survey:
    app.extensions["after_import"].clear()
    survey = make_survey(make_agency("a"), "s")
    below = make_agency("b", parent=survey.agency)
    for number, comment in enumerate(COMMENTS, start=1):
        make_response(
            survey,
            below if number % 3 == 0 else None,
            id=an_id(number),
            comment=comment,
            answered_on=date(2016, 1, 6 + number),
            answered_at=AT + timedelta(days=number - 1) if number % 2 else None,
            channel="kiosk" if number % 2 else "paper",
            language="en" if number == 2 else "vi",
            procedure_code="=1.004" if number == 1 else None,
            answers={"staff": "low", "access": "average", "results": "no_opinion"}
            if number == 1
            else {"staff": "high"},
            reasons={"staff": ["long_wait", "absent"], "access": ["no_guide"]} if number == 1 else {},
            live=False,
        )
    return require_survey("s")


def lines(pieces: Iterator[str]) -> list[Any]:
    return [json.loads(line) for line in "".join(pieces).splitlines()]


def everything() -> list[tuple[Any, ...]]:
    texts = {(t.agency_id, t.response_id): t.text for t in db.session.scalars(select(ResponseText))}
    rows = db.session.scalars(select(Response).order_by(Response.agency_id, Response.id))
    return [
        (r.agency_id, r.id, r.channel, r.language, r.procedure_code, r.answered_on, r.answered_at, r.answers,
         {question: sorted(codes) for question, codes in r.reasons.items()}, r.flags, r.state,
         texts.get((r.agency_id, r.id)))
        for r in rows
    ]  # fmt: skip


def test_json_lines(survey: Survey) -> None:
    found = {line["id"]: line for line in lines(Export(survey, EVERYWHERE).jsonl())}
    assert len(found) == len(COMMENTS)
    assert found[str(an_id(1))] == {
        "id": str(an_id(1)),
        "agency": "a",
        "survey": "s",
        "channel": "kiosk",
        "language": "vi",
        "answered_at": "2016-01-07T08:30:15.123456+07:00",
        "answers": {"staff": "low", "access": "average", "results": "no_opinion"},
        "comment": "=HYPERLINK(1)",
        "verified": False,
        "flags": [],
    }
    assert found[str(an_id(2))]["answered_at"] == "2016-01-08"
    assert found[str(an_id(3))]["agency"] == "b"


def test_csv_is_whole_in_key_order_and_no_cell_is_a_formula(survey: Survey) -> None:
    text = "".join(Export(survey, EVERYWHERE).csv())
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["id"] for row in rows] == [str(an_id(n)) for n in (1, 2, 4, 5, 7, 8, 3, 6)]
    assert rows[0]["reasons"] == "staff:long_wait staff:absent access:no_guide"
    assert (rows[0]["procedure"], rows[0]["comment"], rows[0]["version"]) == ("'=1.004", "'=HYPERLINK(1)", "1")
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "＝"))]


def test_the_days_the_scope_and_what_was_excluded(survey: Survey) -> None:
    with transaction():
        exclude_response(survey, an_id(4), "thử máy", "x@example.vn")
    days = Export(survey, EVERYWHERE, date(2016, 1, 8), date(2016, 1, 12))
    assert [line["id"] for line in lines(days.jsonl())] == [str(an_id(n)) for n in (2, 5, 3, 6)]
    below = next(agency_id for agency_id in {row.agency_id for row in rows_of(survey)} if agency_id != survey.agency_id)
    assert {line["agency"] for line in lines(Export(survey, Scope(below)).jsonl())} == {"b"}
    assert lines(Export(survey, Scope(make_agency().id)).jsonl()) == []


def rows_of(survey: Survey) -> list[Response]:
    return list(db.session.scalars(select(Response).where(Response.survey_id == survey.id)))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_empty_installation_that_imports_it_has_the_same(
    survey: Survey, cli: FlaskCliRunner, databases: Databases, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"export.{kind}"
    before = everything()
    db.session.commit()
    assert (
        cli.invoke(args=["responses", "export", "--survey", "s", "--format", kind, "--out", str(path)]).exit_code == 0
    )
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    again = cli.invoke(args=["responses", "import", str(path), "--survey", "s"])
    assert again.stdout == "read 8 stored 0 already 8 refused 0\n"
    url = databases.create()
    other = application(url)
    try:
        with other.app_context():
            agency = make_agency("a")
            make_agency("b", parent=agency)
            make_survey(agency, "s")
            other.extensions["after_import"].clear()
        result = other.test_cli_runner().invoke(args=["responses", "import", str(path), "--survey", "s"])
        assert result.stdout == "read 8 stored 8 already 0 refused 0\n"
        with other.app_context():
            assert everything() == before
    finally:
        close(other)
        databases.drop(url)


def test_a_workbook_holds_text_alone(survey: Survey, cli: FlaskCliRunner, tmp_path: Path) -> None:
    db.session.commit()
    path = tmp_path / "export.xlsx"
    arguments = ["responses", "export", "--survey", "s", "--format", "xlsx"]
    assert cli.invoke(args=arguments).exit_code == 2
    assert cli.invoke(args=[*arguments, "--out", str(path)]).exit_code == 0
    cells = [cell for row in load_workbook(path).active.iter_rows() for cell in row]  # type: ignore[union-attr]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert {"=HYPERLINK(1)", "'=1"} <= {cell.value for cell in cells}


def test_to_the_output_and_into_a_directory_that_is_not_there(
    survey: Survey, cli: FlaskCliRunner, tmp_path: Path
) -> None:
    db.session.commit()
    arguments = ["responses", "export", "--survey", "s", "--format", "jsonl"]
    assert len(cli.invoke(args=[*arguments, "--from", "2016-01-08", "--to", "2016-01-08"]).stdout.splitlines()) == 1
    wrong = cli.invoke(args=[*arguments, "--out", str(tmp_path / "no" / "x")])
    assert (wrong.exit_code, len(wrong.stderr.splitlines())) == (1, 1)
    assert cli.invoke(args=[*arguments[:3], "none", *arguments[4:]]).exit_code == 1
