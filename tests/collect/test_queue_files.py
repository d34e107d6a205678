"""Queues that kiosks exported: every answer once, each by itself, ids and hashes as they were."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from survey_app.clock import now, uuid7
from survey_app.collect.queue_files import queue_items
from survey_app.db import db
from survey_app.errors import Invalid
from survey_app.responses.models import Response
from survey_app.responses.rules import body_hash
from survey_app.surveys.models import Survey
from tests.factories import HAPPY, make_agency, make_survey, make_user, sign_in

PAGE = "/manage/surveys/demo/import"


@pytest.fixture
def survey(session: scoped_session[Session]) -> Survey:
    return make_survey(make_agency("counter"), "demo")


def body(**members: Any) -> dict[str, Any]:
    return {
        "id": str(uuid7()),
        "agency": "counter",
        "answered_at": now().isoformat(),
        "language": "vi",
        "channel": "kiosk",
        "answers": dict(HAPPY),
    } | members


def stored() -> list[Response]:
    db.session.rollback()
    return list(db.session.scalars(select(Response)))


def written(folder: Path, text: str, name: str = "queue.json") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_queue_is_stored_once(cli: FlaskCliRunner, survey: Survey, tmp_path: Path) -> None:
    bodies = [body(), body()]
    file = written(tmp_path, json.dumps({"survey": "demo", "agency": "counter", "items": bodies}))
    first = cli.invoke(args=["collect", "import-queue", file])
    assert (first.exit_code, first.output) == (0, "read 2 stored 2 already 0 refused 0\n")
    again = cli.invoke(args=["collect", "import-queue", file])
    assert again.output == "read 2 stored 0 already 2 refused 0\n"
    assert {(str(row.id), row.sha256) for row in stored()} == {(each["id"], body_hash(each)) for each in bodies}


def test_lines_and_one_bad_item_among_them(cli: FlaskCliRunner, survey: Survey, tmp_path: Path) -> None:
    lines = [json.dumps(each) for each in (body(), body(answers={"access": "best"}), body())]
    file = written(tmp_path, "\n".join(lines) + "\n", "queue.jsonl")
    result = cli.invoke(args=["collect", "import-queue", file, "--survey", "demo"])
    assert result.exit_code == 1
    assert result.output.startswith("read 3 stored 2 already 0 refused 1\nitem 2: access: ")
    assert len(stored()) == 2


def exported(body: dict[str, Any], survey: str = "demo", **members: Any) -> str:
    """A line as the kiosk's officer.js writes it."""
    head = {"survey": survey, "sha256": body_hash(body), "state": "waiting", "problem": ""}
    return json.dumps({**head, "response": body, **members}) + "\n"


def test_the_lines_of_a_kiosk_are_stored_once_whatever_their_number(
    cli: FlaskCliRunner, survey: Survey, tmp_path: Path
) -> None:
    bodies = [body(), body()]
    one = written(tmp_path, exported(bodies[0]), "one.jsonl")
    both = written(tmp_path, "".join(exported(each, agency="kept by a later kiosk") for each in bodies), "both.jsonl")
    assert cli.invoke(args=["collect", "import-queue", one]).output == "read 1 stored 1 already 0 refused 0\n"
    assert cli.invoke(args=["collect", "import-queue", both]).output == "read 2 stored 1 already 1 refused 0\n"
    assert {(str(row.id), row.sha256) for row in stored()} == {(each["id"], body_hash(each)) for each in bodies}


def test_what_was_changed_after_the_kiosk_hashed_it_is_refused(
    cli: FlaskCliRunner, survey: Survey, tmp_path: Path
) -> None:
    lines = exported(body(), sha256="0" * 64) + exported(body())
    result = cli.invoke(args=["collect", "import-queue", written(tmp_path, lines, "queue.jsonl")])
    assert result.output.startswith("read 2 stored 1 already 0 refused 1\nitem 1: ")
    assert len(stored()) == 1


def test_a_kiosk_that_was_paired_anew_holds_answers_of_two_surveys(
    client: FlaskClient, survey: Survey, tmp_path: Path
) -> None:
    sign_in(client, make_user("administrator"))
    lines = exported(body(), survey="before") + exported(body())
    page = sent(client, written(tmp_path, lines, "queue.jsonl"))
    assert page.status_code == 200
    assert "before" in page.text
    assert len(stored()) == 1


@pytest.mark.parametrize("document", [b"", b"<html>", b'{"survey": "demo", "items": []}', b"[1", b"\xff\xfe"])
def test_what_is_no_queue_is_refused(survey: Survey, document: bytes) -> None:
    with pytest.raises(Invalid):
        queue_items(document, "demo")


def test_a_queue_of_another_survey_or_of_none_is_refused(survey: Survey) -> None:
    document = json.dumps({"survey": "other", "items": [body()]}).encode()
    assert queue_items(document)[0].survey == "other"
    with pytest.raises(Invalid):
        queue_items(document, "demo")
    with pytest.raises(Invalid):
        queue_items(json.dumps([body()]).encode())


def sent(client: FlaskClient, path: str, **fields: str) -> Any:
    token = client.get(PAGE).text.split('name="csrf_token" value="')[1].split('"')[0]
    with open(path, "rb") as file:
        return client.post(PAGE, data={"csrf_token": token, "file": (file, path.rpartition("/")[2])} | fields)


def test_the_page_takes_a_queue(client: FlaskClient, survey: Survey, tmp_path: Path) -> None:
    sign_in(client, make_user("officer"))
    file = written(tmp_path, json.dumps({"survey": "demo", "items": [body(), {"id": 7}]}))
    dry = sent(client, file, dry_run="1")
    assert dry.status_code == 200
    assert stored() == []
    assert "Chạy thử" in dry.text
    assert sent(client, file).status_code == 200
    assert len(stored()) == 1


@pytest.mark.parametrize("label", ["ខ្ពស់ណាស់", "Rất cao", "Very high", "very_high"])
def test_the_page_takes_a_table_with_words_in_any_language(
    client: FlaskClient, survey: Survey, tmp_path: Path, label: str
) -> None:
    sign_in(client, make_user("officer"))
    table = f"answered_on,access,transparency,staff,timeliness,results\n2026-01-05,{label},,,,\n2026-01-05,best,,,,\n"
    answer = sent(client, written(tmp_path, table, "x.csv"), channel="paper")
    assert answer.status_code == 200
    assert "best" in answer.text
    assert [(row.answers, row.channel) for row in stored()] == [({"access": "very_high"}, "paper")]


@pytest.mark.parametrize("name", ["x.exe", "x", "x.csv"])
def test_the_page_refuses_other_files(client: FlaskClient, survey: Survey, tmp_path: Path, name: str) -> None:
    sign_in(client, make_user("officer"))
    answer = sent(client, written(tmp_path, "<script>alert(1)</script>", name))
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert stored() == []


def test_an_officer_of_a_part_does_not_import_for_the_whole(client: FlaskClient, survey: Survey) -> None:
    part = make_agency("part", parent=survey.agency)
    sign_in(client, make_user("officer", part))
    assert client.get(PAGE).status_code == 403
