"""Answers that stand for unequal numbers of people: strata, weights and what they cost in precision."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from math import inf, sqrt
from statistics import median
from typing import NamedTuple

from survey_app.statistics.arguments import check_amounts, check_share, check_shares
from survey_app.statistics.intervals import wilson

# A cell with fewer responses is joined to others before it is weighted.
FEWEST_IN_CELL = 20
# No response weighs more than this many times what one of the stratum in the middle weighs.
TRIM_AT = 5.0

# (agency, channel)
CellKey = tuple[Hashable, Hashable]


def kish(weights: Sequence[float]) -> tuple[float, float]:
    """(design effect n Σw² / (Σw)², effective n (Σw)² / Σw²) of weighted answers.

    No weights, or all of them 0: (1.0, 0.0). Raises ValueError for weights that are negative or not finite.

    Source: L. Kish, "Survey Sampling" (1965), section 11.7.
    """
    check_amounts(weights)
    largest = max(weights, default=0.0)
    if largest == 0:
        return 1.0, 0.0
    # Scaled, so that no square overflows or vanishes.
    scaled = [weight / largest for weight in weights]
    effective = sum(scaled) ** 2 / sum(weight * weight for weight in scaled)
    return len(weights) / effective, effective


def stratified(strata: Sequence[tuple[float, float, float]]) -> tuple[float, float, float]:
    """(estimate, standard error, design effect) of a share from strata (k, n, N): k of n answers among N people.

    Each stratum counts by its N, its variance is p (1 - p) / (n - 1) times 1 - n/N. Design effect: SE² against
    p (1 - p) / (n - 1) times 1 - n/N of all answers as one simple sample; 1.0 where that is 0. A single answer of
    several people tells no variance: the standard error is infinite. Strata without people are passed over; no people
    at all: (0.0, inf, 1.0). Raises ValueError for impossible numbers, n > N among them, and for a stratum with people
    and no answer: join it to another first.

    Source: W. G. Cochran, "Sampling Techniques" (1977), sections 5.3 and 5A.9.
    """
    for k, n, people in strata:
        check_share(k, n)
        check_share(n, people)
        if people and not n:
            raise ValueError(f"a stratum of {people} people has no answer")
    kept = [stratum for stratum in strata if stratum[2]]
    if not kept:
        return 0.0, inf, 1.0
    return _combined(kept, [people for _, _, people in kept])


class PostStratum(NamedTuple):
    """Cells that are weighted together, with their responses and the cases that these stand for."""

    cells: tuple[CellKey, ...]
    n: int
    cases: int


class Weighted(NamedTuple):
    """A share weighted to case counts, with interval and effective n by the stratified variance, and the unweighted."""

    share: float
    standard_error: float
    low: float
    high: float
    design_effect: float
    effective_n: float
    unweighted: float


def post_strata(cells: Mapping[CellKey, tuple[int, int]]) -> list[PostStratum]:
    """Cells (agency, channel) -> (responses, cases), joined until each has 20 responses and stands for a case.

    A cell that is too thin is joined to the thinnest other of its agency; an agency that stays too thin as a whole to
    the thinnest stratum of another. In the order of the cells. One stratum may stay thin where there is no other.
    Raises ValueError for numbers that are negative or not finite.
    """
    for n, cases in cells.values():
        check_amounts((n, cases))
    agencies: dict[Hashable, list[PostStratum]] = {}
    for key, (n, cases) in cells.items():
        agencies.setdefault(key[0], []).append(PostStratum((key,), n, cases))
    inside = [stratum for strata in agencies.values() for stratum in _joined(strata)]
    place = {key: i for i, key in enumerate(cells)}
    return sorted(_joined(inside), key=lambda stratum: place[stratum.cells[0]])


def post_weights(strata: Sequence[PostStratum]) -> list[float]:
    """What one response of each stratum weighs: its share of the cases over its share of the responses, trimmed.

    Cut at 5 times the strata's median, then scaled so that the weights of all responses add up to their
    number. Strata without responses weigh 0.0. Raises ValueError for impossible numbers.

    Source: post-stratification, Cochran, section 5A.9; the trim is our own choice.
    """
    check_amounts([amount for stratum in strata for amount in (stratum.n, stratum.cases)])
    responses, cases = sum(s.n for s in strata), sum(s.cases for s in strata)
    if not responses or not cases:
        return [1.0 if stratum.n else 0.0 for stratum in strata]
    raw = [s.cases / cases / (s.n / responses) if s.n else 0.0 for s in strata]
    bound = TRIM_AT * median(weight for weight, s in zip(raw, strata, strict=True) if s.n)
    trimmed = [min(weight, bound) for weight in raw] if bound else raw
    scale = responses / sum(weight * s.n for weight, s in zip(trimmed, strata, strict=True))
    return [weight * scale for weight in trimmed]


def post_stratified(ks: Sequence[float], strata: Sequence[PostStratum]) -> Weighted | None:
    """The share of successes weighted to case counts; ks counts the successes of each stratum.

    The n of a stratum may count the answers to one question. Finite populations count where a stratum has no more
    responses than cases. None without responses. Raises ValueError for impossible numbers.
    """
    check_shares(ks, [stratum.n for stratum in strata])
    weights = post_weights(strata)
    kept = [(k, s.n, s.cases, w * s.n) for k, s, w in zip(ks, strata, weights, strict=True) if s.n]
    responses = sum(n for _, n, _, _ in kept)
    if not responses:
        return None
    # More responses than cases: the cases are no population to draw from.
    rows = [(k, n, cases if cases >= n else inf) for k, n, cases, _ in kept]
    share, error, effect = _combined(rows, [weight for *_, weight in kept])
    share = min(1.0, max(0.0, share))
    effective = (
        share * (1 - share) / error**2
        if 0 < error < inf and 0 < share < 1
        else kish([weight for weight, stratum in zip(weights, strata, strict=True) for _ in range(stratum.n)])[1]
    )
    low, high = wilson(share * effective, effective)
    return Weighted(share, error, low, high, effect, effective, sum(k for k, *_ in kept) / responses)


def _combined(strata: Sequence[tuple[float, float, float]], weights: Sequence[float]) -> tuple[float, float, float]:
    """Estimate, standard error and design effect of strata (k, n, N) that count by these weights."""
    whole, n = sum(weights), sum(n for _, n, _ in strata)
    parts = [weight / whole for weight in weights]
    estimate = sum(part * k / size for part, (k, size, _) in zip(parts, strata, strict=True))
    variance = sum(
        part * part * _variance(k / size, size, people) for part, (k, size, people) in zip(parts, strata, strict=True)
    )
    simple = _variance(estimate, n, sum(people for _, _, people in strata))
    return estimate, sqrt(variance), variance / simple if simple else 1.0


def _variance(share: float, n: float, people: float) -> float:
    """Of the share of a simple sample of n among these people; infinite for one answer of several."""
    if n == people:
        return 0.0
    return max(0.0, share * (1 - share)) / (n - 1) * (1 - n / people) if n > 1 else inf


def _joined(strata: Iterable[PostStratum]) -> list[PostStratum]:
    """Strata of which the thin ones are joined, thinnest first, each to the thinnest of the others."""
    waiting = sorted(strata, key=lambda stratum: stratum.n)
    while len(waiting) > 1:
        thin = next((stratum for stratum in waiting if stratum.n < FEWEST_IN_CELL or not stratum.cases), None)
        if thin is None:
            break
        waiting.remove(thin)
        other = waiting.pop(0)
        joined = PostStratum((*other.cells, *thin.cells), other.n + thin.n, other.cases + thin.cases)
        waiting = sorted([*waiting, joined], key=lambda stratum: stratum.n)
    return waiting
