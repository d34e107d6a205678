"""The one chart specification. Every writer (web, Word, Excel, typst, text) draws this and nothing else. Pure.

Values are exact shares (0 to 1; differences -1 to 1); `text` is what is printed on the mark, rounded and in the
reader's language. Everything is in drawing order: rows from top to bottom, options from worst to best, time from left
to right. `alternative` is the finding in one sentence, for those who cannot see the picture. None is a figure that is
hidden, too small to be shown, or not there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

# How a mark stands to what it is compared with: said by shape and words, never by colour alone.
Role = Literal["above", "below", "same", "few"]
# The rule that a point of a control chart breaks; "" for none.
Signal = Literal["", "outside", "shift", "trend", "near_limit"]


# The level that bars around zero stand on.
NEUTRAL = 3


@dataclass(frozen=True, slots=True)
class Segment:
    """One option of a bar: `level` is its colour role, 1 worst to 5 best."""

    key: str
    label: str
    level: int
    count: int
    share: float
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One question. `segments` is empty where its figures are hidden or too few; `note` then says why."""

    key: str
    label: str
    n: int | None
    note: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class LegendItem:
    level: int
    label: str


@dataclass(frozen=True, slots=True)
class ScaleGroup:
    """Bars that share a scale, with that scale's own words (worst to best).

    `diverging` bars stand around zero: what is worse than the neutral level to the left, what is better to the right,
    the neutral one half and half. All groups of a chart are drawn alike.
    """

    key: str
    legend: tuple[LegendItem, ...]
    bars: tuple[Bar, ...]
    diverging: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a bar as it is drawn, `start` and `width` as shares; without a segment: a gap for what is hidden."""

    item: LegendItem
    segment: Segment | None
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class StackedBars:
    """Horizontal bars of 100%. `alternative` is the finding in one sentence, for those who cannot see the picture."""

    title: str
    subtitle: str
    alternative: str
    groups: tuple[ScaleGroup, ...]
    kind: str = "stacked_bars"

    @property
    def bars(self) -> tuple[Bar, ...]:
        return tuple(bar for group in self.groups for bar in group.bars)


@dataclass(frozen=True, slots=True)
class Tick:
    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis shows, from `low` to `high`, with its marks; `title` is "" where the subtitle says it."""

    low: float
    high: float
    ticks: tuple[Tick, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a trend. `low` and `high` are the 95% interval, `lower` and `upper` the control limits, `centre`
    the mean or median of its stretch. `better` says which way a signal points. A `published` value has neither n nor
    interval and is drawn hollow; `until` is the open end of a published floor. `labelled`: the drawing writes its
    figure. `note` says why there is no point, "" where there is one."""

    key: str
    label: str
    n: int | None
    share: float | None
    low: float | None
    high: float | None
    text: str
    centre: float | None = None
    lower: float | None = None
    upper: float | None = None
    signal: Signal = ""
    better: bool = True
    published: bool = False
    until: float | None = None
    labelled: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """A line before the point `before`: what changed there is told in a footnote."""

    before: str
    mark: str
    footnote: str


@dataclass(frozen=True, slots=True)
class Trend:
    """A share over time. `lines` are the words at the right end of the centre line and the limits, from top to bottom:
    (value, words). A gap in the points (None) is a gap in the line."""

    title: str
    subtitle: str
    alternative: str
    points: tuple[Point, ...]
    axis: Axis
    lines: tuple[Tick, ...] = ()
    breaks: tuple[Break, ...] = ()
    kind: str = "trend"


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """One row of a dot plot; `note` says why there is no dot, "" where there is one."""

    key: str
    label: str
    n: int | None
    value: float | None
    low: float | None
    high: float | None
    text: str
    role: Role = "same"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Intervals:
    """A dot plot: values with their intervals, against a reference line (None: there is none)."""

    title: str
    subtitle: str
    alternative: str
    rows: tuple[IntervalRow, ...]
    axis: Axis
    reference: Tick | None = None
    kind: str = "intervals"


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """One unit; its label is drawn where its role is not "same"."""

    key: str
    label: str
    n: int
    value: float
    text: str
    role: Role = "same"


@dataclass(frozen=True, slots=True)
class FunnelLimit:
    """The limits that chance alone leaves at n: 95% (`low`, `high`) and 99.8% (`lowest`, `highest`)."""

    n: int
    lowest: float
    low: float
    high: float
    highest: float


@dataclass(frozen=True, slots=True)
class Funnel:
    """Values against how many answers they rest on, around the whole's value `centre`."""

    title: str
    subtitle: str
    alternative: str
    points: tuple[FunnelPoint, ...]
    centre: Tick
    limits: tuple[FunnelLimit, ...]
    x_axis: Axis
    y_axis: Axis
    kind: str = "funnel"


@dataclass(frozen=True, slots=True)
class Column:
    """One category; `note` says why there is no bar, "" where there is one."""

    key: str
    label: str
    value: float | None
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """Plain counts or shares by category, as bars from zero."""

    title: str
    subtitle: str
    alternative: str
    columns: tuple[Column, ...]
    axis: Axis
    kind: str = "columns"


Chart = StackedBars | Trend | Intervals | Funnel | Columns


def drawable(chart: Chart | None) -> Chart | None:
    """The chart where there is anything to draw, else None: where a chart lays beside each other, a single mark says
    less than its table."""
    match chart:
        case StackedBars():
            marks = any(bar.segments for bar in chart.bars)
        case Trend():
            marks = sum(point.share is not None for point in chart.points) > 1
        case Intervals():
            marks = sum(row.value is not None for row in chart.rows) > 1
        case Funnel():
            marks = len(chart.points) > 2
        case Columns():
            marks = any(column.value is not None for column in chart.columns)
        case None:
            marks = False
    return chart if marks else None


def stretches(group: ScaleGroup, bar: Bar) -> tuple[Stretch, ...]:
    """The parts of a bar from worst to best, end to end from 0, or around zero where the group's bars diverge. All that
    is hidden is one gap where its first option would be."""
    shown = {segment.label: segment for segment in bar.segments}
    hidden, start = 1 - sum(segment.share for segment in bar.segments), 0.0
    parts = []
    for item in group.legend if shown else ():
        segment = shown.get(item.label)
        width = segment.share if segment else hidden
        hidden = hidden if segment else 0.0
        if width > 0:
            parts.append(Stretch(item, segment, start, width))
        start += width
    if not group.diverging:
        return tuple(parts)
    zero = sum(part.width for part in parts if part.item.level < NEUTRAL)
    zero += sum(part.width for part in parts if part.item.level == NEUTRAL) / 2
    return tuple(replace(part, start=part.start - zero) for part in parts)


def reach(groups: Iterable[ScaleGroup]) -> tuple[float, float]:
    """How far the bars of a chart reach to either side of zero, as shares; 0 and 1 where they do not diverge."""
    parts = [part for group in groups for bar in group.bars for part in stretches(group, bar)]
    low = min((part.start for part in parts), default=0.0)
    high = max((part.start + part.width for part in parts), default=1.0)
    return (-low, high) if low < 0 else (0.0, 1.0)


def levels(positive: tuple[bool, ...]) -> tuple[int, ...]:
    """The colour role of each option of a scale given worst to best: positive ones count down from 5 to 4, the others
    up from 1 to 3 (late, on time, early -> 1, 4, 5)."""
    last = len(positive) - 1
    return tuple(max(4, 5 - (last - i)) if good else min(3, 1 + i) for i, good in enumerate(positive))
