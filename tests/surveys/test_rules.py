from datetime import date

import pytest

from survey_app.surveys.rules import form_state, is_closed, is_code, is_within

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)


@pytest.mark.parametrize(("text", "answer"), [("demo", True), ("bentre-2016", True), ("1", True), ("a" * 40, True)])
def test_codes(text: str, answer: bool) -> None:
    assert is_code(text) is answer


@pytest.mark.parametrize("text", ["", "Demo", "-a", "a b", "a/b", "a_b", "é", "a" * 41, "a\n"])
def test_what_is_no_code(text: str) -> None:
    assert not is_code(text)


@pytest.mark.parametrize(
    ("day", "within"),
    [(date(2025, 12, 31), False), (FIRST, True), (LAST, True), (date(2026, 4, 1), False)],
)
def test_both_ends_are_inclusive(day: date, within: bool) -> None:
    assert is_within(day, FIRST, LAST) is within


def test_open_ends() -> None:
    assert is_within(date.min, None, LAST)
    assert is_within(date.max, FIRST, None)
    assert not is_closed(date.max, None)


def test_a_survey_is_closed_after_its_last_day() -> None:
    assert not is_closed(LAST, LAST)
    assert is_closed(date(2026, 4, 1), LAST)


@pytest.mark.parametrize(
    ("today", "channel", "state"),
    [
        (date(2025, 12, 31), "web", "not_yet"),
        (FIRST, "web", "open"),
        (LAST, "qr", "open"),
        (date(2026, 4, 1), "web", "closed"),
        (FIRST, "kiosk", "not_offered"),
        (date(2026, 4, 1), "kiosk", "closed"),
        (date(2025, 12, 31), "kiosk", "not_offered"),
    ],
)
def test_why_a_form_is_not_open(today: date, channel: str, state: str) -> None:
    assert form_state(today, FIRST, LAST, ("web", "qr"), channel) == state
