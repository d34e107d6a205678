"""Freezing: canonical, complete, and back again without a loss."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from survey_app.reports.blocks import numbered
from survey_app.reports.parts import charts
from survey_app.reports.report import Report
from survey_app.reports.snapshot import Snapshot, fingerprint, freeze, thaw
from survey_app.reports.writers import WRITERS
from tests.figures.charts import EXAMPLES
from tests.reports.conftest import Make
from tests.reports.samples import panel
from tests.reports.test_blocks import SAMPLES


@pytest.fixture
def report(make_report: Make) -> Report:
    """Every kind of chart and of block."""
    panels = (panel(), *(replace(panel(), chart=chart, rows=()) for chart in EXAMPLES))
    plain = make_report(panel(), more=SAMPLES)
    return replace(plain, panels=panels, body=numbered([*plain.body, *charts(panels)]))


def test_a_frozen_report_comes_back_whole(report: Report) -> None:
    snapshot = Snapshot(report, (("excluded by decision: test", 12), ("erased", None)))
    assert thaw(freeze(snapshot)) == snapshot


def test_a_thawed_report_is_drawn_alike(report: Report) -> None:
    thawed = thaw(freeze(Snapshot(report, ()))).report
    for extension in ("txt", "csv", "pdf"):
        assert WRITERS[extension].write(thawed) == WRITERS[extension].write(report)


def test_the_json_is_canonical(report: Report) -> None:
    text = freeze(Snapshot(report, ()))
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert "Tiếp cận dịch vụ" in text
    assert fingerprint(text) == fingerprint(freeze(thaw(text)))
    assert len(fingerprint(text)) == 64


def test_one_digit_is_another_code(report: Report) -> None:
    text = freeze(Snapshot(report, ()))
    assert fingerprint(text.replace('"count":49', '"count":48', 1)) != fingerprint(text)


def test_what_a_later_version_no_longer_knows_is_dropped(report: Report) -> None:
    content = json.loads(freeze(Snapshot(report, ())))
    content["report"]["forgotten"] = 1
    assert thaw(json.dumps(content)).report == report


def test_days_and_decimals_keep_their_kind(report: Report) -> None:
    thawed = thaw(freeze(Snapshot(report, ()))).report
    assert thawed.date_on == date(2017, 1, 5)
    assert thawed.panels[0].rows[0].published[0].value == Decimal("74")


def test_what_cannot_come_back_is_not_frozen(report: Report) -> None:
    with pytest.raises(TypeError, match="set"):
        freeze(Snapshot(replace(report, marks={1}), ()))  # type: ignore[arg-type]
