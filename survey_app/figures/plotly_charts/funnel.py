"""A funnel: values against how many answers they rest on, within the limits that chance leaves."""

from collections.abc import Sequence
from html import escape
from typing import Any

from survey_app.figures.charts import Funnel, FunnelPoint
from survey_app.figures.plotly_charts.frame import COLOURS, SIZES, SYMBOLS, Drawing, annotation, axis, layout
from survey_app.i18n import format_number

HEIGHT = 420
MOST_NAMED = 12


def draw(chart: Funnel) -> Drawing:
    """The limits below the points; only units outside them carry their names."""
    wide = {"xaxis": axis(chart.x_axis, showgrid=False), "yaxis": axis(chart.y_axis)}
    centre = annotation(1.01, chart.centre.value, chart.centre.text, xref="paper", xanchor="left")
    traces = [*_limits(chart), _points(chart.points)]
    margin = {"l": 8, "r": 120, "t": 16, "b": 48}
    narrow = {"annotations": [], "margin": margin | {"r": 24}}
    return Drawing(traces, layout(**wide, annotations=[centre], margin=margin, narrow=narrow), HEIGHT)


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
    outside = [point.key for point in points if point.role != "same"]
    labelled = set(outside if len(outside) <= MOST_NAMED else ())
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [point.n for point in points],
        "y": [point.value for point in points],
        "marker": {
            "color": [COLOURS[point.role] for point in points],
            "symbol": [SYMBOLS[point.role] for point in points],
            "size": [SIZES[point.role] for point in points],
            "line": {"color": "var(--surface)", "width": 1},
        },
        "text": [escape(point.label) if point.key in labelled else "" for point in points],
        "textposition": ["bottom center" if point.role == "below" else "top center" for point in points],
        "textfont": {"color": "var(--ink)", "size": 12},
        "hovertext": [
            f"{escape(point.label)}: {escape(point.text)} (n = {format_number(point.n)})" for point in points
        ],
        "hoverinfo": "text",
        "cliponaxis": False,
    }
