# mypy: allow-untyped-calls
"""Trends, dot plots, funnels and columns as native charts of Office, with their exact figures behind them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from pptx.chart.chart import Chart
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Pt

from survey_app.figures.charts import Axis, Columns, Funnel, Intervals, ScaleGroup, Tick, Trend
from survey_app.reports.blocks import Drawing
from survey_app.reports.parts import limit_names, reference_words, row_label
from survey_app.reports.rules import exact_count, printable
from survey_app.reports.writers.office_chart import EDGE, FILLS, FONT, Native, bars
from survey_app.reports.writers.office_data import SHARE, Column, InertCategories, InertPoints

Look = Callable[[Any], None]
Points = list[tuple[float, float]]
INK, STRONG = "0F2A30", FILLS[5]


def native(chart: Drawing) -> Native:
    """The chart as Office takes it."""
    return NATIVE[type(chart)](chart)


def _trend(chart: Trend) -> Native:
    """Shares as a line with markers, published ones as hollow markers alone, centre and limits as thin lines."""
    points = chart.points
    data = InertCategories(number_format=SHARE)
    data.categories = [printable(point.label) for point in points]
    data.add_series(_("Share"), [None if point.published else point.share for point in points])
    lines: list[tuple[str, Look]] = [(_("Share"), _main_line)]
    more: tuple[tuple[str, list[float | None], Look], ...] = (
        (_("Published figures"), [point.share if point.published else None for point in points], _hollow),
        (_("Centre line"), [point.centre for point in points], _thin),
        (_("Upper limit"), [point.upper for point in points], _dashed),
        (_("Lower limit"), [point.lower for point in points], _dashed),
    )
    for name, values, look in more:
        if any(value is not None for value in values):
            data.add_series(name, values)
            lines.append((name, look))
    data.beside = _beside(
        (point.n for point in points), [point.share for point in points], [(p.low, p.high) for p in points]
    )

    def style(drawn: Chart) -> None:
        _style(drawn, legend=len(lines) > 1)
        _value_axis(drawn, chart.axis)
        for series, (_name, look) in zip(drawn.plots[0].series, lines, strict=True):
            look(series)
        for place, point in enumerate(points):
            if point.labelled:
                _label(drawn.plots[0].series[1 if point.published else 0], place, point.text)

    return Native(XL_CHART_TYPE.LINE_MARKERS, data, style, 80)


def _intervals(chart: Intervals) -> Native:
    """A bar a row with its interval as an error bar; bars begin at the reference, as a line from top to bottom."""
    data = InertCategories(number_format=SHARE)
    data.categories = [printable(row_label(row)) for row in chart.rows]
    data.add_series(_("Share"), [row.value for row in chart.rows])
    rows = chart.rows
    data.beside = _beside((row.n for row in rows), [row.value for row in rows], [(row.low, row.high) for row in rows])

    def style(drawn: Chart) -> None:
        _style(drawn, legend=False)
        _across(drawn)
        _value_axis(drawn, chart.axis)
        if chart.reference:
            _refer(drawn, chart.reference)
        series = drawn.plots[0].series[0]
        _fill(series, "E3F0EF")
        _error_bars(series, [_reach(row.value, row.low) for row in rows], [_reach(row.high, row.value) for row in rows])

    return Native(XL_CHART_TYPE.BAR_CLUSTERED, data, style, 24 + 8 * len(rows))


def _columns(chart: Columns) -> Native:
    """A bar a category, from zero."""
    data = InertCategories(number_format="General")
    data.categories = [
        printable(column.label + (f": {column.note}" if column.note else "")) for column in chart.columns
    ]
    data.add_series(printable(chart.title), [column.value for column in chart.columns])

    def style(drawn: Chart) -> None:
        _style(drawn, legend=False)
        _across(drawn)
        _value_axis(drawn, chart.axis)
        series = drawn.plots[0].series[0]
        _fill(series, STRONG)
        for place, column in enumerate(chart.columns):
            if column.value is not None:
                _label(series, place, column.text)

    return Native(XL_CHART_TYPE.BAR_CLUSTERED, data, style, 16 + 9 * len(chart.columns))


def _funnel(chart: Funnel) -> Native:
    """Units as points over their n; centre and limits as lines."""
    data = InertPoints(number_format="General")
    units: Points = [(point.n, point.value) for point in chart.points]
    limits: list[tuple[str, Points, Look]] = [
        (name, [(each.n, getattr(each, key)) for each in chart.limits], look) for name, key, look in _limits()
    ]
    lines: list[tuple[str, Points, Look]] = [
        *limits,
        (printable(chart.centre.text), [(n, chart.centre.value) for n in (chart.x_axis.low, chart.x_axis.high)], _thin),
        (_("Agencies"), units, _units),
    ]
    # Some programs lose what is longer than the first series.
    lines.sort(key=lambda line: -len(line[1]))
    for name, points, _look in lines:
        series = data.add_series(name)
        for n, value in points:
            series.add_data_point(n, value)
    place_of_units = next(place for place, line in enumerate(lines) if line[1] is units)
    data.beside = (
        (_("Agency"), [printable(point.label) for point in chart.points]),
        (_("Answers"), [exact_count(point.value, point.n) for point in chart.points]),
    )
    data.beside_of = place_of_units

    def style(drawn: Chart) -> None:
        _style(drawn, legend=True)
        _value_axis(drawn, chart.y_axis)
        _bounds(drawn.category_axis, chart.x_axis)
        drawn.category_axis.has_title = True
        drawn.category_axis.axis_title.text_frame.text = printable(chart.x_axis.title)
        for series, (_name, _points, look) in zip(drawn.plots[0].series, lines, strict=True):
            look(series)
        for place, point in enumerate(chart.points):
            if point.role != "same":
                _label(drawn.plots[0].series[place_of_units], place, point.label)

    return Native(XL_CHART_TYPE.XY_SCATTER_LINES, data, style, 95)


def _limits() -> tuple[tuple[str, str, Look], ...]:
    """What each limit of a funnel is called, which it is and how it looks."""
    looks = (("lowest", _thin), ("low", _dashed), ("high", _dashed), ("highest", _thin))
    return tuple((name, key, look) for name, (key, look) in zip(limit_names(), looks, strict=True))


def _refer(chart: Chart, reference: Tick) -> None:
    """Let the axis of the names cross at a value, its names staying at the left; say below what the line is."""
    names = chart.category_axis
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.format.line.color.rgb, names.format.line.width = RGBColor.from_string(INK), Pt(1.25)
    chart.value_axis.crosses_at = reference.value
    chart.value_axis.has_title = True
    frame = chart.value_axis.axis_title.text_frame
    frame.text = printable(reference_words(reference))
    frame.paragraphs[0].runs[0].font.bold = False


def _beside(
    ns: Any, shares: Sequence[float | None], intervals: Sequence[tuple[float | None, float | None]]
) -> tuple[Column, ...]:
    """n, count and interval of each row, for the workbook behind the chart."""
    known = list(ns)
    counts = [exact_count(share, n) for share, n in zip(shares, known, strict=True)]
    return (
        ("n", known),
        (_("Answers"), counts),
        (_("Low end (95%)"), [low for low, _high in intervals]),
        (_("High end (95%)"), [high for _low, high in intervals]),
    )


def _style(chart: Chart, *, legend: bool) -> None:
    chart.font.size, chart.font.name = Pt(11), FONT
    chart.has_title, chart.has_legend = False, legend
    if legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False


def _across(chart: Chart) -> None:
    """Bars from top to bottom in the order of the rows."""
    chart.plots[0].gap_width = 45
    chart.category_axis.reverse_order = True
    chart.category_axis.major_tick_mark = XL_TICK_MARK.NONE
    chart.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH


def _value_axis(chart: Chart, axis: Axis) -> None:
    chart.value_axis.major_gridlines.format.line.color.rgb = RGBColor.from_string("CFD9D7")
    chart.value_axis.format.line.fill.background()
    _bounds(chart.value_axis, axis)


def _bounds(drawn: Any, axis: Axis) -> None:
    drawn.minimum_scale, drawn.maximum_scale = axis.low, axis.high
    if len(axis.ticks) > 1:
        drawn.major_unit = axis.ticks[1].value - axis.ticks[0].value
    drawn.tick_labels.number_format = "0%" if any("%" in tick.text for tick in axis.ticks) else "#,##0"
    drawn.tick_labels.number_format_is_linked = False


def _line(series: Any, colour: str, points: float, dash: MSO_LINE | None = None) -> None:
    series.smooth = False
    series.format.line.color.rgb, series.format.line.width = RGBColor.from_string(colour), Pt(points)
    if dash is not None:
        series.format.line.dash_style = dash
    series.marker.style = XL_MARKER_STYLE.NONE


def _main_line(series: Any) -> None:
    _line(series, STRONG, 1.75)
    _marker(series, XL_MARKER_STYLE.CIRCLE, STRONG)


def _hollow(series: Any) -> None:
    _markers_only(series, fill="FFFFFF")


def _units(series: Any) -> None:
    _markers_only(series)


def _thin(series: Any) -> None:
    _line(series, EDGE, 1)


def _dashed(series: Any) -> None:
    _line(series, EDGE, 0.75, MSO_LINE.DASH)


def _markers_only(series: Any, fill: str = STRONG) -> None:
    series.smooth = False
    series.format.line.fill.background()
    _marker(series, XL_MARKER_STYLE.DIAMOND, fill)


def _marker(series: Any, style: XL_MARKER_STYLE, fill: str) -> None:
    series.marker.style, series.marker.size = style, 7
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = RGBColor.from_string(fill)
    series.marker.format.line.color.rgb = RGBColor.from_string(INK)


def _fill(series: Any, colour: str) -> None:
    series.format.fill.solid()
    series.format.fill.fore_color.rgb = RGBColor.from_string(colour)
    series.format.line.color.rgb = RGBColor.from_string(EDGE)


def _label(series: Any, place: int, text: str, position: XL_LABEL_POSITION | None = None) -> None:
    label = series.points[place].data_label
    run = label.text_frame.paragraphs[0].add_run()
    run.text = printable(text)
    run.font.size, run.font.name, run.font.bold = Pt(11), FONT, True
    run.font.color.rgb = RGBColor.from_string(INK)
    if position is not None:
        label.position = position


def _reach(more: float | None, less: float | None) -> float:
    return 0.0 if more is None or less is None else more - less


def _error_bars(series: Any, minus: Sequence[float], plus: Sequence[float]) -> None:
    """The intervals: as exact numbers in the chart itself."""
    bars_ = parse_xml(
        f"<c:errBars {nsdecls('c', 'a')}><c:errBarType val='both'/><c:errValType val='cust'/><c:noEndCap val='0'/>"
        f"<c:plus>{_numbers(plus)}</c:plus><c:minus>{_numbers(minus)}</c:minus>"
        f"<c:spPr><a:ln w='15875'><a:solidFill><a:srgbClr val='{INK}'/></a:solidFill></a:ln></c:spPr></c:errBars>"
    )
    series._element.find("{*}cat").addprevious(bars_)


def _numbers(values: Sequence[float]) -> str:
    points = "".join(f"<c:pt idx='{place}'><c:v>{value!r}</c:v></c:pt>" for place, value in enumerate(values))
    return f"<c:numLit><c:formatCode>General</c:formatCode><c:ptCount val='{len(values)}'/>{points}</c:numLit>"


NATIVE: Mapping[type[Drawing], Callable[[Any], Native]] = {
    ScaleGroup: bars,
    Trend: _trend,
    Intervals: _intervals,
    Funnel: _funnel,
    Columns: _columns,
}
