import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session, scoped_session

from survey_app.surveys.queries import require_survey
from survey_app.surveys.rules import CHANNELS
from tests.factories import make_agency

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def department(session: scoped_session[Session]) -> str:
    return make_agency("department").code


def test_create(cli: FlaskCliRunner, department: str) -> None:
    arguments = ["surveys", "create", "q1", "--questionnaire", "five-criteria", "--agency", department]
    days = ["--title", "Quý I", "--title-en", "First quarter", "--from", "2026-01-01", "--to", "2026-03-31"]
    result = cli.invoke(args=[*arguments, *days, "--provenance", "simulated"])
    assert (result.exit_code, result.output) == (0, "created survey q1: http://127.0.0.1:8000/s/q1\n")
    survey = require_survey("q1")
    assert survey.titles == {"vi": "Quý I", "en": "First quarter"}
    assert (str(survey.opens_on), str(survey.closes_on)) == ("2026-01-01", "2026-03-31")
    assert (survey.channels, survey.provenance) == (list(CHANNELS), "simulated")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (["--agency", "nobody"], "nobody"),
        (["--questionnaire", "none"], "none"),
        (["--from", "2026-02-01", "--to", "2026-01-01"], ""),
    ],
)
def test_errors_are_one_line(cli: FlaskCliRunner, department: str, changes: list[str], words: str) -> None:
    result = cli.invoke(args=["surveys", "create", "q1", "--agency", department, "--title", "Quý I", *changes])
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert words in result.stderr


def test_a_code_is_taken_once(cli: FlaskCliRunner, department: str) -> None:
    arguments = ["surveys", "create", "q1", "--agency", department, "--title", "Quý I"]
    assert cli.invoke(args=arguments).exit_code == 0
    assert cli.invoke(args=arguments).exit_code == 1
