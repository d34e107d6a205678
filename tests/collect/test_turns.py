"""Forms are counted by address and minute."""

from concurrent.futures import ThreadPoolExecutor

from survey_app.collect.turns import Turns


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
