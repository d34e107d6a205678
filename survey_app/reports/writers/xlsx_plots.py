"""Trends, dot plots, funnels and columns in Excel: their exact figures as a table, native charts over its cells."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from survey_app.figures.charts import Axis, Columns, Funnel, Intervals, Tick, Trend
from survey_app.reports.parts import chart_words, limit_names, reference_words, row_label
from survey_app.reports.rules import exact_count
from survey_app.reports.writers.office_chart import EDGE, FILLS
from survey_app.reports.writers.xlsx_book import COLUMN, FONT, Sheets, row_height

STRONG = f"#{FILLS[5]}"
Plot = Trend | Intervals | Funnel | Columns
Row = tuple[str | float | None, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart that waits for its place: its title, its height in dots, and its figures in words."""

    chart: Any
    title: str
    height: int
    description: str


@dataclass(frozen=True, slots=True)
class Area:
    """Where a table stands: the row of its heads and how many rows follow."""

    head: int
    length: int

    def cells(self, sheets: Sheets, column: int) -> list[Any]:
        """The cells of a column as a chart refers to them."""
        return [sheets.figures.get_name(), self.head + 1, column, self.head + self.length, column]

    def name(self, sheets: Sheets, column: int) -> list[Any]:
        return [sheets.figures.get_name(), self.head, column]


def write_plot(sheets: Sheets, chart: Plot, row: int) -> tuple[Drawn, int]:
    """The chart's table from a row on; returns the chart over it and the next free row."""
    return PLOTS[type(chart)](sheets, chart, row)


def _write_table(sheets: Sheets, row: int, heads: Sequence[str], looks: Sequence[str], rows: Sequence[Row]) -> Area:
    sheets.figures.set_row(row, row_height(heads[1:], [COLUMN] * (len(heads) - 1), "head"))
    for column, words in enumerate(heads):
        sheets.figures.write_string(row, column, words, sheets.formats["head"])
    for position, line in enumerate(rows, row + 1):
        for column, (value, look) in enumerate(zip(line, looks, strict=True)):
            if isinstance(value, str):
                sheets.figures.write_string(position, column, value, sheets.formats[look])
            else:
                sheets.number(position, column, value, look)
    return Area(row, len(rows))


def _trend(sheets: Sheets, chart: Trend, row: int) -> tuple[Drawn, int]:
    heads = (
        _("Period"), "n", _("Answers"), _("Share"), _("Low end (95%)"), _("High end (95%)"), _("Centre line"),
        _("Upper limit"), _("Lower limit"), _("Published figures"),
    )  # fmt: skip
    rows: list[Row] = [
        (
            *(p.label, p.n, exact_count(p.share, p.n), None if p.published else p.share, p.low, p.high),
            *(p.centre, p.upper, p.lower, p.share if p.published else None),
        )
        for p in chart.points
    ]
    area = _write_table(sheets, row, heads, ("name", "count", "count", *["share"] * 7), rows)
    drawn = sheets.book.add_chart({"type": "line"})
    mark = {"type": "circle", "size": 6, "fill": {"color": STRONG}, "border": {"color": STRONG}}
    hollow = {"type": "diamond", "size": 8, "fill": {"color": "#FFFFFF"}, "border": {"color": STRONG}}
    thin, dashed = {"color": f"#{EDGE}", "width": 1}, {"color": f"#{EDGE}", "width": 1, "dash_type": "dash"}
    looks: dict[int, dict[str, Any]] = {
        3: {"line": {"color": STRONG, "width": 1.75}, "marker": mark},
        6: {"line": thin},
        7: {"line": dashed},
        8: {"line": dashed},
        9: {"line": {"none": True}, "marker": hollow},
    }
    for column, look in looks.items():
        if any(line[column] is not None for line in rows):
            names = {"name": area.name(sheets, column), "categories": area.cells(sheets, 0)}
            drawn.add_series({**names, "values": area.cells(sheets, column), **look})
    _style(drawn, chart.axis)
    return Drawn(drawn, chart.title, 380, chart_words(chart)), row + len(rows) + 3


def _intervals(sheets: Sheets, chart: Intervals, row: int) -> tuple[Drawn, int]:
    heads = (
        _("Name"), "n", _("Answers"), _("Share"), _("Low end (95%)"), _("High end (95%)"), _("Low reach"),
        _("High reach"), _("Name in the chart"),
    )  # fmt: skip
    rows: list[Row] = [
        (each.label, each.n, exact_count(each.value, each.n), each.value, each.low, each.high,
         _reach(each.value, each.low), _reach(each.high, each.value), row_label(each))
        for each in chart.rows
    ]  # fmt: skip
    area = _write_table(sheets, row, heads, ("name", "count", "count", *["share"] * 5, "free"), rows)
    drawn = sheets.book.add_chart({"type": "bar"})
    name = sheets.figures.get_name()
    drawn.add_series(
        {
            "name": area.name(sheets, 3),
            "categories": area.cells(sheets, 8),
            "values": area.cells(sheets, 3),
            "fill": {"color": "#E3F0EF"},
            "border": {"color": f"#{EDGE}"},
            "gap": 45,
            "y_error_bars": {
                "type": "custom",
                "plus_values": f"='{name}'!$H${area.head + 2}:$H${area.head + 1 + area.length}",
                "minus_values": f"='{name}'!$G${area.head + 2}:$G${area.head + 1 + area.length}",
                "plus_data": [line[7] for line in rows],
                "minus_data": [line[6] for line in rows],
            },
        }
    )
    _style(drawn, chart.axis, across=True, reference=chart.reference)
    return Drawn(drawn, chart.title, 120 + 30 * len(rows), chart_words(chart)), row + len(rows) + 3


