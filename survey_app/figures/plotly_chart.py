"""A chart specification as a Plotly figure for the page: texts come formatted, colours are the page's own tokens."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from survey_app.figures.charts import Chart, Columns, Funnel, Intervals, StackedBars, Trend
from survey_app.figures.plotly_charts import bars, columns, funnel, intervals, trend
from survey_app.figures.plotly_charts.frame import Drawing
from survey_app.i18n import language

DRAWINGS: Mapping[type, Callable[[Any], Drawing]] = {
    StackedBars: bars.draw,
    Trend: trend.draw,
    Intervals: intervals.draw,
    Funnel: funnel.draw,
    Columns: columns.draw,
}


def plotly_figure(chart: Chart) -> dict[str, Any]:
    """The figure {"data", "layout"} in the reader's language, checked by plotly's own schema."""
    figure: dict[str, Any] = json.loads(plotly_json(chart))
    return figure


def plotly_json(chart: Chart) -> str:
    """The same as JSON text. Drawn once for each chart and language: the same counts give the same picture."""
    return _json(chart, language())


def chart_height(chart: Chart) -> int:
    """The height of the drawing in CSS pixels, so that the page can leave room for it before any script runs."""
    return _drawing(chart, language()).height


@lru_cache(maxsize=512)
def _drawing(chart: Chart, _language: str) -> Drawing:
    return DRAWINGS[type(chart)](chart)


@lru_cache(maxsize=512)
def _json(chart: Chart, tag: str) -> str:
    # Imported late: commands and the citizen's form never need it.
    from plotly.graph_objects import Figure

    drawing = _drawing(chart, tag)
    figure = Figure(data=drawing.traces, layout=drawing.layout)
    return json.dumps(figure.to_plotly_json(), ensure_ascii=False, separators=(",", ":"))


def warm_up() -> None:
    """Load plotly and its schema before the first reader waits for them."""
    _json(StackedBars("", "", "", ()), "")
