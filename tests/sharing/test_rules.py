"""Bounds are narrowed and never widened; public figures move in steps of at least the public minimum."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.sharing.rules import Bounds, is_public, narrowed, public_until

days = st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 20))
bounds = st.builds(Bounds, days, days, st.none() | st.sampled_from(["kiosk", "web"]), st.none() | st.integers(1, 3))
answers = st.tuples(st.dates(date(2025, 12, 25), date(2026, 1, 25)), st.sampled_from(["kiosk", "web", "qr"]))


def _holds(bound: Bounds, answer: tuple[date, str]) -> bool:
    on, channel = answer
    return is_public(on, bound.from_on, bound.to_on) and bound.channel in (None, channel)


@given(bounds, bounds, answers)
def test_what_is_shown_lies_in_the_bound_and_in_what_was_asked(
    bound: Bounds, asked: Bounds, answer: tuple[date, str]
) -> None:
    left = narrowed(bound, asked)
    inside = _holds(bound, answer) and _holds(asked, answer)
    assert (left is not None and _holds(left, answer)) == inside
    if left is not None:
        assert left.agency == (asked.agency or bound.agency)


@pytest.mark.parametrize(
    ("today", "public"), [("2025-12-31", False), ("2026-01-01", True), ("2026-02-01", True), ("2026-02-02", False)]
)
def test_both_days_are_inclusive(today: str, public: bool) -> None:
    assert is_public(date.fromisoformat(today), date(2026, 1, 1), date(2026, 2, 1)) is public


def test_open_ends_stay_open() -> None:
    assert is_public(date(1, 1, 1), None, None)
    assert is_public(date(2026, 1, 1), None, date(2026, 1, 1))


FIRST = date(2026, 1, 1)


@given(st.lists(st.integers(0, 30), max_size=40), st.integers(3, 12))
def test_each_step_of_the_public_figures_is_of_enough_people(counts: list[int], minimum: int) -> None:
    """Whoever looks every evening sees nothing new, or the answers of at least `minimum` people at once."""
    seen, last = 0, None
    for evening in range(1, len(counts) + 1):
        known = [(FIRST + timedelta(days=i), count) for i, count in enumerate(counts[:evening])]
        until = public_until(known, minimum)
        assert last is None or (until is not None and until >= last)
        shown = sum(count for day, count in known if until is not None and day <= until)
        assert shown == seen or shown - seen >= minimum
        assert sum(counts[:evening]) - shown < minimum
        seen, last = shown, until