def _columns(sheets: Sheets, chart: Columns, row: int) -> tuple[Drawn, int]:
    rows: list[Row] = [(column.label, column.value) for column in chart.columns]
    share = any("%" in tick.text for tick in chart.axis.ticks)
    area = _write_table(sheets, row, (_("Name"), chart.title), ("name", "share" if share else "count"), rows)
    drawn = sheets.book.add_chart({"type": "bar"})
    drawn.add_series(
        {
            "name": area.name(sheets, 1),
            "categories": area.cells(sheets, 0),
            "values": area.cells(sheets, 1),
            "fill": {"color": STRONG},
            "gap": 45,
            "data_labels": {"value": True, "custom": [_label(column.text) for column in chart.columns]},
        }
    )
    _style(drawn, chart.axis, across=True)
    return Drawn(drawn, chart.title, 100 + 34 * len(rows), chart_words(chart)), row + len(rows) + 3


def _funnel(sheets: Sheets, chart: Funnel, row: int) -> tuple[Drawn, int]:
    heads = (_("Agency"), "n", _("Answers"), _("Share"))
    units: list[Row] = [(p.label, p.n, exact_count(p.value, p.n), p.value) for p in chart.points]
    area = _write_table(sheets, row, heads, ("name", "count", "count", "share"), units)
    limit_heads = ("n", *limit_names(), chart.centre.text)
    limits: list[Row] = [(x.n, x.lowest, x.low, x.high, x.highest, chart.centre.value) for x in chart.limits]
    below = _write_table(sheets, row + len(units) + 2, limit_heads, ("count", *["share"] * 5), limits)
    drawn = sheets.book.add_chart({"type": "scatter"})
    mark = {"type": "diamond", "size": 7, "fill": {"color": STRONG}, "border": {"color": STRONG}}
    units_look: dict[str, Any] = {"name": area.name(sheets, 3), "marker": mark}
    shown = [_label(p.label if p.role != "same" else "") for p in chart.points]
    units_look |= (
        {"data_labels": {"value": True, "custom": shown}} if any(p.role != "same" for p in chart.points) else {}
    )
    drawn.add_series({**units_look, "categories": area.cells(sheets, 1), "values": area.cells(sheets, 3)})
    for column, dash in ((1, "solid"), (2, "dash"), (3, "dash"), (4, "solid"), (5, "solid")):
        line = {"color": f"#{EDGE}", "width": 1, "dash_type": dash}
        names = {"name": below.name(sheets, column), "marker": {"type": "none"}, "line": line}
        drawn.add_series({**names, "categories": below.cells(sheets, 0), "values": below.cells(sheets, column)})
    _style(drawn, chart.y_axis)
    drawn.set_x_axis({"name": chart.x_axis.title, "min": chart.x_axis.low, "max": chart.x_axis.high})
    return Drawn(drawn, chart.title, 460, chart_words(chart)), row + len(units) + len(limits) + 5


def _reach(more: float | None, less: float | None) -> float | None:
    return None if more is None or less is None else more - less


def _label(text: str) -> dict[str, Any]:
    return {"value": text, "font": {"name": FONT, "size": 11}} if text else {"delete": True}


def _style(chart: Any, axis: Axis, *, across: bool = False, reference: Tick | None = None) -> None:
    font = {"name": FONT, "size": 11}
    shares = any("%" in tick.text for tick in axis.ticks)
    values = {
        "min": axis.low,
        "max": axis.high,
        "num_format": "0%" if shares else "#,##0",
        "num_font": font,
        "major_gridlines": {"visible": True, "line": {"color": "#CFD9D7"}},
    }
    chart.set_title({"none": True})
    chart.set_legend({"none": True} if across else {"position": "bottom", "font": font})
    if across:
        # Bars begin at the reference, which the axis of the names draws as a line.
        line = {"line": {"color": "#0F2A30", "width": 1.25}, "label_position": "low"} if reference else {}
        told = {"crossing": reference.value, "name": reference_words(reference)} if reference else {}
        chart.set_y_axis({"reverse": True, "num_font": font, "major_tick_mark": "none", **line})
        chart.set_x_axis({**values, "name_font": {**font, "bold": False}, "label_position": "high", **told})
    else:
        chart.set_x_axis({"num_font": font})
        chart.set_y_axis(values)


PLOTS: Mapping[type[Plot], Callable[[Sheets, Any, int], tuple[Drawn, int]]] = {
    Trend: _trend,
    Intervals: _intervals,
    Funnel: _funnel,
    Columns: _columns,
}
