"""Forms are counted by address and minute."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from survey_app.collect import turns as turns_module
from survey_app.collect.turns import Crowds, Turns


def test_each_address_has_its_own_count_in_each_minute() -> None:
    turns = Turns()
    assert [turns.wait("a", 2, 50.0), turns.wait("a", 2, 50.5), turns.wait("b", 2, 50.5)] == [0, 0, 0]
    assert turns.wait("a", 2, 50.9) == 10
    assert turns.wait("a", 2, 60.0) == 0


def test_no_turn_is_lost_among_threads() -> None:
    turns = Turns()
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: turns.wait("a", 1500, 1.0), range(2000)))
    assert sum(seconds > 0 for seconds in waits) == 500


def test_a_crowd_is_counted_by_address_and_form_within_its_span() -> None:
    crowds = Crowds(3, 600)
    assert [crowds.join("a", 1, 1, moment) for moment in (0, 1, 2, 3, 4)] == [0, 1, 2, 3, 3]
    assert crowds.join("b", 1, 1, 4) == crowds.join("a", 2, 1, 4) == crowds.join("a", 1, 2, 4) == 0
    assert crowds.join("a", 1, 1, 604) == 1
    assert crowds.join("a", 1, 1, 5000) == 0


def test_addresses_that_sent_long_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns_module, "MOST_ADDRESSES", 2)
    crowds = Crowds(3, 600)
    for number in range(50):
        crowds.join(f"address {number}", 1, 1, number * 1000.0)
    assert len(crowds._sent) <= 2
