"""The one chart specification. Every writer (web, Word, Excel, typst, text) draws this and nothing else. Pure.

Values are exact shares (0 to 1); `text` is what is printed on the mark, rounded and in the reader's language.
Bars, segments and legends are in drawing order: questions from top to bottom, options from worst to best.
"""

from dataclasses import dataclass


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
    """Bars that share a scale, with that scale's own words (worst to best)."""

    key: str
    legend: tuple[LegendItem, ...]
    bars: tuple[Bar, ...]


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


Chart = StackedBars


def levels(positive: tuple[bool, ...]) -> tuple[int, ...]:
    """The colour role of each option of a scale given worst to best: positive ones count down from 5 to 4, the others
    up from 1 to 3 (late, on time, early -> 1, 4, 5)."""
    last = len(positive) - 1
    return tuple(max(4, 5 - (last - i)) if good else min(3, 1 + i) for i, good in enumerate(positive))
