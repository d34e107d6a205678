"""When a promise is measured again, and what its effect is called."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.commitments.rules import Measured, effect, next_period, state

days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ((60, 100), (80, 100), "rose"),
        ((80, 100), (60, 100), "fell"),
        ((60, 100), (66, 100), "unclear"),
        ((60, 100), (60, 100), "unclear"),
        ((20, 29), (29, 29), "too_few"),
        ((60, 100), None, "too_few"),
    ],
)
def test_a_change_is_claimed_only_where_its_interval_leaves_out_zero(
    before: tuple[int, int], after: tuple[int, int] | None, verdict: str
) -> None:
    found = effect(Measured(*before), Measured(*after) if after else None)
    assert found.verdict == verdict
    if verdict != "too_few":
        assert found.low is not None
        assert found.high is not None
        assert found.difference is not None
        assert found.low <= found.difference <= found.high


@given(days, st.integers(0, 400), st.integers(-400, 400))
def test_the_next_period_is_as_long_and_never_overlaps(first: date, length: int, later: int) -> None:
    last = first + timedelta(days=length)
    acted_on = last + timedelta(days=later)
    start, end = next_period(first, last, acted_on)
    assert end - start == last - first
    assert start > max(last, acted_on)


def test_a_promise_is_overdue_only_after_its_deadline() -> None:
    due = date(2026, 3, 31)
    assert state(due, due, None) == "promised"
    assert state(due + timedelta(days=1), due, None) == "overdue"
    assert state(due + timedelta(days=1), due, due) == "done"
