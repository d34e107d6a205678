import csv
import io
import json
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from survey_app.access import EVERYWHERE
from survey_app.figures.builders import build_panel
from survey_app.figures.exports import panel_json
from tests.figures.examples import BENTRE, PUBLISHED, counted_survey

pytestmark = pytest.mark.usefixtures("session")


def test_show_prints_the_panel_of_the_page(cli: FlaskCliRunner) -> None:
    survey = counted_survey(BENTRE, code="bentre")
    result = cli.invoke(args=["figures", "show", "distribution", "--survey", "bentre"])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == panel_json(build_panel("distribution", survey=survey, scope=EVERYWHERE))


def test_show_takes_filters_and_csv(cli: FlaskCliRunner) -> None:
    survey = counted_survey(BENTRE, answered_on="2016-05-10")
    arguments = ["figures", "show", "overview", "--survey", survey.code, "--from", "2016-05-11", "--channel", "web"]
    arguments += ["--agency", survey.agency.code, "--to", "2016-06-01"]
    result = cli.invoke(args=[*arguments, "--format", "csv"])
    lines = list(csv.DictReader(io.StringIO(result.stdout)))
    assert {line["count"] for line in lines} == {"0"}
    document = json.loads(cli.invoke(args=arguments).stdout)
    assert (document["agency"], document["channel"], document["to"]) == (survey.agency.code, "web", "2016-06-01")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["weather", "--survey", "bentre"], "distribution"),
        (["overview", "--survey", "nowhere"], "nowhere"),
        (["overview", "--survey", "bentre", "--from", "yesterday"], "yesterday"),
        (["overview", "--survey", "bentre", "--channel", "fax"], "fax"),
        (["overview", "--survey", "bentre", "--agency", "elsewhere"], "elsewhere"),
    ],
)
def test_show_refuses_in_one_line(cli: FlaskCliRunner, arguments: list[str], said: str) -> None:
    counted_survey(BENTRE, code="bentre")
    result = cli.invoke(args=["figures", "show", *arguments])
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_import_published_and_again(cli: FlaskCliRunner, tmp_path: Path) -> None:
    survey = counted_survey(BENTRE)
    (path := tmp_path / "published.csv").write_text(PUBLISHED, encoding="utf-8")
    arguments = ["figures", "import-published", str(path), "--survey", survey.code]
    assert cli.invoke(args=arguments).stdout == "read 12 stored 12 already 0 refused 0\n"
    assert cli.invoke(args=arguments).stdout == "read 12 stored 0 already 12 refused 0\n"


def test_import_names_each_wrong_line_and_stores_nothing(cli: FlaskCliRunner, tmp_path: Path) -> None:
    survey = counted_survey(BENTRE)
    (path := tmp_path / "published.csv").write_text(PUBLISHED + "access,low,140,floor\nweather,high,1,floor\n")
    result = cli.invoke(args=["figures", "import-published", str(path), "--survey", survey.code])
    assert result.exit_code == 1
    assert "line 14" in result.stderr
    assert "line 15" in result.stderr
    shown = cli.invoke(args=["figures", "show", "distribution", "--survey", survey.code])
    assert all(not row["published"] for row in json.loads(shown.stdout)["rows"])
