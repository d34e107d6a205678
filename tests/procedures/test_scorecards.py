"""The legacy scorecard: means of cases, totals, and grades on their boundaries."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.procedures.scorecards import LEGACY, RULE_SETS, case_score, grade_of, total_score

FULL = {indicator.code: Decimal(2) for indicator in LEGACY.indicators}


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        ("18", "Xuất sắc"), ("15", "Xuất sắc"), ("14.9", "Tốt"), ("12", "Tốt"), ("11.9", "Khá"), ("9", "Khá"),
        ("8.9", "Trung bình"), ("6", "Trung bình"), ("5.9", "Yếu"), ("0", "Yếu"),
    ],
)  # fmt: skip
def test_a_total_on_a_boundary_has_the_better_grade(total: str, grade: str) -> None:
    assert grade_of(LEGACY, Decimal(total)).names["vi"] == grade


@given(st.decimals(0, 18, places=1), st.decimals(0, 18, places=1))
def test_more_points_never_give_a_worse_grade(one: Decimal, other: Decimal) -> None:
    places = {grade.names["en"]: place for place, grade in enumerate(LEGACY.grades)}
    low, high = sorted((one, other))
    assert places[grade_of(LEGACY, high).names["en"]] <= places[grade_of(LEGACY, low).names["en"]]


@pytest.mark.parametrize(
    ("points", "score"), [({2: 3, 1: 1}, "1.8"), ({2: 1, 1: 1, 0: 1}, "1.0"), ({2: 13, 0: 7}, "1.3"), ({0: 4}, "0.0")]
)
def test_an_indicator_is_the_mean_over_cases_to_one_decimal(points: dict[int, int], score: str) -> None:
    assert case_score(points) == Decimal(score)


def test_impossible_points_and_scores_are_refused() -> None:
    with pytest.raises(ValueError, match="cases"):
        case_score({})
    with pytest.raises(ValueError, match="outside"):
        total_score(LEGACY, FULL | {"3": Decimal("2.1")})
    with pytest.raises(ValueError, match="at least 0"):
        grade_of(LEGACY, Decimal(-1))


def test_the_total_needs_every_indicator() -> None:
    assert total_score(LEGACY, FULL) == Decimal(18) == LEGACY.most
    assert total_score(LEGACY, {code: score for code, score in FULL.items() if code != "9"}) is None


def test_the_card_is_history_since_its_decree_was_replaced() -> None:
    assert not LEGACY.is_historical(date(2025, 6, 30))
    assert LEGACY.is_historical(date(2025, 7, 1))


@pytest.mark.parametrize("rules", RULE_SETS.values(), ids=lambda rules: rules.code)
def test_every_card_is_whole(rules) -> None:  # type: ignore[no-untyped-def]
    assert rules.grades[-1].at_least == 0
    assert [grade.at_least for grade in rules.grades] == sorted((g.at_least for g in rules.grades), reverse=True)
    assert len({indicator.code for indicator in rules.indicators}) == len(rules.indicators)
    assert all({"vi", "en"} <= set(texts) for texts in (rules.titles, *(i.names for i in rules.indicators)))
