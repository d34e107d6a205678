"""The chart specification as a Plotly figure for the page: texts come formatted, colours are the page's own tokens."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from textwrap import wrap
from typing import Any

from flask_babel import gettext as _

from survey_app.figures.charts import Bar, ScaleGroup, StackedBars
from survey_app.i18n import format_number, language

LABEL_CHARACTERS = 20
GROUP_GAP = 0.3
BAR_WIDTH = 0.62
# A narrower segment has no room for its label; the table has it.
NARROWEST_LABELLED = 0.06
QUARTERS = (0, 0.25, 0.5, 0.75, 1)
# The lowest levels carry a pattern: printed without colour they look like the higher ones.
PATTERNS = {0: "x", 1: "/", 2: "\\"}
PATTERN = {"fillmode": "overlay", "fgopacity": 0.3, "size": 8, "solidity": 0.14}
BARS_IN_FRAME = 9
BAR_PIXELS = 48
NEUTRAL = 3
HIDDEN = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """One rectangle: its colour role (HIDDEN for a gap), where it lies, what is printed on it and read by a pointer."""

    level: int
    y: float
    base: float
    width: float
    text: str
    hover: str


def plotly_figure(chart: StackedBars) -> dict[str, Any]:
    """The figure {"data", "layout"} in the reader's language, checked by plotly's own schema."""
    figure: dict[str, Any] = json.loads(plotly_json(chart))
    return figure


def plotly_json(chart: StackedBars) -> str:
    """The same as JSON text. Drawn once for each chart and language: the same counts give the same picture."""
    return _json(chart, language())


@lru_cache(maxsize=512)
def _json(chart: StackedBars, _language: str) -> str:
    # Imported late: commands and the citizen's form never need it.
    from plotly.graph_objects import Figure

    places = list(_places(chart))
    marks = [mark for y, group, bar in places for mark in _marks(y, group, bar)]
    drawn = sorted({mark.level for mark in marks})
    traces = [_trace(level, [mark for mark in marks if mark.level == level]) for level in drawn]
    figure = Figure(data=traces, layout=_layout(places))
    return json.dumps(figure.to_plotly_json(), ensure_ascii=False, separators=(",", ":"))


def warm_up() -> None:
    """Load plotly and its schema before the first reader waits for them."""
    _json(StackedBars("", "", "", ()), "")


def _places(chart: StackedBars) -> Iterator[tuple[float, ScaleGroup, Bar]]:
    """Every bar with its place from the top; scales stand a little apart."""
    y = 0.0
    for group in chart.groups:
        for bar in group.bars:
            yield y, group, bar
            y += 1
        y += GROUP_GAP


def _marks(y: float, group: ScaleGroup, bar: Bar) -> Iterator[Mark]:
    """The segments of a bar from worst to best; what is hidden stays a hatched gap where its first option would be."""
    shown = {segment.label: segment for segment in bar.segments}
    hidden = 1 - sum(segment.share for segment in bar.segments)
    left = 0.0
    for item in group.legend if shown else ():
        segment = shown.get(item.label)
        width = segment.share if segment else hidden
        if segment:
            text, hover = segment.text, _hover(bar, segment.label, segment.text, segment.count)
        else:
            # One gap for all that is hidden.
            hidden, text, hover = 0.0, "", _("small counts hidden")
        if width > 0:
            level = segment.level if segment else HIDDEN
            yield Mark(level, y, left, width, text if width >= NARROWEST_LABELLED else "", hover)
        left += width


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


def _layout(places: list[tuple[float, ScaleGroup, Bar]]) -> dict[str, Any]:
    last = places[-1][0] if places else 0.0
    layout: dict[str, Any] = {
        "template": "none",
        "barmode": "overlay",
        "showlegend": False,
        # Room for half of "100%", which is dropped where it would pass the edge.
        "margin": {"l": 8, "r": 24, "t": 8, "b": 32},
        "separators": ",." if language() == "vi" else ".,",
        "uniformtext": {"minsize": 11, "mode": "hide"},
        "xaxis": {
            "range": [0, 1],
            "tickvals": list(QUARTERS),
            "ticktext": [f"{quarter:.0%}" for quarter in QUARTERS],
            "tickfont": {"color": "var(--muted)", "size": 13},
            "zeroline": False,
            "automargin": True,
        },
        "yaxis": {
            "range": [last + 0.55, -0.55],
            "tickvals": [y for y, _group, _bar in places],
            "ticktext": [_tick(bar) for _y, _group, bar in places],
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
        },
        "annotations": [_annotation(y, bar) for y, _group, bar in places if not bar.segments],
    }
    if len(places) > BARS_IN_FRAME:
        layout["height"] = BAR_PIXELS * (len(places) + 1)
    return layout


def _tick(bar: Bar) -> str:
    lines = [escape(line) for line in wrap(bar.label, LABEL_CHARACTERS)]
    if bar.n is not None:
        lines.append(f"<span style='font-size:12px'>n = {format_number(bar.n)}</span>")
    return "<br>".join(lines)


def _annotation(y: float, bar: Bar) -> dict[str, Any]:
    return {
        "x": 0,
        "y": y,
        "text": escape(bar.note),
        "xanchor": "left",
        "showarrow": False,
        "font": {"color": "var(--muted)", "size": 13},
    }
