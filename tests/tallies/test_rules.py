"""Splitting periods and spreading counts."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.tallies.rules import Group, Span, released, split_period, spread
from tests.factories import day

DAYS = st.dates(date(2019, 1, 1), date(2022, 12, 31))


def days_of(span: Span) -> list[date]:
    """Every day whose tally row, or whose month's or half month's, the span takes; the calendar ends with DAYS."""
    first, last = span.first or date(2019, 1, 1), span.last or date(2022, 12, 31)
    if span.grain == "day":
        return [first + timedelta(n) for n in range((last - first).days + 1)]
    days = (date(2019, 1, 1) + timedelta(n) for n in range(4 * 366))
    found = [d for d in days if first <= d.replace(day=1) <= last and d.year < 2023]
    return found if span.grain == "month" else [d for d in found if d.day <= 14]


@given(st.none() | DAYS, st.none() | DAYS, st.booleans())
def test_every_day_of_the_period_is_covered_exactly_once(
    from_on: date | None, to_on: date | None, halves: bool
) -> None:
    covered: Counter[date] = Counter()
    for span in split_period(from_on, to_on, halves=halves):
        for each in days_of(span):
            covered[each] += span.sign
    first, last = from_on or date(2019, 1, 1), to_on or date(2022, 12, 31)
    assert all(covered[each] == (first <= each <= last) for each in covered)
    assert sum(covered.values()) == max(0, (last - first).days + 1)


@given(DAYS, DAYS, st.booleans())
def test_a_period_takes_few_spans_and_few_days(from_on: date, to_on: date, halves: bool) -> None:
    spans = split_period(from_on, to_on, halves=halves)
    assert len(spans) <= 5
    assert sum(len(days_of(span)) for span in spans if span.grain == "day") <= (17 if halves else 31)


@pytest.mark.parametrize(("from_on", "to_on"), [("2020-12-15", "2021-03-14"), ("2021-02-15", "2021-03-14")])
def test_a_reporting_period_reads_no_single_day(from_on: str, to_on: str) -> None:
    assert {span.grain for span in split_period(day(from_on), day(to_on), halves=True)} == {"half", "month"}


@pytest.mark.parametrize(
    ("from_on", "to_on", "expected"),
    [
        (None, None, [("month", None, None)]),
        ("2021-01-01", "2021-03-31", [("month", "2021-01-01", "2021-03-31")]),
        ("2021-01-02", "2021-01-02", [("day", "2021-01-02", "2021-01-02")]),
        ("2020-02-01", "2020-02-29", [("month", "2020-02-01", "2020-02-29")]),
        ("2020-02-01", "2020-02-28", [("month", "2020-02-01", "2020-02-29"), ("day", "2020-02-29", "2020-02-29", -1)]),
        ("2021-03-02", None, [("month", "2021-03-01", None), ("day", "2021-03-01", "2021-03-01", -1)]),
        ("2021-03-02", "2021-04-30", [("month", "2021-03-01", "2021-04-30"), ("day", "2021-03-01", "2021-03-01", -1)]),
        ("2021-03-02", "2021-02-28", []),
        (
            "2020-12-15",
            "2021-03-14",
            [
                ("month", "2020-12-01", "2021-02-28"),
                ("day", "2021-03-01", "2021-03-14"),
                ("day", "2020-12-01", "2020-12-14", -1),
            ],
        ),
        ("0001-01-01", "9999-12-31", [("month", "0001-01-01", None)]),
        ("9999-12-15", "9999-12-31", [("day", "9999-12-15", None)]),
        (None, "0001-01-01", [("day", None, "0001-01-01")]),
    ],
)
def test_known_periods(from_on: str | None, to_on: str | None, expected: list[tuple[Any, ...]]) -> None:
    spans = split_period(from_on and day(from_on), to_on and day(to_on))
    assert spans == tuple(
        Span(grain, first and day(first), last and day(last), *sign) for grain, first, last, *sign in expected
    )


@pytest.mark.parametrize(("waiting", "expected"), [(5, 5), (104, 104), (105, 100), (3, 3)])
def test_a_transaction_takes_about_so_many(waiting: int, expected: int) -> None:
    assert released(waiting, batch=5, limit=100) == expected


@given(st.integers(0, 400), st.integers(1, 20), st.integers(1, 100))
def test_nobody_stays_behind_alone(more: int, batch: int, limit: int) -> None:
    waiting = batch + more
    taken = released(waiting, batch=batch, limit=limit)
    assert batch <= taken <= waiting
    assert waiting - taken == 0 or waiting - taken >= batch


def test_counts_go_to_the_day_and_the_month_of_the_agency_and_its_ancestors() -> None:
    group = Group(3, 1, 1, day("2021-05-06"), "web", False, True, "", None)
    changes = spread({group: Counter({("", ""): 2, ("access", "high"): 1})}, {3: (3, 1)})
    assert len(changes) == 16
    assert changes == sorted(changes)
    assert (1, 1, "month", "", day("2021-05-01"), 1, "web", False, True, "access", "high", 1) in changes
    for grain in ("half", "total"):
        assert (1, 1, grain, "", day("2021-05-01"), 1, "", False, False, "access", "high", 1) in changes


def test_a_procedure_is_counted_by_month_beside_all_others() -> None:
    here = (3, 1, 1, day("2021-05-06"), "web", False, True)
    groups = {Group(*here, p, here[3] if p else None): Counter({("", ""): 1}) for p in ("", "a", "b")}
    changes = spread(groups, {3: (3,)})
    assert {(change[2], change[3], change[-1]) for change in changes} == {
        ("day", "", 3),
        ("month", "", 3),
        ("month", "a", 1),
        ("month", "b", 1),
        ("half", "", 3),
        ("half", "a", 1),
        ("half", "b", 1),
        ("total", "", 3),
        ("total", "a", 1),
        ("total", "b", 1),
    }


def test_a_total_adds_up_all_channels_and_marks_of_a_month() -> None:
    two = [Group(3, 1, 1, day("2021-05-06"), channel, False, True, "", None) for channel in ("web", "kiosk")]
    changes = spread({group: Counter({("", ""): 1}) for group in two}, {3: (3,)})
    for grain in ("half", "total"):
        totals = [change for change in changes if change[2] == grain]
        assert totals == [(3, 1, grain, "", day("2021-05-01"), 1, "", False, False, "", "", 2)]


def test_the_first_half_of_a_month_keeps_the_marks_of_procedures_only() -> None:
    two = [
        Group(3, 1, 1, day("2021-05-06"), channel, False, True, "a", day("2021-05-06")) for channel in ("web", "kiosk")
    ]
    changes = spread({group: Counter({("", ""): 1}) for group in two}, {3: (3,)})
    halves = [(change[3], *change[6:9], change[-1]) for change in changes if change[2] == "half"]
    assert halves == [("", "", False, False, 2), ("a", "kiosk", False, True, 1), ("a", "web", False, True, 1)]


def test_days_from_the_15th_on_are_in_no_first_half() -> None:
    groups = {
        Group(3, 1, 1, on, "web", False, True, "a", on): Counter({("", ""): 1})
        for on in (day("2021-05-14"), day("2021-05-15"))
    }
    halves = [change for change in spread(groups, {3: (3,)}) if change[2] == "half"]
    assert [(change[3], change[4], change[-1]) for change in halves] == [
        ("", day("2021-05-01"), 1),
        ("a", day("2021-05-01"), 1),
    ]


def test_by_procedure_answers_are_counted_on_another_day() -> None:
    group = Group(3, 1, 1, day("2021-05-06"), "web", False, True, "a", day("2021-04-30"))
    changes = spread({group: Counter({("", ""): 2})}, {3: (3,)})
    assert sorted((change[2], change[3], change[4]) for change in changes) == [
        ("day", "", day("2021-05-06")),
        ("half", "", day("2021-05-01")),
        ("month", "", day("2021-05-01")),
        ("month", "a", day("2021-04-01")),
        ("total", "", day("2021-05-01")),
        ("total", "a", day("2021-04-01")),
    ]


def test_changes_of_several_agencies_meet_at_their_ancestor_and_cancel_out() -> None:
    here, there = (Group(agency, 1, 1, day("2021-05-06"), "web", False, False, "", None) for agency in (3, 4))
    changes = spread({here: Counter({("", ""): 1}), there: Counter({("", ""): -1})}, {3: (3, 1), 4: (4, 1)})
    assert {(change[0], change[-1]) for change in changes} == {(3, 1), (4, -1)}
