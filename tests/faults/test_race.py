"""The short forms of `race`, `guesses` and `kill9`, on both databases; and the faults that they must see."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.faults import kill9
from tests.faults.guesses import ISSUED, guess
from tests.faults.planted import planted
from tests.faults.race import race, ticket_race
from tests.faults.server import Target, serving_here

IDS, PARALLEL = 4, 20


@pytest.fixture
def target(app: Flask) -> Iterator[Target]:
    """A server in a thread."""
    with serving_here(app) as target:
        yield target


def test_the_same_answer_at_once_is_one_and_so_is_the_use_of_a_ticket(target: Target) -> None:
    assert race(target, ids=IDS, parallel=PARALLEL).problems(IDS, PARALLEL) == []
    account = ticket_race(target, uses=40, parallel=10)
    assert (account.rows, account.verified) == (IDS + 40, 1)
    assert {frozenset(statuses.items()) for statuses in account.statuses.values()} == {frozenset({(201, 1)})}


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ("spelling", "rows of"),
        ("no uniqueness", "rows of"),
        ("nullable id", "rows of"),
        ("hash ignored", "another body"),
        ("erasure", "erased"),
    ],
)
def test_a_planted_fault_is_seen_by_the_race(target: Target, fault: str, seen: str) -> None:
    with planted(target.app, fault):
        problems = race(target, ids=1, parallel=10).problems(1, 10)
    assert [problem for problem in problems if seen in problem]


def test_no_ticket_is_guessed_but_where_a_sign_is_not_looked_at(target: Target) -> None:
    assert guess(target, guesses=1000, sent=10) == (0, 0, ISSUED)
    with planted(target.app, "half a ticket"):
        assert guess(target, guesses=1000, sent=10).taken


def test_a_server_that_is_killed_loses_and_doubles_nothing(app: Flask) -> None:
    ledger = kill9.run(app, kills=1, clients=8, seconds=0.5)
    assert ledger.problems() == []
    assert len(ledger.acknowledged) > 8


def test_an_acknowledgement_without_a_commit_is_seen(target: Target) -> None:
    with planted(target.app, "careless"):
        assert kill9.post_in_peace(target, clients=8, seconds=1).lost
