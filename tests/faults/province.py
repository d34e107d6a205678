"""python -m tests.faults.province [--seeds 200]: provinces with a known truth, and what the pages claim of them.

170 agencies, 24 months, three channels, 20 procedures, a million responses to five criteria: counts, no database. With
nothing planted every claim is false, and the share of provinces with any, over all pages as they open, must stay under
5%. With differences planted it is counted how many are found, and how many claims point the wrong way.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from survey_app.figures.claims import (
    LEVEL,
    WHOLE,
    Claim,
    UnitShare,
    change_claims,
    funnel_role,
    standing_claims,
    trend_claims,
)
from survey_app.statistics import two_proportion_z

AGENCIES, MONTHS, PROCEDURES = 170, 24, 20
CHANNELS = {"kiosk": 0.55, "web": 0.3, "paper": 0.15}
RESPONSES = 1_000_000
# The share of the level that counts, from a rare best level to one that nearly everybody gives.
TRUTH = {"access": 0.4, "transparency": 0.6, "staff": 0.75, "timeliness": 0.9, "results": 0.97}
ANSWERED, VERIFIED = 0.93, 0.2
ALLOWED = 0.05
LATEST = slice(MONTHS - 3, MONTHS)
BEFORE = slice(MONTHS - 6, MONTHS - 3)

Counts = NDArray[np.int64]
# From counts by agency, month, channel and verified to those of units.
Sums = Callable[[Counts], list[tuple[str, int]]]


@dataclass(frozen=True)
class Planted:
    """Differences in points of share, by where they sit."""

    agencies: Mapping[tuple[int, str], float] = field(default_factory=dict)
    changes: Mapping[tuple[int, str], float] = field(default_factory=dict)
    whole_changes: Mapping[str, float] = field(default_factory=dict)
    months: Mapping[tuple[int, str], float] = field(default_factory=dict)
    channels: Mapping[tuple[str, str], float] = field(default_factory=dict)


NOTHING = Planted()


@dataclass(frozen=True)
class Province:
    """What was counted of one question: answers and those that count, by agency, month, channel and verified."""

    n: dict[str, Counts]
    k: dict[str, Counts]
    procedures: dict[str, tuple[Counts, Counts]]


def simulate(seed: int, planted: Planted = NOTHING) -> Province:
    """A province; the same seed makes the same one. Agencies differ in size by a factor of about a hundred."""
    chance = np.random.default_rng(seed)
    sizes = chance.lognormal(0, 1, AGENCIES)
    weights = np.einsum(
        "a,m,c,v->amcv", sizes, chance.uniform(0.8, 1.2, MONTHS), list(CHANNELS.values()), [1 - VERIFIED, VERIFIED]
    )
    responses = chance.poisson(RESPONSES * weights / weights.sum())
    n, k, procedures = {}, {}, {}
    by_use = chance.dirichlet(np.full(PROCEDURES, 2.0))
    for question, share in TRUTH.items():
        n[question] = chance.binomial(responses, ANSWERED)
        k[question] = chance.binomial(n[question], np.clip(_truth(question, share, planted), 0, 1))
        answers = chance.multinomial(n[question].sum(), by_use)
        # Who counts is drawn among all answers: a procedure makes no difference.
        procedures[question] = (
            answers,
            chance.multivariate_hypergeometric(answers, k[question].sum(), method="marginals"),
        )
    return Province(n, k, procedures)


def pages(province: Province) -> Iterator[tuple[str, list[Claim]]]:
    """Every page that claims, as it opens, with its claims."""
    yield "agencies", standing_claims(_rows(province, _by_agency(slice(None))))
    yield "channels", standing_claims(_rows(province, _by_channel), page="channels")
    yield "verified", standing_claims(_rows(province, _by_verified), page="verified")
    rows = [
        UnitShare(f"P{i}", question, int(k[i]), int(n[i]))
        for question, (n, k) in province.procedures.items()
        for i in range(PROCEDURES)
    ]
    yield "procedures", standing_claims(rows, page="procedures")
    yield "change", change_claims(_with_whole(province, LATEST), _with_whole(province, BEFORE))
    yield "trend", trend_claims(_rows(province, _by_month))


def false_claims(seeds: Sequence[int]) -> Counter[str]:
    """How many provinces without differences make any claim (""), and how many on each page."""
    found: Counter[str] = Counter()
    for seed in seeds:
        claiming = [page for page, claims in pages(simulate(seed)) if claims]
        found.update(claiming)
        found[""] += bool(claiming)
    return found


def naive_false_claims(seeds: Sequence[int]) -> int:
    """How many of them the agencies' page would claim something of by a single test at 5%: what claims protect from."""
    found = 0
    for seed in seeds:
        rows = _rows(simulate(seed), _by_agency(slice(None)))
        for question in TRUTH:
            mine = [row for row in rows if row.question == question]
            k, n = sum(row.k for row in mine), sum(row.n for row in mine)
            if any(two_proportion_z(row.k, row.n, k - row.k, n - row.n)[1] < LEVEL for row in mine):
                found += 1
                break
    return found


