"""Stacked bars: 100% from left to right, or around zero where the scale has a neutral level."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor
from typing import Any

from flask_babel import gettext as _

from survey_app.figures.charts import NEUTRAL, Axis, Bar, ScaleGroup, StackedBars, Tick, stretches
from survey_app.figures.plotly_charts.frame import Drawing, axis, layout, narrow_axis, row_label, row_note, row_pixels
from survey_app.i18n import format_number

GROUP_GAP = 0.3
BAR_WIDTH = 0.62
# A narrower segment has no room for its label; the table has it.
NARROWEST_LABELLED = 0.06
QUARTER = 0.25
# The lowest levels carry a pattern: printed without colour they look like the higher ones.
PATTERNS = {0: "x", 1: "/", 2: "\\"}
PATTERN = {"fillmode": "overlay", "fgopacity": 0.3, "size": 8, "solidity": 0.14}
BAR_PIXELS, LEAST_PIXELS, FRAME_PIXELS = 58, 200, 50
# Many bars stand closer, so that two years of months are read at a glance and fit on a sheet of paper.
MANY, MANY_PIXELS = 12, 44
HIDDEN = 0

Place = tuple[float, ScaleGroup, Bar]


@dataclass(frozen=True, slots=True)
class Mark:
    """One rectangle: its colour role (HIDDEN for a gap), where it lies, what is printed on it and read by a pointer."""

    level: int
    y: float
    base: float
    width: float
    text: str
    hover: str


def draw(chart: StackedBars) -> Drawing:
    """A trace a colour role; what is hidden stays a hatched gap where its first option would be."""
    places = list(_places(chart))
    marks = [mark for y, group, bar in places for mark in _marks(y, group, bar)]
    drawn = sorted({mark.level for mark in marks})
    traces = [_trace(level, [mark for mark in marks if mark.level == level]) for level in drawn]
    labels = [row_label(bar.label, bar.n) for _y, _group, bar in places]
    pixels = BAR_PIXELS if len(places) <= MANY else row_pixels(labels, MANY_PIXELS)
    height = max(LEAST_PIXELS, FRAME_PIXELS + pixels * len(places))
    return Drawing(traces, _layout(places, _share_axis(marks), height), height)


def _places(chart: StackedBars) -> Iterator[Place]:
    """Every bar with its place from the top; scales stand a little apart."""
    y = 0.0
    for group in chart.groups:
        for bar in group.bars:
            yield y, group, bar
            y += 1
        y += GROUP_GAP


def _marks(y: float, group: ScaleGroup, bar: Bar) -> Iterator[Mark]:
    """The parts of a bar from worst to best."""
    for part in stretches(group, bar):
        if segment := part.segment:
            level, text, hover = segment.level, segment.text, _hover(bar, segment.label, segment.text, segment.count)
        else:
            level, text, hover = HIDDEN, "", _("small counts hidden")
        shown = text if part.width >= NARROWEST_LABELLED else ""
        yield Mark(level, y, part.start, part.width, shown, hover)


def _share_axis(marks: Sequence[Mark]) -> Axis:
    """Whole quarters that hold every mark; the left side of zero counts in positive per cent too."""
    low = floor(min((mark.base for mark in marks), default=0) / QUARTER + 1e-9)
    high = ceil(max((mark.base + mark.width for mark in marks), default=1) / QUARTER - 1e-9)
    quarters = [i * QUARTER for i in range(min(low, 0), max(high, 1) + 1)]
    return Axis(quarters[0], quarters[-1], tuple(Tick(value, f"{abs(value):.0%}") for value in quarters))


def _hover(bar: Bar, label: str, text: str, count: int) -> str:
    figures = _("%(count)s of %(n)s answers", count=format_number(count), n=format_number(bar.n or 0))
    return f"{escape(bar.label)}<br>{escape(label)}: {escape(text)} ({figures})"


def _trace(level: int, marks: list[Mark]) -> dict[str, Any]:
    """All rectangles of one colour role."""
    ink = f"var(--on-l{level})" if level else "var(--muted)"
    # Neighbours are parted by the card's own colour; a pale one needs an edge of its own.
    is_pale = level in (HIDDEN, NEUTRAL)
    marker: dict[str, Any] = {
        "color": f"var(--l{level})" if level else "var(--surface)",
        "line": {"color": "var(--muted)" if is_pale else "var(--surface)", "width": 1 if is_pale else 2},
    }
    if level in PATTERNS:
        marker["pattern"] = {"shape": PATTERNS[level], "fgcolor": ink, **PATTERN}
    return {
        "type": "bar",
        "orientation": "h",
        "x": [round(mark.width, 6) for mark in marks],
        "base": [round(mark.base, 6) for mark in marks],
        "y": [mark.y for mark in marks],
        "width": BAR_WIDTH,
        "marker": marker,
        "text": [escape(mark.text) for mark in marks],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "insidetextfont": {"color": ink, "size": 14},
        "hovertext": [mark.hover for mark in marks],
        "hoverinfo": "text",
        "showlegend": False,
    }


def _layout(places: Sequence[Place], shares: Axis, height: int) -> dict[str, Any]:
    last = places[-1][0] if places else 0.0
    zero = {"zeroline": True, "zerolinecolor": "var(--ink-2)", "zerolinewidth": 1.5} if shares.low < 0 else {}
    return layout(
        barmode="overlay",
        uniformtext={"minsize": 11, "mode": "hide"},
        xaxis=axis(shares, **zero),
        narrow={"xaxis": narrow_axis(shares, **zero)},
        yaxis={
            "range": [last + 0.55, -0.55],
            "tickvals": [y for y, _group, _bar in places],
            "ticktext": [row_label(bar.label, bar.n) for _y, _group, bar in places],
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
        },
        annotations=[row_note(shares.low, y, bar.note) for y, _group, bar in places if not bar.segments],
        height=height,
    )
