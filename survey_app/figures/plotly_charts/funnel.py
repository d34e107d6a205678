"""A funnel: values against how many answers they rest on, within the limits that chance leaves."""

from collections.abc import Sequence
from html import escape
from math import sqrt
from typing import Any

from survey_app.figures.charts import Funnel, FunnelPoint
from survey_app.figures.plotly_charts.frame import (
    COLOURS,
    SIZES,
    SYMBOLS,
    Drawing,
    annotation,
    axis,
    layout,
    narrow_axis,
)
from survey_app.figures.plotly_charts.labels import Room, named
from survey_app.i18n import format_number

HEIGHT = 420
TOP, BOTTOM = 16, 48
# The least that the plotting area is wide: beside another chart, and on a phone.
WIDTH, WIDTH_NARROW = 400, 240


def draw(chart: Funnel) -> Drawing:
    """The limits below the points; units outside them carry their names, the farthest first, where there is room."""
    wide = {"xaxis": axis(chart.x_axis, showgrid=False), "yaxis": axis(chart.y_axis)}
    centre = annotation(1.01, chart.centre.value, chart.centre.text, xref="paper", xanchor="left")
    points = sorted(chart.points, key=lambda point: -abs(point.value - chart.centre.value) * sqrt(point.n))
    names, few = (
        named(points, Room(chart.x_axis, chart.y_axis, width, HEIGHT - TOP - BOTTOM)) for width in (WIDTH, WIDTH_NARROW)
    )
    margin = {"l": 8, "r": 120, "t": TOP, "b": BOTTOM}
    narrow = {"annotations": few, "margin": margin | {"r": 24}, "xaxis": narrow_axis(chart.x_axis, showgrid=False)}
    traces = [*_limits(chart), _points(chart.points)]
    return Drawing(traces, layout(**wide, annotations=[centre, *names], margin=margin, narrow=narrow), HEIGHT)


def _limits(chart: Funnel) -> list[dict[str, Any]]:
    sizes = [limit.n for limit in chart.limits]
    wide = {"color": "var(--muted)", "width": 1.5, "dash": "solid"}
    close = {"color": "var(--muted)", "width": 1, "dash": "dash"}
    ends = [chart.x_axis.low, chart.x_axis.high]
    return [
        _line(sizes, [limit.lowest for limit in chart.limits], wide),
        _line(sizes, [limit.highest for limit in chart.limits], wide),
        _line(sizes, [limit.low for limit in chart.limits], close),
        _line(sizes, [limit.high for limit in chart.limits], close),
        _line(ends, [chart.centre.value] * 2, {"color": "var(--ink-2)", "width": 1.5}),
    ]


def _line(x: Sequence[float], y: Sequence[float], line: dict[str, Any]) -> dict[str, Any]:
    return {"type": "scatter", "mode": "lines", "x": list(x), "y": list(y), "line": line, "hoverinfo": "skip"}


def _points(points: Sequence[FunnelPoint]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [point.n for point in points],
        "y": [point.value for point in points],
        "marker": {
            "color": [COLOURS[point.role] for point in points],
            "symbol": [SYMBOLS[point.role] for point in points],
            "size": [SIZES[point.role] for point in points],
            "line": {"color": "var(--surface)", "width": 1},
        },
        "hovertext": [
            f"{escape(point.label)}: {escape(point.text)} (n = {format_number(point.n)})" for point in points
        ],
        "hoverinfo": "text",
        "cliponaxis": False,
    }
