"""What all Plotly drawings share: their frame, axes, labels and marks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from textwrap import wrap
from typing import Any

from survey_app.figures.charts import Axis, Role, Tick
from survey_app.i18n import format_number, language

LABEL_CHARACTERS = 22
# A phone has room for so many ticks of up to so many characters, and for one less of longer ones.
MOST_NARROW_TICKS, SHORT_TICK = 4, 4
SMALL = "<span style='font-size:12px'>{}</span>"
# A role is told by the shape as well as by the colour.
COLOURS: Mapping[Role, str] = {
    "above": "var(--l5)",
    "below": "var(--l1)",
    "same": "var(--edge)",
    "few": "var(--muted)",
}
SYMBOLS: Mapping[Role, str] = {"above": "square", "below": "diamond", "same": "circle", "few": "circle-open"}
SIZES: Mapping[Role, int] = {"above": 12, "below": 13, "same": 9, "few": 9}


@dataclass(frozen=True, slots=True)
class Drawing:
    """Plotly's traces and layout, and the height in CSS pixels that they need."""

    traces: list[dict[str, Any]]
    layout: dict[str, Any]
    height: int


def layout(**given: Any) -> dict[str, Any]:
    """The layout of every drawing. `narrow` holds what a phone draws otherwise: charts.js merges it."""
    narrow = given.pop("narrow", None)
    base: dict[str, Any] = {
        "template": "none",
        "showlegend": False,
        # Room for half of "100%", which is dropped where it would pass the edge.
        "margin": {"l": 8, "r": 24, "t": 8, "b": 32},
        "separators": ",." if language() == "vi" else ".,",
    }
    return base | given | ({"meta": {"narrow": narrow}} if narrow else {})


def axis(given: Axis, **more: Any) -> dict[str, Any]:
    """A numeric axis with its marks as the server worded them."""
    shown = {
        "range": [given.low, given.high],
        "tickvals": [tick.value for tick in given.ticks],
        "ticktext": [escape(tick.text) for tick in given.ticks],
        "tickfont": {"color": "var(--muted)", "size": 13},
        "tickangle": 0,
        "zeroline": False,
        "automargin": True,
    }
    if given.title:
        shown["title"] = {"text": escape(given.title), "font": {"color": "var(--muted)", "size": 13}}
    return shown | more


def narrow_axis(given: Axis, **more: Any) -> dict[str, Any]:
    """The same with as few marks as a phone has room for."""
    longest = max((len(tick.text) for tick in given.ticks), default=0)
    zero = next((i for i, tick in enumerate(given.ticks) if tick.value == 0), -1)
    few = thinned(given.ticks, MOST_NARROW_TICKS - (longest > SHORT_TICK), zero)
    return axis(replace(given, ticks=tuple(few)), **more)


def rows_axis(labels: Sequence[str]) -> dict[str, Any]:
    """The names of rows that stand at 0, 1, 2 ... from the top."""
    return {
        "range": [len(labels) - 0.4, -0.6],
        "tickvals": list(range(len(labels))),
        "ticktext": list(labels),
        "showgrid": False,
        "zeroline": False,
        "automargin": True,
    }


def capital(label: str) -> str:
    """A name as it begins a line."""
    return label[:1].upper() + label[1:]


def row_label(label: str, n: int | None) -> str:
    """A name in lines that a phone has room for, with its n where that is shown."""
    lines = [escape(line) for line in wrap(capital(label), LABEL_CHARACTERS)]
    if n is not None:
        lines.append(SMALL.format(f"n = {format_number(n)}"))
    return "<br>".join(lines)


def row_pixels(labels: Sequence[str], least: int) -> int:
    """The height of one row: no less than its tallest name needs."""
    return max((least, *(8 + 18 * (label.count("<br>") + 1) for label in labels)))


def annotation(x: float, y: float, text: str, **more: Any) -> dict[str, Any]:
    """Words beside a mark."""
    placed = {"x": x, "y": y, "text": escape(text), "showarrow": False, "font": {"color": "var(--muted)", "size": 13}}
    return placed | more


def row_note(x: float, y: float, text: str) -> dict[str, Any]:
    """Why a row has no mark, in lines that a phone has room for."""
    lines = "<br>".join(escape(line) for line in wrap(text, LABEL_CHARACTERS))
    # On its own ground: the line of zero or of the whole may pass there.
    return annotation(x, y, "", xanchor="left", align="left", bgcolor="var(--surface)") | {"text": lines}


def upright(x: float, colour: str = "var(--ink-2)", dash: str = "solid") -> dict[str, Any]:
    """A line across the whole height at x."""
    return {
        "type": "line",
        "xref": "x",
        "x0": x,
        "x1": x,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": colour, "width": 1.5, "dash": dash},
    }


def thinned(ticks: Sequence[Tick], most: int, kept: int = -1) -> list[Tick]:
    """At most so many of the ticks, evenly spread and with the `kept` one (the last)."""
    start = kept % len(ticks) if ticks else 0
    few = (ticks[start % step :: step] for step in range(1, len(ticks) + 1))
    return list(next((found for found in few if len(found) <= most), ()))
