# mypy: allow-untyped-calls
"""The bars of one scale as a native chart of Office: editable, with exact counts in the workbook behind it."""

from collections.abc import Callable, Iterable
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

from survey_app.figures.charts import NEUTRAL, Bar, ScaleGroup, Segment
from survey_app.reports.parts import count_words
from survey_app.reports.rules import printable
from survey_app.reports.writers.office_data import SHARE, InertCategories, InertPoints

CHARTS = "http://schemas.openxmlformats.org/drawingml/2006/chart"
FONT = "Times New Roman"
FILLS = {1: "8F3F0E", 2: "D27C24", 3: "CBD3D0", 4: "44A0A5", 5: "0B4A57"}
INKS = {1: "FFFFFF", 2: "0F2A30", 3: "0F2A30", 4: "0F2A30", 5: "FFFFFF"}
# Levels 2 and 4 are equally dark on a black-and-white print: the poor ones are hatched.
HATCHINGS = {1: MSO_PATTERN.WIDE_DOWNWARD_DIAGONAL, 2: MSO_PATTERN.WIDE_UPWARD_DIAGONAL}
EDGE = "566C73"
ROOM_FOR_A_LETTER = 0.02
# Programs do not agree on which entry of a legend is left out: one without a name and a colour is not seen.
NAMELESS = "\u00a0"
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
    """The bars of one scale: each 100%, or around zero where they diverge."""
    height = 22 + 11 * len(group.bars)
    if not group.diverging:
        return Native(XL_CHART_TYPE.BAR_STACKED_100, _counts(group), lambda chart: _style_bars(chart, group), height)
    reaches = [_sides(bar) for bar in group.bars if bar.segments]
    below, above = (max(side, default=0.0) for side in zip(*reaches, strict=True)) if reaches else (0.0, 1.0)

    def style(chart: Chart) -> None:
        _style_bars(chart, group, before=1, room=below + above)
        chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = 0, below + above
        _stand_on_zero(chart, below)

    return Native(XL_CHART_TYPE.BAR_STACKED, _around_zero(group, below), style, height)


def sides(shown: Iterable[tuple[int, float]]) -> tuple[float, float]:
    """How far a bar reaches below zero and above it, by the levels and shares that it shows: half of the neutral level
    lies on either side, and what is hidden is left out."""
    held = list(shown)
    below = sum(share / 2 if level == NEUTRAL else share for level, share in held if level <= NEUTRAL)
    return below, sum(share for _level, share in held) - below


def _sides(bar: Bar) -> tuple[float, float]:
    return sides((segment.level, segment.share) for segment in bar.segments)


def _counts(group: ScaleGroup) -> InertCategories:
    """A row a question, a column an option (worst to best); a last column where hidden counts leave a gap to n."""
    counts = InertCategories(number_format="General")
    counts.categories = [_bar_label(bar) for bar in group.bars]
    for position, item in enumerate(group.legend):
        counts.add_series(printable(item.label), [_count(bar, group, position) for bar in group.bars])
    if any(_hidden(bar) for bar in group.bars):
        counts.add_series(_("Not shown"), [_hidden(bar) for bar in group.bars])
    return counts


def _around_zero(group: ScaleGroup, below: float) -> InertCategories:
    """Exact shares after a first column that moves each bar so that zero lies below them all; the counts beside."""
    shares = InertCategories(number_format=SHARE)
    shares.categories = [_bar_label(bar, whole=False) for bar in group.bars]
    shares.add_series(NAMELESS, [below - _sides(bar)[0] if bar.segments else None for bar in group.bars])
    for position, item in enumerate(group.legend):
        held = [_segment(bar, group, position) for bar in group.bars]
        shares.add_series(printable(item.label), [segment.share if segment else None for segment in held])
    shares.beside = (
        ("n", [bar.n for bar in group.bars]),
        *(
            (_("Answers: %(level)s", level=printable(item.label)), [_count(bar, group, i) for bar in group.bars])
            for i, item in enumerate(group.legend)
        ),
    )
    return shares


def _stand_on_zero(chart: Chart, below: float) -> None:
    """The axis of the questions crosses at zero, its labels stay at the edge; what moves the bars is not drawn."""
    chart.value_axis.crosses_at = below
    line = chart.category_axis.format.line
    line.color.rgb, line.width = RGBColor.from_string(EDGE), Pt(0.75)
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    first = chart.plots[0].series[0]
    first.format.fill.background()
    first.format.line.fill.background()


def _bar_label(bar: Bar, *, whole: bool = True) -> str:
    """The question with n; why it has no bar, and where the bar is not filled up to `whole` why it is shorter."""
    words = f"{bar.label} (n = {count_words(bar.n)})"
    return printable(f"{words}: {bar.note}" if bar.note and not (bar.segments and whole) else words)


def _segment(bar: Bar, group: ScaleGroup, position: int) -> Segment | None:
    label = group.legend[position].label
    return next((segment for segment in bar.segments if segment.label == label), None)


def _count(bar: Bar, group: ScaleGroup, position: int) -> int | None:
    segment = _segment(bar, group, position)
    return segment.count if segment else None


def _hidden(bar: Bar) -> int:
    """What n leaves beside the shown counts: without it the shown ones would be stretched to 100%."""
    return bar.n - sum(segment.count for segment in bar.segments) if bar.n and bar.segments else 0


def _style_bars(chart: Chart, group: ScaleGroup, before: int = 0, room: float = 1.0) -> None:
    """Colours and labels of the levels after so many other series; `room` is how many shares the axis is long."""
    _style(chart)
    for position, series in enumerate(chart.plots[0].series, -before):
        if 0 <= position < len(group.legend):
            _style_level(series, group, position, room)
        elif position > 0:
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


def _style_level(series: BarSeries, group: ScaleGroup, position: int, room: float) -> None:
    item = group.legend[position]
    if item.level in HATCHINGS:
        fill = series.format.fill
        fill.patterned()
        fill.pattern = HATCHINGS[item.level]
        fill.fore_color.rgb = RGBColor.from_string("FFFFFF")
        fill.back_color.rgb = RGBColor.from_string(FILLS[item.level])
        series.format.line.color.rgb = RGBColor.from_string("FFFFFF")
    elif item.level == NEUTRAL:
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
        if segment and has_room(segment.share / room, segment.text):
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
