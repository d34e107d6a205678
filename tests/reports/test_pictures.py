"""Every kind of chart as a picture."""

from dataclasses import replace
from typing import get_args

import pytest

from survey_app.figures.charts import Chart
from survey_app.reports.writers import WRITERS
from tests.figures.charts import EXAMPLES
from tests.reports.conftest import Make
from tests.reports.samples import panel


@pytest.mark.parametrize("chart", EXAMPLES, ids=lambda chart: chart.kind)
def test_every_kind_of_chart_becomes_a_picture(make_report: Make, chart: Chart) -> None:
    assert {type(example) for example in EXAMPLES} == set(get_args(Chart))
    drawn = make_report(replace(panel(), chart=chart))
    assert WRITERS["png"].write(drawn)[16:24] == (1890).to_bytes(4, "big") + (1063).to_bytes(4, "big")
    svg = WRITERS["svg"].write(drawn).decode()
    assert "<desc>Finding</desc>" in svg
    assert svg.count("<use") > 60
