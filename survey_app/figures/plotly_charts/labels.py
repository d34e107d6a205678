"""Names beside the points of a chart, none over another or over the edge: who finds no room stays unnamed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple

from survey_app.figures.charts import Axis, FunnelPoint
from survey_app.figures.plotly_charts.frame import capital

FONT_PIXELS = 12
# A little over what the font's letters take on the whole.
CHARACTER_PIXELS, LINE_PIXELS, POINT_PIXELS, GAP_PIXELS = 6.8, 16, 12, 9


class Box(NamedTuple):
    """A rectangle in CSS pixels from the upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, other: "Box") -> bool:
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom


@dataclass(frozen=True, slots=True)
class Room:
    """The plotting area: its axes and the least pixels that it is wide and high."""

    x: Axis
    y: Axis
    width: float
    height: float

    def at(self, n: float, value: float) -> tuple[float, float]:
        """Where a point lies in pixels."""
        across = (n - self.x.low) / (self.x.high - self.x.low) * self.width
        return across, (self.y.high - value) / (self.y.high - self.y.low) * self.height


def named(points: Sequence[FunnelPoint], room: Room) -> list[dict[str, Any]]:
    """Annotations with the names of the points outside the limits, as far as there is room; the first goes first."""
    taken = [_around(*room.at(point.n, point.value)) for point in points]
    found = []
    for point in points:
        if point.role == "same":
            continue
        place = next((each for each in _places(point, room) if _is_free(each[0], room, taken)), None)
        if place:
            taken.append(place[0])
            found.append(_annotation(point, place[1]))
    return found


def _places(point: FunnelPoint, room: Room) -> Iterator[tuple[Box, dict[str, Any]]]:
    """Where a name can stand: away from the middle of the chart, towards it, right and left of its point."""
    x, y = room.at(point.n, point.value)
    width = CHARACTER_PIXELS * len(point.label)
    for side in (1, -1) if point.role == "below" else (-1, 1):
        middle = y + side * (GAP_PIXELS + LINE_PIXELS / 2)
        yield (
            Box(x - width / 2, middle - LINE_PIXELS / 2, x + width / 2, middle + LINE_PIXELS / 2),
            {"xanchor": "center", "yshift": -side * (GAP_PIXELS + LINE_PIXELS / 2)},
        )
    for side, anchor in ((1, "left"), (-1, "right")):
        near, far = x + side * GAP_PIXELS, x + side * (GAP_PIXELS + width)
        yield (
            Box(min(near, far), y - LINE_PIXELS / 2, max(near, far), y + LINE_PIXELS / 2),
            {"xanchor": anchor, "xshift": side * GAP_PIXELS},
        )


def _is_free(box: Box, room: Room, taken: Sequence[Box]) -> bool:
    return Box(0, 0, room.width, room.height).holds(box) and not any(box.meets(other) for other in taken)


def _around(x: float, y: float) -> Box:
    half = POINT_PIXELS / 2
    return Box(x - half, y - half, x + half, y + half)


def _annotation(point: FunnelPoint, place: dict[str, Any]) -> dict[str, Any]:
    font = {"color": "var(--ink)", "size": FONT_PIXELS}
    return {
        "x": point.n,
        "y": point.value,
        "text": escape(capital(point.label)),
        "showarrow": False,
        "font": font,
        "bgcolor": "var(--surface)",
    } | place
