"""The short forms of `race` and `kill9`, on both databases; and the faults that they must see."""

import pytest
from flask import Flask

from tests.faults import kill9
from tests.faults.race import race, ticket_race

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
IDS, PARALLEL = 4, 20


def test_the_same_answer_at_once_in_every_spelling_is_one(app: Flask) -> None:
    assert race(app, ids=IDS, parallel=PARALLEL).problems(IDS, PARALLEL) == []


def test_one_ticket_used_by_many_verifies_one_answer(app: Flask) -> None:
    account = ticket_race(app, uses=40, parallel=10)
    assert (account.rows, account.verified) == (40, 1)
    assert {frozenset(statuses.items()) for statuses in account.statuses.values()} == {frozenset({(201, 1)})}


@SQLITE
def test_ids_taken_as_they_are_spelt_would_be_seen(app: Flask) -> None:
    assert race(app, ids=1, parallel=PARALLEL, fault="spelling").problems(1, PARALLEL)


def test_a_server_that_is_killed_loses_and_doubles_nothing(app: Flask) -> None:
    ledger = kill9.run(app, kills=2, clients=8, seconds=0.7)
    assert ledger.problems() == []
    assert len(ledger.acknowledged) > 8


@SQLITE
def test_an_acknowledgement_without_a_commit_would_be_seen(app: Flask) -> None:
    assert kill9.run(app, kills=0, clients=8, seconds=3, fault="careless").lost
