"""The short form of `python -m tests.faults.province`: provinces with a known truth, and what is claimed of them."""

from survey_app.figures.claims import PAGES
from tests.faults.province import RESPONSES, false_claims, flagged_funnels, naive_false_claims, pages, power, simulate

SEEDS = range(1000, 1020)


def test_where_nothing_is_planted_hardly_anything_is_claimed() -> None:
    """Under 5% of the provinces; with 20 of them two would come about once in four times at 5%, once in 60 at 1%."""
    assert false_claims(SEEDS)[""] <= 1


def test_a_single_test_would_claim_something_everywhere() -> None:
    assert naive_false_claims(SEEDS[:5]) == 5


def test_planted_differences_are_found_and_point_the_right_way() -> None:
    account = power(SEEDS[:6])
    shares = {kind: account.found[kind] / planted for kind, planted in account.planted.items()}
    assert shares.keys() == {"agencies", "change", "whole", "trend", "channels"}
    assert shares["whole"] == shares["trend"] == shares["channels"] == 1
    assert shares["agencies"] >= 0.9
    assert shares["change"] >= 0.5
    assert account.wrong == 0


def test_funnels_of_equal_agencies_keep_to_their_rate() -> None:
    assert flagged_funnels(range(1000)) < 0.055


def test_a_province_has_a_million_responses_and_every_page() -> None:
    province = simulate(1)
    answered = sum(counts.sum() for counts in province.n.values()) / len(province.n)
    assert 0.9 * RESPONSES < answered < RESPONSES
    assert {page for page, _ in pages(province)} == set(PAGES)
