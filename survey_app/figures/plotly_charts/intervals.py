"""A dot plot: each row's value with its interval, against the reference line."""

from collections.abc import Sequence
from html import escape
from typing import Any

from survey_app.figures.charts import IntervalRow, Intervals
from survey_app.figures.plotly_charts.frame import (
    COLOURS,
    SIZES,
    SYMBOLS,
    Drawing,
    annotation,
    axis,
    layout,
    narrow_axis,
    row_label,
    row_note,
    row_pixels,
    rows_axis,
    upright,
)
from survey_app.i18n import format_number

ROW_PIXELS, FRAME_PIXELS, LEAST_PIXELS = 30, 72, 200


def draw(chart: Intervals) -> Drawing:
    """One trace: the marks differ by role in colour, shape and size."""
    rows = list(enumerate(chart.rows))
    labels = [row_label(row.label, row.n) for row in chart.rows]
    height = max(LEAST_PIXELS, FRAME_PIXELS + row_pixels(labels, ROW_PIXELS) * len(rows))
    notes = [row_note(chart.axis.low, i, row.note) for i, row in rows if row.value is None]
    narrow = {"xaxis": narrow_axis(chart.axis)}
    given: dict[str, Any] = {"narrow": narrow, "annotations": notes, "margin": {"l": 8, "r": 24, "t": 28, "b": 36}}
    if chart.reference:
        given["shapes"] = [upright(chart.reference.value)]
        words = annotation(chart.reference.value, 1, chart.reference.text, yref="paper", yanchor="bottom")
        given["annotations"] = [*notes, words]
    shown = [(i, row) for i, row in rows if row.value is not None]
    traces = [_dots(shown)] if shown else []
    return Drawing(traces, layout(xaxis=axis(chart.axis), yaxis=rows_axis(labels), height=height, **given), height)


def _dots(rows: Sequence[tuple[int, IntervalRow]]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [row.value for _i, row in rows],
        "y": [i for i, _row in rows],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [0 if row.high is None else row.high - (row.value or 0) for _i, row in rows],
            "arrayminus": [0 if row.low is None else (row.value or 0) - row.low for _i, row in rows],
            "color": "var(--muted)",
            "thickness": 2,
            "width": 0,
        },
        "marker": {
            "color": [COLOURS[row.role] for _i, row in rows],
            "symbol": [SYMBOLS[row.role] for _i, row in rows],
            "size": [SIZES[row.role] for _i, row in rows],
            "line": {"color": "var(--surface)", "width": 1},
        },
        "text": [escape(row.text) if row.role in ("above", "below") else "" for _i, row in rows],
        "textposition": "top center",
        "textfont": {"color": "var(--ink)", "size": 13},
        "hovertext": [_hover(row) for _i, row in rows],
        "hoverinfo": "text",
        "cliponaxis": False,
    }


def _hover(row: IntervalRow) -> str:
    size = f" (n = {format_number(row.n)})" if row.n is not None else ""
    return f"{escape(row.label)}: {escape(row.text)}{size}"
