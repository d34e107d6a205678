import json
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from survey_app.audit import AuditEvent

HERE = Path(__file__).parent
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_draft_and_publish(cli: FlaskCliRunner, session: scoped_session[Session]) -> None:
    drafted = cli.invoke(args=["questionnaires", "draft", "short", str(HERE / "short-1.json")])
    assert (drafted.exit_code, drafted.output) == (0, "short version 1 drafted\n")
    published = cli.invoke(args=["questionnaires", "publish", "short", "1"])
    assert (published.exit_code, published.output) == (0, "short version 1 published\n")
    events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [(event.action, event.subject) for event in events] == [
        ("questionnaires.draft", "short 1"),
        ("questionnaires.publish", "short 1"),
    ]


def test_an_incomparable_version_is_explained(cli: FlaskCliRunner) -> None:
    cli.invoke(args=["questionnaires", "draft", "short", str(HERE / "short-1.json")])
    cli.invoke(args=["questionnaires", "publish", "short", "1"])
    cli.invoke(args=["questionnaires", "draft", "short", str(HERE / "short-2-incomparable.json")])
    refused = cli.invoke(args=["questionnaires", "publish", "short", "2"])
    assert refused.exit_code == 1
    assert "overall.delighted: is new: give the question a new code" in refused.stderr


def test_a_file_with_a_member_twice_is_refused(cli: FlaskCliRunner, tmp_path: Path) -> None:
    path = tmp_path / "twice.json"
    path.write_text('{"format": 1, "format": 1}', encoding="utf-8")
    refused = cli.invoke(args=["questionnaires", "draft", "short", str(path)])
    assert (refused.exit_code, "twice" in refused.stderr) == (1, True)


@pytest.mark.parametrize("text", ["", "{", "[]", json.dumps({"format": 1})])
def test_a_wrong_file_is_refused_in_words(cli: FlaskCliRunner, tmp_path: Path, text: str) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(text, encoding="utf-8")
    refused = cli.invoke(args=["questionnaires", "draft", "short", str(path)])
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: ")


def test_an_unknown_version_is_not_found(cli: FlaskCliRunner) -> None:
    refused = cli.invoke(args=["questionnaires", "publish", "none", "1"])
    assert (refused.exit_code, "no version 1" in refused.stderr) == (1, True)


def test_a_language_is_printed_filled_in_and_added(cli: FlaskCliRunner, tmp_path: Path) -> None:
    printed = cli.invoke(args=["questionnaires", "texts", "five-criteria", "1", "tyz"])
    texts = json.loads(printed.output)
    assert set(texts.values()) == {""}
    file = tmp_path / "tyz.json"
    file.write_text(json.dumps({**texts, "titles": "Hả tiêu chí"}), encoding="utf-8")
    added = cli.invoke(args=["questionnaires", "translate", "five-criteria", "1", "tyz", str(file)])
    assert added.exit_code == 0, added.output
    assert f"five-criteria version 1 in tyz: 1 of {len(texts)} texts, not reviewed" in added.output
    assert "  missing: intro" in added.output
    again = cli.invoke(args=["questionnaires", "texts", "five-criteria", "1", "tyz"])
    assert json.loads(again.output)["titles"] == "Hả tiêu chí"


@pytest.mark.parametrize("text", ["[]", "{}", '{"none": "x"}', '{"titles": "x", "titles": "y"}', "not JSON"])
def test_a_file_that_is_no_translation_is_refused(cli: FlaskCliRunner, tmp_path: Path, text: str) -> None:
    file = tmp_path / "km.json"
    file.write_text(text, encoding="utf-8")
    refused = cli.invoke(args=["questionnaires", "translate", "five-criteria", "1", "tyz", str(file)])
    assert refused.exit_code == 1
    assert "Traceback" not in refused.output
