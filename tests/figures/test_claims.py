import random
from typing import get_args

import pytest

from survey_app.figures import charts
from survey_app.figures.claims import (
    LEVEL,
    PAGES,
    WHOLE,
    UnitShare,
    change_claims,
    funnel_role,
    leading,
    standing_claims,
    trend_claims,
)
from survey_app.statistics import binomial_p, fisher_exact, two_proportion_z
from survey_app.statistics.control import RULES


def level(units: int, share: float, n: int = 1000, question: str = "access") -> list[UnitShare]:
    """Units that all reach the same share."""
    return [UnitShare(f"A{i}", question, round(share * n), n) for i in range(units)]


def months(shares: list[float], n: int = 2000, question: str = "access") -> list[UnitShare]:
    return [UnitShare(f"2026-{i:02}", question, round(share * n), n) for i, share in enumerate(shares, 1)]


def test_an_agency_that_stands_apart_is_claimed_with_its_direction() -> None:
    claims = standing_claims(
        [*level(20, 0.75), UnitShare("B", "access", 600, 1000), UnitShare("C", "access", 880, 1000)]
    )
    assert [(claim.unit, claim.upward) for claim in claims] == [("B", False), ("C", True)]
    assert claims[0].reference == pytest.approx((20 * 750 + 600 + 880) / 22000)
    assert claims[0].p < LEVEL


def test_equal_agencies_are_not_claimed() -> None:
    assert standing_claims(level(170, 0.75)) == []
    assert standing_claims([]) == []


def test_what_is_compared_shares_the_level() -> None:
    """The same agency passes among few and not among many: p is adjusted over all agencies and criteria."""
    apart = UnitShare("B", "access", 845, 1000)
    few, many = level(3, 0.8), [row for question in "abcde" for row in level(170, 0.8, question=question)]
    assert [claim.unit for claim in standing_claims([*few, apart])] == ["B"]
    assert standing_claims([*many, *few, apart]) == []


def test_nothing_is_claimed_about_few_answers_or_small_differences() -> None:
    whole = level(20, 0.75, n=10_000)
    assert standing_claims([*whole, UnitShare("B", "access", 0, 29)]) == []
    assert [claim.unit for claim in standing_claims([*whole, UnitShare("B", "access", 0, 30)])] == ["B"]
    certain_but_small = UnitShare("B", "access", 768_000, 1_000_000)
    assert standing_claims([*level(170, 0.75, n=10_000), certain_but_small])[:1] == []
    assert standing_claims([UnitShare("B", "access", 0, 100)]) == []
    assert standing_claims([UnitShare("B", "access", 0, 100), UnitShare("C", "access", 29, 29)]) == []


def test_small_units_count_towards_the_whole() -> None:
    small = [UnitShare(f"S{i}", "access", 0, 29) for i in range(100)]
    claims = standing_claims([*small, UnitShare("B", "access", 900, 1000)])
    assert claims[0].reference == pytest.approx(900 / 3900)


def test_the_lopsided_chances_of_small_units_are_no_findings() -> None:
    """At 97%, 24 of 30 lies six standard deviations below by the z test alone; it happens once in ten thousand."""
    rows = [row for question in "abcde" for row in level(170, 0.97, n=6000, question=question)]
    assert standing_claims([*rows, UnitShare("B", "a", 24, 30)]) == []


def test_a_change_needs_certainty_and_two_points() -> None:
    def claimed(now: int, before: int, n: int) -> bool:
        return bool(change_claims([UnitShare(WHOLE, "access", now, n)], [UnitShare(WHOLE, "access", before, n)]))

    assert claimed(800, 700, 1000)
    assert not claimed(720, 700, 1000)
    assert claimed(721_000, 700_000, 1_000_000)
    assert not claimed(719_000, 700_000, 1_000_000)
    assert not claimed(29, 0, 29)


def test_changes_compare_a_unit_with_itself() -> None:
    now, before = level(5, 0.8), level(5, 0.8)
    now[2] = UnitShare("A2", "access", 600, 1000)
    claims = change_claims(now, [*before, UnitShare("gone", "access", 1, 1000)])
    assert [(claim.unit, claim.upward, round(claim.difference, 2)) for claim in claims] == [("A2", False, -0.2)]
    assert change_claims([UnitShare("new", "access", 1, 1000)], before) == []


def test_a_month_beyond_three_sigma_is_claimed() -> None:
    claims = trend_claims(months([0.75] * 11 + [0.6] + [0.75] * 12))
    assert [(claim.unit, claim.upward) for claim in claims] == [("2026-12", False)]


def test_runs_are_signals_and_no_claims() -> None:
    assert trend_claims(months([0.74] * 12 + [0.76] * 12, n=1000)) == []


