# mypy: allow-untyped-calls
"""The bars of one scale as a native chart of Office: editable, with exact counts in the workbook behind it."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext as _
from pptx.chart.chart import Chart
from pptx.chart.series import BarSeries
from pptx.dml.color import RGBColor
from pptx.dml.fill import FillFormat
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_PATTERN
from pptx.oxml import parse_xml
from pptx.util import Pt

from survey_app.figures.charts import Bar, ScaleGroup
from survey_app.reports.parts import count_words
from survey_app.reports.rules import printable
from survey_app.reports.writers.office_data import InertCategories, InertPoints

CHARTS = "http://schemas.openxmlformats.org/drawingml/2006/chart"
FONT = "Times New Roman"
FILLS = {1: "8F3F0E", 2: "D27C24", 3: "CBD3D0", 4: "44A0A5", 5: "0B4A57"}
INKS = {1: "FFFFFF", 2: "0F2A30", 3: "0F2A30", 4: "0F2A30", 5: "FFFFFF"}
# Levels 2 and 4 are equally dark on a black-and-white print: the poor ones are hatched.
HATCHINGS = {1: MSO_PATTERN.WIDE_DOWNWARD_DIAGONAL, 2: MSO_PATTERN.WIDE_UPWARD_DIAGONAL}
EDGE = "566C73"
ROOM_FOR_A_LETTER = 0.02
NO_FRAME = (
    f'<c:spPr xmlns:c="{CHARTS}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    "<a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
)


@dataclass(frozen=True, slots=True)
class Native:
    """A chart as Word, PowerPoint and Excel take it: what kind, its numbers, how it looks, and how high it is in a
    document (millimetres)."""

    kind: XL_CHART_TYPE
    data: InertCategories | InertPoints
    style: Callable[[Chart], None]
    height: float


def bars(group: ScaleGroup) -> Native:
    """The bars of one scale, each 100%."""
    return Native(
        XL_CHART_TYPE.BAR_STACKED_100,
        _counts(group),
        lambda chart: _style_bars(chart, group),
        22 + 11 * len(group.bars),
    )


def _counts(group: ScaleGroup) -> InertCategories:
    """A row a question, a column an option (worst to best); a last column where hidden counts leave a gap to n."""
    counts = InertCategories(number_format="General")
    counts.categories = [_bar_label(bar) for bar in group.bars]
    for position, item in enumerate(group.legend):
        counts.add_series(printable(item.label), [_count(bar, group, position) for bar in group.bars])
    if any(_hidden(bar) for bar in group.bars):
        counts.add_series(_("Not shown"), [_hidden(bar) for bar in group.bars])
    return counts


def _bar_label(bar: Bar) -> str:
    words = f"{bar.label} (n = {count_words(bar.n)})"
    return printable(words if bar.segments else f"{words}: {bar.note}")


def _count(bar: Bar, group: ScaleGroup, position: int) -> int | None:
    label = group.legend[position].label
    return next((segment.count for segment in bar.segments if segment.label == label), None)


def _hidden(bar: Bar) -> int:
    """What n leaves beside the shown counts: without it the shown ones would be stretched to 100%."""
    return bar.n - sum(segment.count for segment in bar.segments) if bar.n and bar.segments else 0


def _style_bars(chart: Chart, group: ScaleGroup) -> None:
    _style(chart)
    for position, series in enumerate(chart.plots[0].series):
        if position < len(group.legend):
            _style_level(series, group, position)
        else:
            _outline(series.format.fill, series, "FFFFFF")


def clean_frame(chart: Chart) -> None:
    """No frame around the chart."""
    chart._chartSpace.find(f"{{{CHARTS}}}txPr").addprevious(parse_xml(NO_FRAME))


def _style(chart: Chart) -> None:
    chart.font.size, chart.font.name = Pt(11), FONT
    chart.has_title = False
    chart.has_legend = True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    chart.plots[0].gap_width, chart.plots[0].overlap = 35, 100
    # Bars are drawn from below: the first question belongs on top.
    chart.category_axis.reverse_order = True
    chart.category_axis.format.line.fill.background()
    chart.category_axis.major_tick_mark = XL_TICK_MARK.NONE
    chart.value_axis.has_major_gridlines = False
    chart.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    chart.value_axis.major_tick_mark = XL_TICK_MARK.NONE
    chart.value_axis.format.line.fill.background()


def _style_level(series: BarSeries, group: ScaleGroup, position: int) -> None:
    item = group.legend[position]
    if item.level in HATCHINGS:
        fill = series.format.fill
        fill.patterned()
        fill.pattern = HATCHINGS[item.level]
        fill.fore_color.rgb = RGBColor.from_string("FFFFFF")
        fill.back_color.rgb = RGBColor.from_string(FILLS[item.level])
        series.format.line.color.rgb = RGBColor.from_string("FFFFFF")
    elif item.level == 3:
        _outline(series.format.fill, series, FILLS[3])
    else:
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = RGBColor.from_string(FILLS[item.level])
        series.format.line.color.rgb = RGBColor.from_string("FFFFFF")
    # Some programs take a label's colour from its series only.
    series.data_labels.font.size, series.data_labels.font.name = Pt(11), FONT
    series.data_labels.font.color.rgb = RGBColor.from_string(INKS[item.level])
    series.data_labels.show_value = False
    for point, bar in enumerate(group.bars):
        segment = next((each for each in bar.segments if each.label == item.label), None)
        if segment and has_room(segment.share, segment.text):
            _label(series, point, segment.text, item.level)


def has_room(share: float, text: str) -> bool:
    """Whether a share's label fits on its part of a bar in Word or Excel."""
    return share >= ROOM_FOR_A_LETTER * (len(text) + 1)


def _outline(fill: FillFormat, series: BarSeries, colour: str) -> None:
    fill.solid()
    fill.fore_color.rgb = RGBColor.from_string(colour)
    series.format.line.color.rgb = RGBColor.from_string(EDGE)


def _label(series: BarSeries, point: int, text: str, level: int) -> None:
    """The share as the page shows it, not as Word would round it; on its own ground where the bar is hatched."""
    label = series.points[point].data_label
    run = label.text_frame.paragraphs[0].add_run()
    run.text = text
    run.font.size, run.font.name = Pt(11), FONT
    run.font.color.rgb = RGBColor.from_string(INKS[level])
    if level in HATCHINGS:
        ground = label._get_or_add_dLbl().get_or_add_spPr()
        colour = FillFormat.from_fill_parent(ground)
        colour.solid()
        colour.fore_color.rgb = RGBColor.from_string(FILLS[level])
