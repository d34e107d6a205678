"""Identities of case figures, and cells."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.procedures.rules import (
    COUNTS,
    IDENTITIES,
    Imbalance,
    case_rates,
    field_sums,
    parse_count,
    parse_day,
    period_presets,
    reconcile,
)

PUBLISHED = dict(
    zip(COUNTS, (150, 139, 55, 70, 48, 11, 150, 150, 0, 0, 0, 0, 0, 150), strict=True)  # the quarter of 2021
)
SOUND = PUBLISHED | {"new_total": 125, "received_total": 136, "resolved_total": 136, "resolved_early": 136}


def test_the_published_quarter_leaves_fourteen_cases_unaccounted_for() -> None:
    text = "new_total = received_online + received_in_person_or_post"
    assert reconcile(PUBLISHED) == [Imbalance(text, 139, 125, 14)]


def test_sound_figures_have_no_findings() -> None:
    assert reconcile(SOUND) == []


@pytest.mark.parametrize(
    ("changed", "broken"),
    [
        ("received_online", "new_total = received_online"),
        ("carried_over", "received_total = new_total"),
        ("resolved_on_time", "resolved_total = resolved_early"),
        ("pending_in_time", "pending_total = pending_in_time"),
    ],
)
def test_each_identity_can_fail(changed: str, broken: str) -> None:
    (found,) = reconcile(SOUND | {changed: SOUND[changed] + 3})
    assert found.identity.startswith(broken)
    assert found.difference == -3 == found.left - found.right


def test_received_cases_are_resolved_or_pending() -> None:
    (found,) = reconcile(SOUND | {"pending_total": 2, "pending_in_time": 2})
    assert found == Imbalance("received_total = resolved_total + pending_total", 136, 138, -2)


def test_without_the_new_cases_received_is_the_sum_of_its_parts() -> None:
    without = SOUND | {"new_total": None}
    assert reconcile(without) == []
    (found,) = reconcile(without | {"received_online": 56})
    assert found.identity == "received_total = received_online + received_in_person_or_post + carried_over"


@given(st.dictionaries(st.sampled_from(COUNTS), st.none() | st.integers(0, 3)))
def test_only_identities_with_all_their_members_are_checked(counts: dict[str, int | None]) -> None:
    known = {name for name, count in counts.items() if count is not None}
    for found in reconcile(counts):
        (identity,) = (i for i in IDENTITIES if f"{i.total} = {' + '.join(i.parts)}" == found.identity)
        assert {identity.total, *identity.parts} <= known
        assert found.left != found.right


@pytest.mark.parametrize(
    ("text", "count"), [("", None), (" ", None), ("0", 0), (" 150 ", 150), ("2147483647", 2**31 - 1)]
)
def test_counts(text: str, count: int | None) -> None:
    assert parse_count(text) == count


@pytest.mark.parametrize("text", ["-1", "1.5", "1,5", "1.234", "+1", "1e3", "một", "²", "٣", "2147483648"])
def test_what_is_no_count(text: str) -> None:
    with pytest.raises(ValueError, match="whole"):
        parse_count(text)


def test_days() -> None:
    assert parse_day(" 2021-03-31 ") == date(2021, 3, 31)


@pytest.mark.parametrize("text", ["", "31/03/2021", "20210331", "2021-W13-3", "2021-02-30"])
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(ValueError, match="day"):
        parse_day(text)


def test_rates_need_their_members_and_a_denominator() -> None:
    counts = {"resolved_total": 10, "resolved_early": 4, "resolved_on_time": 5, "resolved_overdue": 1}
    assert case_rates(counts) == (0.9, 0.1, None)
    assert case_rates(counts | {"received_online": 3, "received_in_person_or_post": 9}).online == 0.25
    assert case_rates({"resolved_total": 0, "resolved_overdue": 0}) == (None, None, None)


def test_periods_end_before_the_day_by_the_calendar_and_on_the_fourteenth() -> None:
    presets = {(each.kind, each.rule): (each.from_on, each.to_on) for each in period_presets(date(2026, 5, 2))}
    assert presets["quarter", "calendar"] == (date(2026, 1, 1), date(2026, 3, 31))
    assert presets["quarter", "statutory"] == (date(2025, 12, 15), date(2026, 3, 14))
    assert presets["half", "calendar"] == (date(2025, 7, 1), date(2025, 12, 31))
    assert presets["year", "statutory"] == (date(2024, 12, 15), date(2025, 12, 14))
    assert all(last < date(2026, 5, 2) for _, last in presets.values())


def test_fields_without_a_count_are_not_compared() -> None:
    assert field_sums({"new_total": 3}, [{"new_total": 1}, {"new_total": None}]) == []
    assert field_sums({"new_total": 3}, []) == []
    assert field_sums({"new_total": 3}, [{"new_total": 1}, {"new_total": 1}]) == [
        Imbalance("new_total = sum of fields", 3, 2, 1)
    ]