def test_short_series_claim_nothing_and_thin_months_are_left_out() -> None:
    assert trend_claims(months([0.75] * 10 + [0.4])) == []
    thin = [UnitShare("2026-00", "access", 0, 29)]
    assert trend_claims([*thin, *months([0.75] * 12)]) == []


def test_a_restless_series_must_break_its_own_limits() -> None:
    restless = [0.7, 0.8] * 12
    assert trend_claims(months([*restless, 0.85], n=5000)) == []
    assert trend_claims(months([*[0.75] * 24, 0.85], n=5000)) != []


def test_the_title_tells_what_most_units_share() -> None:
    rows = [
        *level(20, 0.75),
        UnitShare("B", "access", 600, 1000),
        UnitShare("C", "access", 580, 1000),
        *level(20, 0.75, question="staff"),
        UnitShare("B", "staff", 400, 1000),
    ]
    finding = leading(standing_claims(rows))
    assert finding is not None
    assert (finding.question, finding.upward, [claim.unit for claim in finding.claims]) == ("access", False, ["C", "B"])


def test_the_whole_goes_before_its_parts_and_the_first_page_before_the_next() -> None:
    before = [UnitShare(WHOLE, "access", 7000, 10_000), *level(5, 0.7)]
    now = [UnitShare(WHOLE, "access", 7500, 10_000), *level(5, 0.8)]
    finding = leading(
        change_claims(now, before), standing_claims([*level(20, 0.75), UnitShare("B", "access", 1, 1000)])
    )
    assert finding is not None
    assert (finding.page, [claim.unit for claim in finding.claims]) == ("change", [WHOLE])
    assert leading([], []) is None


def test_a_title_tells_both_sides_where_several_units_share_one() -> None:
    rows = [*level(20, 0.75), *(UnitShare(unit, "access", k, 1000) for unit, k in (("B", 600), ("C", 580), ("D", 900)))]
    both = leading(standing_claims(rows))
    assert both is not None
    assert ([claim.unit for claim in both.claims], [claim.unit for claim in both.others]) == (["C", "B"], ["D"])
    one_each = leading(standing_claims([*level(20, 0.75), *rows[-2:]]))
    assert one_each is not None
    assert ([claim.unit for claim in one_each.claims], one_each.others) == (["C"], ())


def test_the_newest_month_leads_a_trend() -> None:
    finding = leading(trend_claims(months([0.75, 0.5, *[0.75] * 20, 0.6, 0.75])))
    assert finding is not None
    assert [claim.unit for claim in finding.claims] == ["2026-23"]


def test_funnel_limits_are_signals() -> None:
    assert [funnel_role(k, 100, 0.75) for k in (60, 61, 75, 88, 89)] == ["below", "same", "same", "same", "above"]
    assert funnel_role(0, 29, 0.75) == "few"
    assert funnel_role(60, 60, 0.97) == "same"


@pytest.mark.parametrize("theta", [0.003, 0.03, 0.5, 0.97, 0.997])
def test_funnel_roles_are_those_of_the_exact_chance(theta: float) -> None:
    for n in (30, 100, 1000):
        for k in range(n + 1):
            assert (funnel_role(k, n, theta) == "same") == (binomial_p(k, n, theta) >= 0.002)


@pytest.mark.parametrize("share", [0.5, 0.75, 0.97])
def test_funnel_flags_where_there_is_nothing_keep_to_their_rate(share: float) -> None:
    """Of 20 equal agencies any is flagged in at most 4% of the cases: 1 in 500 agencies."""
    chance = random.Random(1)
    sizes = [chance.randrange(30, 200) for _ in range(4000)]
    counts = [sum(chance.random() < share for _ in range(n)) for n in sizes]
    flagged = sum(funnel_role(k, n, share) != "same" for k, n in zip(counts, sizes, strict=True))
    assert flagged / 4000 < 0.002 + 3 * (0.002 / 4000) ** 0.5


def test_every_page_gets_the_same_part_of_the_level() -> None:
    (claim,) = change_claims([UnitShare(WHOLE, "a", 580, 1000)], [UnitShare(WHOLE, "a", 500, 1000)])
    assert claim.p == pytest.approx(len(PAGES) * fisher_exact(580, 420, 500, 500))
    assert change_claims([UnitShare(WHOLE, "a", 555, 1000)], [UnitShare(WHOLE, "a", 500, 1000)]) == []
    assert two_proportion_z(555, 1000, 500, 1000)[1] < LEVEL


def test_charts_know_every_rule_of_the_control_chart() -> None:
    assert set(get_args(charts.Signal)) == {"", *RULES}
