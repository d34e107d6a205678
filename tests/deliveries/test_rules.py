"""Periods, retries and addresses."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.deliveries.rules import FREQUENCIES, PERIODS, RETRY_AFTER, last_period, next_try, recipients

DAY = date(2026, 3, 20)


@pytest.mark.parametrize(
    ("frequency", "today", "period"),
    [
        ("weekly", DAY, (date(2026, 3, 9), date(2026, 3, 15))),
        ("weekly", date(2026, 3, 16), (date(2026, 3, 9), date(2026, 3, 15))),
        ("weekly", date(2026, 3, 15), (date(2026, 3, 2), date(2026, 3, 8))),
        ("monthly", DAY, (date(2026, 2, 1), date(2026, 2, 28))),
        ("monthly", date(2026, 1, 1), (date(2025, 12, 1), date(2025, 12, 31))),
        ("quarterly", DAY, (date(2025, 10, 1), date(2025, 12, 31))),
        ("statutory_quarterly", DAY, (date(2025, 12, 15), date(2026, 3, 14))),
        ("statutory_quarterly", date(2026, 3, 14), (date(2025, 9, 15), date(2025, 12, 14))),
        ("statutory_quarterly", date(2026, 4, 2), (date(2025, 12, 15), date(2026, 3, 14))),
        ("statutory_quarterly", date(2026, 12, 15), (date(2026, 9, 15), date(2026, 12, 14))),
        ("yearly", DAY, (date(2025, 1, 1), date(2025, 12, 31))),
    ],
)
def test_the_last_whole_period(frequency: str, today: date, period: tuple[date, date]) -> None:
    assert last_period(frequency, today, opens_on=None, closes_on=None) == period


def test_a_survey_reports_once_when_it_has_closed() -> None:
    asked = {"opens_on": date(2026, 1, 1), "closes_on": DAY}
    assert last_period("at_close", DAY, **asked) is None
    assert last_period("at_close", DAY + timedelta(days=1), **asked) == (date(2026, 1, 1), DAY)
    assert last_period("at_close", DAY, opens_on=None, closes_on=None) is None


@given(st.sampled_from(sorted(PERIODS)), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_periods_end_before_today_and_follow_each_other_without_a_gap(frequency: str, today: date) -> None:
    first, last = last_period(frequency, today, opens_on=None, closes_on=None)  # type: ignore[misc]
    assert first <= last < today
    assert last_period(frequency, first, opens_on=None, closes_on=None).to_on == first - timedelta(days=1)  # type: ignore[union-attr]


def test_every_frequency_has_its_periods() -> None:
    assert set(FREQUENCIES) == {*PERIODS, "at_close"}


def test_attempts_grow_apart_and_end() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    waits = [next_try(attempt, now) for attempt in range(1, len(RETRY_AFTER) + 2)]
    assert waits[-1] is None
    assert waits[:-1] == sorted(waits[:-1])  # type: ignore[type-var]


def test_addresses_are_taken_once_and_the_wrong_ones_named() -> None:
    assert recipients(" A@b.vn, a@b.vn;c@d.vn\nkhông-phải") == (["a@b.vn", "c@d.vn"], ["không-phải"])
