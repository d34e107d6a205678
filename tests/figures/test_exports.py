import csv
import io
import json
from pathlib import Path

import pytest

from survey_app.access import EVERYWHERE
from survey_app.db import transaction
from survey_app.figures.actions import import_published
from survey_app.figures.builders import build_panel
from survey_app.figures.exports import COLUMNS, panel_csv, panel_json
from survey_app.figures.panels import Panel
from survey_app.questionnaires.actions import draft_version, publish_version
from tests.factories import day, default_version, make_survey
from tests.figures.examples import BENTRE, PUBLISHED, add_answers, counted_survey

pytestmark = pytest.mark.usefixtures("session")
MIXED = BENTRE | {"staff": {"low": 2, "average": 3, "high": 21, "very_high": 40}, "results": {"satisfied": 3}}


def panel(key: str = "distribution", margins: dict[str, dict[str, int]] = BENTRE, **fields: object) -> Panel:
    return build_panel(key, survey=counted_survey(margins, **fields), scope=EVERYWHERE)  # type: ignore[arg-type]


def test_json_has_the_shape_of_the_contract() -> None:
    days = {"opens_on": day("2016-01-01"), "closes_on": day("2016-12-31")}
    document = json.loads(json.dumps(panel_json(panel(code="bentre", provenance="simulated", **days))))
    assert document["key"] == "distribution"
    assert (document["survey"], document["agency"], document["simulated"]) == ("bentre", None, True)
    assert (document["from"], document["to"]) == ("2016-01-01", "2016-12-31")
    access = document["rows"][0]
    assert {name: access[name] for name in ("question", "n", "state")} == {"question": "access", "n": 66, "state": "ok"}
    assert (access["excluded"], access["published"]) == ({"no_opinion": 0}, [])
    high = access["options"][3]
    assert high["share"] == 49 / 66
    assert {name: high[name] for name in ("option", "count", "suppressed")} == {
        "option": "high",
        "count": 49,
        "suppressed": False,
    }
    assert high["low"] < high["share"] < high["high"]
    assert document["rows"][3]["excluded"] == {"not_received": 0, "no_opinion": 0}
    assert "chart" not in document
    assert "top" not in access


def test_json_hides_with_null() -> None:
    rows = {row["question"]: row for row in panel_json(panel(margins=MIXED))["rows"]}
    low = rows["staff"]["options"][1]
    assert (low["count"], low["share"], low["low"], low["high"], low["suppressed"]) == (None, None, None, None, True)
    assert (rows["results"]["n"], rows["results"]["state"]) == (None, "suppressed")


def test_the_overview_leads_with_the_best_level() -> None:
    rows = {row["question"]: row for row in panel_json(panel("overview", MIXED))["rows"]}
    access = rows["access"]
    assert (access["top"]["option"], access["top"]["count"]) == ("very_high", 17)
    assert (access["other"]["option"], access["other"]["count"]) == ("high", 49)
    assert (access["positive"]["count"], access["positive"]["share"]) == (66, 1.0)
    assert rows["timeliness"]["top"]["option"] == "early"
    assert rows["results"]["positive"] == {"count": None, "share": None, "low": None, "high": None}


def test_published_figures_are_intervals_of_percent(tmp_path: Path) -> None:
    survey = counted_survey(BENTRE)
    (path := tmp_path / "p.csv").write_text(PUBLISHED, encoding="utf-8")
    with transaction():
        import_published(path, survey)
    rows = panel_json(build_panel("distribution", survey=survey, scope=EVERYWHERE))["rows"]
    assert rows[0]["published"] == [
        {"option": "high", "value_low": 74, "value_high": 75, "qualifier": "floor"},
        {"option": "very_high", "value_low": 25, "value_high": 26, "qualifier": "floor"},
    ]
    assert rows[3]["published"][0] == {"option": "late", "value_low": 0, "value_high": 0, "qualifier": "exact"}
    text = panel_csv(build_panel("distribution", survey=survey, scope=EVERYWHERE))
    late = next(line for line in csv.DictReader(io.StringIO(text)) if line["option"] == "late")
    assert (late["count"], late["share"], late["qualifier"], late["value_low"]) == ("0", "0.0", "exact", "0.0")


def test_csv_holds_exact_numbers_and_nothing_hidden() -> None:
    shown = panel(margins=MIXED)
    lines = list(csv.DictReader(io.StringIO(panel_csv(shown), newline="")))
    assert tuple(lines[0]) == COLUMNS
    assert len(lines) == sum(len(row.options) for row in shown.rows)
    by_key = {(line["question"], line["option"]): line for line in lines}
    assert float(by_key["access", "high"]["share"]) == 49 / 66
    low = by_key["staff", "low"]
    assert (low["count"], low["n"], low["share"], low["low"], low["high"]) == ("", "66", "", "", "")
    assert by_key["results", "satisfied"]["n"] == ""


def test_csv_starts_no_formula() -> None:
    document = default_version().content | {}
    document["questions"] = [q | {} for q in document["questions"]]
    options = [o | {} for o in document["questions"][0]["options"]]
    options[0]["text"] = {"vi": "=1+1", "en": "=1+1"}
    document["questions"][0]["options"] = options
    with transaction():
        publish_version(version := draft_version("formula", document))
    survey = make_survey(version_id=version.id)
    add_answers(survey, {"access": {"high": 40}}, answered_on=day("2016-01-01"))
    text = panel_csv(build_panel("distribution", survey=survey, scope=EVERYWHERE))
    assert ",'=1+1," in text
    assert ",=1+1" not in text
