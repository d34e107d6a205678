"""What may be said of figures in a title, a list or an alert, and what is only drawn. Pure.

    rows = [UnitShare(agency, question, k, n), ...]          k of n answers of a unit count, such as the best level
    standing_claims(rows)                                    units above or below the whole: agencies, channels, ...
    change_claims(now, before)                               against another period; the whole's unit is WHOLE
    trend_claims(rows)                                       the unit is the period, rows of a question in order of time
    leading(change_claims(...), standing_claims(...))        the one finding for the title; None: nothing passes
    funnel_role(k, n, theta)                                 a signal for the chart: outside the 99.8% limits, no claim

`headlines.page_title` puts it into words, with an honest fallback. Rows hold exact counts of all units of a page, the
small ones too: those under 30 answers are never claimed, but belong to the whole. Never pass a unit whose figures are
hidden from the reader.

A claim needs a p under 5% that is adjusted (Holm) over everything that its page compares and over the kinds of page,
and a difference of 2 points: whoever reads all pages of a survey meets any false claim with a chance under 5%. Trends
claim by the three-sigma rule alone; runs and funnel limits are signals, drawn but not claimed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Literal, NamedTuple, get_args

from survey_app.figures.rules import FEWEST_FOR_SHARES
from survey_app.statistics import (
    FEWEST_FOR_LIMITS,
    binomial_p,
    control_chart,
    fisher_exact,
    holm,
    newcombe,
    normal_p,
    two_proportion_z,
)

# The kinds of page that claim; each gets the same part of the level.
Page = Literal["agencies", "channels", "procedures", "verified", "change", "trend"]
PAGES: tuple[Page, ...] = get_args(Page)
LEVEL = 0.05
# What is smaller does not matter to anybody, however certain it is.
SMALLEST_DIFFERENCE = 0.02
# What lies outside 99.8% limits, both tails together.
OUTSIDE = 0.002
WHOLE = ""


class UnitShare(NamedTuple):
    """k of the n answers that a unit (an agency, a channel, a period, ...) has to a question."""

    unit: str
    question: str
    k: int
    n: int

    @property
    def share(self) -> float:
        return self.k / self.n if self.n else 0.0


@dataclass(frozen=True, slots=True)
class Claim:
    """A difference that passed: `share` against `reference` (0 to 1), n the fewer answers of both sides, adjusted p."""

    page: Page
    unit: str
    question: str
    share: float
    reference: float
    n: int
    p: float

    @property
    def difference(self) -> float:
        return self.share - self.reference

    @property
    def upward(self) -> bool:
        return self.share > self.reference


@dataclass(frozen=True, slots=True)
class Finding:
    """Claims that say the same of one question, the largest difference first, and `others` that say the opposite of it,
    where several units share it: what a title tells."""

    page: Page
    question: str
    upward: bool
    claims: tuple[Claim, ...]
    others: tuple[Claim, ...] = ()


def standing_claims(rows: Sequence[UnitShare], *, page: Page = "agencies") -> list[Claim]:
    """The units that lie above or below the whole of their question, each tested against all the others together.

    No two units may hold the same answer. A p is the larger of the z test's and Fisher's exact one, so that the small
    units' lopsided chances are not mistaken for findings. Largest difference first.
    """
    wholes = _wholes(rows)
    drafts = []
    for row in rows:
        k, n = wholes[row.question]
        if row.n >= FEWEST_FOR_SHARES and n - row.n >= FEWEST_FOR_SHARES:
            p = _independent_p(row.k, row.n, k - row.k, n - row.n)
            drafts.append(Claim(page, row.unit, row.question, row.share, k / n, row.n, p))
    return _passing(drafts)


def change_claims(now: Iterable[UnitShare], before: Iterable[UnitShare]) -> list[Claim]:
    """The units and questions that changed between two periods without common answers; largest change first.

    Newcombe's 95% interval must leave zero out as well: a page never says "not enough to tell" beside a claim.
    """
    earlier = {(row.unit, row.question): row for row in before if row.n >= FEWEST_FOR_SHARES}
    drafts = []
    for row in now:
        old = earlier.get((row.unit, row.question))
        if old and row.n >= FEWEST_FOR_SHARES:
            low, high = newcombe(row.k, row.n, old.k, old.n)
            p = 1.0 if low <= 0 <= high else _independent_p(row.k, row.n, old.k, old.n)
            drafts.append(Claim("change", row.unit, row.question, row.share, old.share, min(row.n, old.n), p))
    return _passing(drafts)


def trend_claims(rows: Iterable[UnitShare]) -> list[Claim]:
    """The periods that lie beyond the three-sigma limits of their question's series; largest difference first.

    Periods under 30 answers are left out; series under 12 periods have no limits and claim nothing. Where the series
    varies more than chance makes it (Laney), the test does so too.
    """
    series: dict[str, list[UnitShare]] = {}
    for row in rows:
        if row.n >= FEWEST_FOR_SHARES:
            series.setdefault(row.question, []).append(row)
    drafts = [draft for points in series.values() if len(points) >= FEWEST_FOR_LIMITS for draft in _trend(points)]
    return _passing(drafts)


def leading(*pages: Sequence[Claim]) -> Finding | None:
    """The one finding for a title, from the first of the pages that claims anything.

    The whole goes before its parts, the newest period before older ones; else the question on which most units stand
    out, and among equals the largest difference.
    """
    claims = next((found for found in pages if found), ())
    if not claims:
        return None
    if claims[0].page == "trend":
        newest = max(claims, key=lambda claim: (claim.unit, abs(claim.difference)))
        return Finding("trend", newest.question, newest.upward, (newest,))
    groups: dict[tuple[str, bool], list[Claim]] = {}
    for claim in claims:
        # The whole is no unit among units; everything else is told together.
        groups.setdefault((claim.question, claim.unit == WHOLE), []).append(claim)
    best = max(groups.values(), key=lambda group: (group[0].unit == WHOLE, *_weight(group)))
    ways = [[claim for claim in best if claim.upward is upward] for upward in (False, True)]
    few, many = sorted((sorted(way, key=lambda claim: -abs(claim.difference)) for way in ways), key=_weight)
    # Where there is one on each side, the nearer one is often but the rest of the answers: the other one has a name.
    others = tuple(few) if len(many) > 1 else ()
    return Finding(many[0].page, many[0].question, many[0].upward, tuple(many), others)


def _weight(claims: Sequence[Claim]) -> tuple[int, float]:
    return len(claims), max((abs(claim.difference) for claim in claims), default=0.0)


def funnel_role(k: int, n: int, theta: float) -> Literal["above", "below", "same", "few"]:
    """Where a unit stands to the 99.8% limits around the whole's share theta: a signal to be drawn, no claim.

    By the exact chance of each tail, not by the drawn line: interpolated between counts, that one lies a part of an
    answer inside, and at high shares every unit whose answers are all good would stand beyond it.
    """
    if n < FEWEST_FOR_SHARES:
        return "few"
    # Within two standard deviations no tail is that small, however lopsided: the exact chance need not be summed.
    if (k - n * theta) ** 2 <= 4 * n * theta * (1 - theta) or binomial_p(k, n, theta) >= OUTSIDE:
        return "same"
    return "above" if k / n > theta else "below"


def _wholes(rows: Iterable[UnitShare]) -> Mapping[str, tuple[int, int]]:
    wholes: dict[str, tuple[int, int]] = {}
    for row in rows:
        k, n = wholes.get(row.question, (0, 0))
        wholes[row.question] = k + row.k, n + row.n
    return wholes


def _independent_p(k1: int, n1: int, k2: int, n2: int) -> float:
    _, p = two_proportion_z(k1, n1, k2, n2)
    # The exact test costs more, and beyond the level it decides nothing.
    return max(p, fisher_exact(k1, n1 - k1, k2, n2 - k2)) if p < LEVEL else p


def _trend(points: Sequence[UnitShare]) -> Iterable[Claim]:
    chart = control_chart([point.k for point in points], [point.n for point in points])
    spread = chart.sigma_z if chart.widened else 1.0
    for point, (low, high) in zip(points, chart.limits, strict=True):
        p = 1.0
        if not low <= point.share <= high:
            sigma = spread * sqrt(chart.mean * (1 - chart.mean) / point.n)
            p = max(normal_p((point.share - chart.mean) / sigma), binomial_p(point.k, point.n, chart.mean))
        yield Claim("trend", point.unit, point.question, point.share, chart.mean, point.n, p)


def _passing(drafts: Sequence[Claim]) -> list[Claim]:
    adjusted = [min(1.0, len(PAGES) * p) for p in holm([draft.p for draft in drafts])]
    passed = [
        replace(draft, p=p)
        for draft, p in zip(drafts, adjusted, strict=True)
        if p < LEVEL and abs(draft.difference) >= SMALLEST_DIFFERENCE
    ]
    return sorted(passed, key=lambda claim: -abs(claim.difference))
