from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.figures.periods import compared_with, latest_months, months_between, presets


def d(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("first", "last", "compare", "expected"),
    [
        ("2026-04-01", "2026-06-30", "previous", ("2026-01-01", "2026-03-31")),
        ("2024-03-01", "2024-03-31", "previous", ("2024-02-01", "2024-02-29")),
        ("2026-01-01", "2026-12-31", "previous", ("2025-01-01", "2025-12-31")),
        # The quarter of official reports: 15 December to 14 March.
        ("2025-12-15", "2026-03-14", "previous", ("2025-09-15", "2025-12-14")),
        ("2026-05-04", "2026-05-10", "previous", ("2026-04-27", "2026-05-03")),
        ("2026-05-04", "2026-05-04", "previous", ("2026-05-03", "2026-05-03")),
        ("2026-04-01", "2026-06-30", "year_ago", ("2025-04-01", "2025-06-30")),
        ("2024-02-01", "2024-02-29", "year_ago", ("2023-02-01", "2023-02-28")),
        ("2025-02-01", "2025-02-28", "year_ago", ("2024-02-01", "2024-02-29")),
    ],
)
def test_the_earlier_period(first: str, last: str, compare: str, expected: tuple[str, str]) -> None:
    assert compared_with(d(first), d(last), compare) == (d(expected[0]), d(expected[1]))


def test_before_the_calendar_there_is_none() -> None:
    assert compared_with(date.min, date(1, 1, 31), "year_ago") is None
    assert compared_with(date.min, date(1, 1, 3), "previous") is None
    assert compared_with(date.min, date.max, "previous") is None


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 800))
def test_the_earlier_period_ends_right_before(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    earlier = compared_with(first, last, "previous")
    assert earlier is not None
    assert earlier[1] == first - timedelta(days=1)
    assert earlier[0] <= earlier[1]


def test_presets_hold_the_day_or_end_before_it() -> None:
    found = {(p.unit, p.number, p.year, p.statutory): (p.from_on, p.to_on) for p in presets(d("2026-11-26"))}
    assert found["month", 11, 2026, False] == (d("2026-11-01"), d("2026-11-30"))
    assert found["quarter", 3, 2026, False] == (d("2026-07-01"), d("2026-09-30"))
    assert found["half", 1, 2026, False] == (d("2026-01-01"), d("2026-06-30"))
    assert found["year", 1, 2025, False] == (d("2025-01-01"), d("2025-12-31"))
    assert found["quarter", 4, 2026, True] == (d("2026-09-15"), d("2026-12-14"))
    assert found["quarter", 3, 2026, True] == (d("2026-06-15"), d("2026-09-14"))
    assert len(found) == 10


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_the_running_statutory_quarter_holds_today(today: date) -> None:
    running = next(p for p in presets(today) if p.statutory)
    assert running.from_on <= today <= running.to_on
    assert (running.from_on.day, running.to_on.day) == (15, 14)


def test_months_between() -> None:
    assert months_between(d("2025-12-31"), d("2026-02-01")) == [d("2025-12-01"), d("2026-01-01"), d("2026-02-01")]
    assert months_between(date(9999, 12, 1), date.max) == [date(9999, 12, 1)]


@pytest.mark.parametrize(
    ("from_on", "to_on", "found"),
    [
        (date(2025, 1, 1), date(2025, 9, 15), (date(2025, 6, 1), date(2025, 8, 31))),
        (date(2025, 1, 1), date(2025, 9, 30), (date(2025, 7, 1), date(2025, 9, 30))),
        (date(2025, 6, 1), date(2025, 8, 31), (date(2025, 6, 1), date(2025, 8, 31))),
        (date(2025, 6, 2), date(2025, 8, 31), None),
        (date(2025, 11, 15), date(2026, 2, 28), (date(2025, 12, 1), date(2026, 2, 28))),
    ],
)
def test_the_latest_whole_months(from_on: date, to_on: date, found: tuple[date, date] | None) -> None:
    assert latest_months(from_on, to_on, 3) == found
