"""Shares over time: control charts and the rules that tell a signal from chance."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from math import inf, isfinite, sqrt
from typing import Literal, NamedTuple, get_args

from survey_app.statistics.arguments import check_shares

# The mean of the moving range of two, in standard deviations.
D2 = 1.128
# From this many points on limits are drawn.
FEWEST_FOR_LIMITS = 12
# Beyond it the shares vary more than chance makes them, and the limits widen with them.
LANEY_FROM = 1.2
LONG_RUN = 7
LONG_TREND = 6


Rule = Literal["outside", "shift", "trend", "near_limit"]
RULES: tuple[Rule, ...] = get_args(Rule)


class Signal(NamedTuple):
    """The points first..last (indexes, inclusive) that a rule marks; `upward`: above the mean, or rising.

    Rules, the weightiest first: "outside" (beyond a limit), "shift" (7 or more on one side of the mean), "trend" (6 or
    more rising or falling), "near_limit" (2 of 3 in the outer third, on one side).
    """

    rule: Rule
    first: int
    last: int
    upward: bool


class ControlChart(NamedTuple):
    """Mean, dispersion, the limits of each point and the signals; `widened`: by Laney's sigma-z (a p' chart)."""

    mean: float
    sigma_z: float
    widened: bool
    limits: list[tuple[float, float]]
    signals: list[Signal]


def p_chart(ks: Sequence[float], ns: Sequence[float]) -> tuple[float, list[tuple[float, float]]]:
    """(mean, [(low, high), ...]): the common share and each point's three-sigma limits, cut at 0 and 1.

    A point without answers has the limits (0.0, 1.0); without any answer the mean is 0.0. Raises ValueError for
    impossible shares and lists of different length.

    Source: W. A. Shewhart, "Economic Control of Quality of Manufactured Product" (1931); D. C. Montgomery,
    "Introduction to Statistical Quality Control", section 7.2.
    """
    check_shares(ks, ns)
    mean = _mean(ks, ns)
    return mean, _limits(mean, ns, 1.0)


def laney(ks: Sequence[float], ns: Sequence[float]) -> float:
    """Sigma-z: the spread from point to point in the units that chance gives; 1 where chance is all there is.

    Points without answers are left out. Under two points, or where all succeed or none: 1.0. Raises ValueError as
    `p_chart` does.

    Source: D. B. Laney, "Improved control charts for attributes", Quality Engineering 14 (2002) 531-537.
    """
    check_shares(ks, ns)
    mean = _mean(ks, ns)
    points = [(k, n) for k, n in zip(ks, ns, strict=True) if n]
    if len(points) < 2 or not 0 < mean < 1:
        return 1.0
    z = [(k / n - mean) / sqrt(mean * (1 - mean) / n) for k, n in points]
    return _mean_range(z) / D2


def xmr(values: Sequence[float]) -> tuple[float, float, float]:
    """(mean, low, high): the mean of single values and their limits by the mean moving range (3 / 1.128 of it).

    One value has no range: (value, -inf, inf); no value: (0.0, -inf, inf). Raises ValueError for values that are not
    finite.

    Source: D. J. Wheeler, "Understanding Variation" (2000); Montgomery, section 6.4.
    """
    if not all(isfinite(value) for value in values):
        raise ValueError(f"values must be finite, not {list(values)}")
    mean = sum(values) / len(values) if values else 0.0
    half = 3 * _mean_range(values) / D2 if len(values) > 1 else inf
    return mean, mean - half, mean + half


def control_chart(ks: Sequence[float], ns: Sequence[float]) -> ControlChart:
    """A p chart, or Laney's p' where sigma-z is over 1.2, with the signals of four rules.

    Points without answers have the limits (0.0, 1.0), and the rules pass over them. Under `FEWEST_FOR_LIMITS` points
    with answers there are no signals, and the limits are not to be drawn. Raises ValueError as `p_chart` does.

    Source: `p_chart`, `laney`; the rules are those of the NHS England Making Data Count team in our own lengths.
    """
    mean, _ = p_chart(ks, ns)
    sigma_z = laney(ks, ns)
    widened = sigma_z > LANEY_FROM
    limits = _limits(mean, ns, sigma_z if widened else 1.0)
    points = [i for i, n in enumerate(ns) if n]
    signals = []
    if len(points) >= FEWEST_FOR_LIMITS:
        shares = [ks[i] / ns[i] for i in points]
        found = run_rules(shares, mean, [limits[i] for i in points])
        signals = [Signal(rule, points[first], points[last], upward) for rule, first, last, upward in found]
    return ControlChart(mean, sigma_z, widened, limits, signals)


def run_rules(values: Sequence[float], mean: float, limits: Sequence[tuple[float, float]]) -> list[Signal]:
    """The signals in a series, by their first point. Raises ValueError where values and limits differ in number."""
    if len(values) != len(limits):
        raise ValueError(f"as many limits as values are needed, not {len(limits)} and {len(values)}")
    found = [*_outside(values, limits), *_long_runs(values, mean), *_trends(values), *_near(values, mean, limits)]
    return sorted(found, key=lambda signal: (signal.first, signal.last, signal.rule))


def point_marks(signals: Sequence[Signal], points: int) -> list[Signal | None]:
    """The weightiest signal that marks each point; None where none does."""
    marks: list[Signal | None] = [None] * points
    for signal in sorted(signals, key=lambda signal: RULES.index(signal.rule), reverse=True):
        marks[signal.first : signal.last + 1] = [signal] * (signal.last - signal.first + 1)
    return marks


def _outside(values: Sequence[float], limits: Sequence[tuple[float, float]]) -> Iterator[Signal]:
    for i, (value, (low, high)) in enumerate(zip(values, limits, strict=True)):
        if not low <= value <= high:
            yield Signal("outside", i, i, value > high)


def _long_runs(values: Sequence[float], mean: float) -> Iterator[Signal]:
    """Runs on one side; a point on the mean belongs to neither and ends them."""
    sides = [(value > mean) - (value < mean) for value in values]
    for first, last, side in _runs(sides):
        if side and last - first + 1 >= LONG_RUN:
            yield Signal("shift", first, last, side > 0)


def _trends(values: Sequence[float]) -> Iterator[Signal]:
    steps = [(after > before) - (after < before) for before, after in pairwise(values)]
    for first, last, step in _runs(steps):
        if step and last - first + 2 >= LONG_TREND:
            yield Signal("trend", first, last + 1, step > 0)


def _near(values: Sequence[float], mean: float, limits: Sequence[tuple[float, float]]) -> Iterator[Signal]:
    """Windows of three with two in the outer third of one side; overlapping ones are one signal."""
    for upward in (False, True):
        near = [_is_near(value, mean, pair[upward], upward) for value, pair in zip(values, limits, strict=True)]
        marked = [False] * len(values)
        for start in range(len(values) - 2):
            window = [i for i in range(start, start + 3) if near[i]]
            if len(window) >= 2:
                marked[window[0] : window[-1] + 1] = [True] * (window[-1] - window[0] + 1)
        yield from (Signal("near_limit", first, last, upward) for first, last, is_marked in _runs(marked) if is_marked)


def _is_near(value: float, mean: float, limit: float, upward: bool) -> bool:
    """Whether a value lies between two thirds of the way to a limit and the limit itself."""
    inner = mean + (limit - mean) * 2 / 3
    return inner < value <= limit if upward else limit <= value < inner


def _runs(marks: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """(first, last, mark) of each stretch of equal marks."""
    start = 0
    for mark, stretch in groupby(marks):
        length = len(list(stretch))
        yield start, start + length - 1, mark
        start += length


def _mean(ks: Sequence[float], ns: Sequence[float]) -> float:
    total = sum(ns)
    return min(1.0, sum(ks) / total) if total else 0.0


def _limits(mean: float, ns: Sequence[float], spread: float) -> list[tuple[float, float]]:
    halves = [3 * spread * sqrt(mean * (1 - mean) / n) if n else inf for n in ns]
    return [(max(0.0, mean - half), min(1.0, mean + half)) for half in halves]


def _mean_range(values: Sequence[float]) -> float:
    ranges = [abs(after - before) for before, after in pairwise(values)]
    return sum(ranges) / len(ranges)
