"""Plain counts or shares by category, as bars from zero with their figures at the end."""

from html import escape

from survey_app.figures.charts import Columns
from survey_app.figures.plotly_charts.frame import (
    Drawing,
    axis,
    layout,
    narrow_axis,
    row_label,
    row_note,
    row_pixels,
    rows_axis,
)

ROW_PIXELS, FRAME_PIXELS, LEAST_PIXELS = 40, 56, 160


def draw(chart: Columns) -> Drawing:
    """One bar a category, from the top; words where there is none."""
    rows = list(enumerate(chart.columns))
    labels = [row_label(column.label, None) for column in chart.columns]
    height = max(LEAST_PIXELS, FRAME_PIXELS + row_pixels(labels, ROW_PIXELS) * len(rows))
    shown = [(i, column) for i, column in rows if column.value is not None]
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": [column.value for _i, column in shown],
        "y": [i for i, _column in shown],
        "width": 0.6,
        "marker": {"color": "var(--l5)"},
        "text": [escape(column.text) for _i, column in shown],
        "textposition": "outside",
        "textfont": {"color": "var(--ink)", "size": 14},
        "hovertext": [f"{escape(column.label)}: {escape(column.text)}" for _i, column in shown],
        "hoverinfo": "text",
        "cliponaxis": False,
    }
    notes = [row_note(chart.axis.low, i, column.note) for i, column in rows if column.value is None]
    given = layout(
        xaxis=axis(chart.axis),
        narrow={"xaxis": narrow_axis(chart.axis)},
        yaxis=rows_axis(labels),
        annotations=notes,
        height=height,
        margin={"l": 8, "r": 72, "t": 8, "b": 32},
    )
    return Drawing([trace] if shown else [], given, height)