def planted_truth() -> Planted:
    """Five agencies apart, ten that fell in the latest quarter, one criterion down everywhere then, one bad month and
    one kind of device that is judged better."""
    apart = {
        (3, "access"): 0.1,
        (20, "staff"): -0.1,
        (50, "timeliness"): -0.08,
        (90, "results"): -0.08,
        (130, "access"): -0.15,
    }
    return Planted(
        agencies=apart,
        changes={(agency, "transparency"): -0.15 for agency in range(0, 100, 10)},
        whole_changes={"staff": -0.04},
        months={(9, "access"): -0.06},
        channels={("kiosk", "timeliness"): 0.06},
    )


@dataclass
class Found:
    """Of each kind of planted difference: how many were found of how many; and the claims that point the wrong way."""

    found: Counter[str] = field(default_factory=Counter)
    planted: Counter[str] = field(default_factory=Counter)
    wrong: int = 0
    claims: int = 0


def power(seeds: Sequence[int]) -> Found:
    """What is found of the planted differences."""
    planted, account = planted_truth(), Found()
    expected = {
        "agencies": {(f"A{agency}", question): delta for (agency, question), delta in planted.agencies.items()},
        "change": {(f"A{agency}", question): delta for (agency, question), delta in planted.changes.items()},
        "whole": {(WHOLE, question): delta for question, delta in planted.whole_changes.items()},
        "trend": {(f"{month:02}", question): delta for (month, question), delta in planted.months.items()},
        "channels": dict(planted.channels),
    }
    for seed in seeds:
        claims = dict(pages(simulate(seed, planted)))
        made = {page: {(c.unit, c.question): c.difference for c in page_claims} for page, page_claims in claims.items()}
        account.claims += sum(map(len, claims.values()))
        for kind, differences in expected.items():
            page = made["change" if kind == "whole" else kind]
            account.planted[kind] += len(differences)
            account.found[kind] += sum(page.get(key, 0) * delta > 0 for key, delta in differences.items())
            account.wrong += sum(page.get(key, 0) * delta < 0 for key, delta in differences.items())
    return account


def flagged_funnels(seeds: Sequence[int], agencies: int = 20) -> float:
    """The share of funnels of equal agencies in which any is flagged beyond its 99.8% limits."""
    found = 0
    for seed in seeds:
        chance = np.random.default_rng(seed)
        n = chance.integers(30, 2000, agencies)
        k = chance.binomial(n, 0.75)
        theta = k.sum() / n.sum()
        found += any(funnel_role(int(a), int(b), theta) != "same" for a, b in zip(k, n, strict=True))
    return found / len(seeds)


def _truth(question: str, share: float, planted: Planted) -> NDArray[np.float64]:
    truth = np.full((AGENCIES, MONTHS, len(CHANNELS), 2), share)
    for (agency, asked), delta in planted.agencies.items():
        truth[agency] += delta * (asked == question)
    for (agency, asked), delta in planted.changes.items():
        truth[agency, LATEST] += delta * (asked == question)
    truth[:, LATEST] += planted.whole_changes.get(question, 0.0)
    for (month, asked), delta in planted.months.items():
        truth[:, month] += delta * (asked == question)
    for (channel, asked), delta in planted.channels.items():
        truth[:, :, list(CHANNELS).index(channel)] += delta * (asked == question)
    return truth


def _rows(province: Province, sums: Sums) -> list[UnitShare]:
    return [
        UnitShare(unit, question, int(k), int(n))
        for question in TRUTH
        for (unit, n), (_, k) in zip(sums(province.n[question]), sums(province.k[question]), strict=True)
    ]


def _by_agency(months: slice) -> Sums:
    return lambda counts: [(f"A{i}", total) for i, total in enumerate(counts[:, months].sum(axis=(1, 2, 3)))]


def _by_month(counts: Counts) -> list[tuple[str, int]]:
    return [(f"{i:02}", total) for i, total in enumerate(counts.sum(axis=(0, 2, 3)))]


def _by_channel(counts: Counts) -> list[tuple[str, int]]:
    return list(zip(CHANNELS, counts.sum(axis=(0, 1, 3)), strict=True))


def _by_verified(counts: Counts) -> list[tuple[str, int]]:
    return list(zip(("walk-up", "verified"), counts.sum(axis=(0, 1, 2)), strict=True))


def _with_whole(province: Province, months: slice) -> list[UnitShare]:
    whole = _rows(province, lambda counts: [(WHOLE, counts[:, months].sum())])
    return [*whole, *_rows(province, _by_agency(months))]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.province", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    seeds = range(parser.parse_args().seeds)
    false = false_claims(seeds)
    any_false = false.pop("", 0)
    print(f"nothing planted: {any_false} of {len(seeds)} provinces with any false claim; by page: {dict(false)}")
    print(f"by a single test at 5% on the agencies alone: {naive_false_claims(seeds)} of {len(seeds)}")
    account = power(seeds)
    for kind, planted in account.planted.items():
        print(f"planted {kind}: {account.found[kind]} of {planted} found ({account.found[kind] / planted:.1%})")
    print(f"planted and claimed the wrong way: {account.wrong} of {account.claims} claims")
    print(f"funnels of 20 equal agencies with any flag: {flagged_funnels(range(20 * len(seeds))):.2%} (about 4%)")
    sys.exit(f"more than {ALLOWED:.0%} claim falsely" if any_false >= ALLOWED * len(seeds) else 0)


if __name__ == "__main__":
    main()
