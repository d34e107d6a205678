"""The short form of `python -m tests.faults.fraud`: scripted fraud is flagged, honest peaks are not."""

import random

import pytest
from sqlalchemy.orm import Session, scoped_session

from tests.faults.fraud import LEAST_RECALL, MOST_HONEST, midnight, play
from tests.faults.people import FRAUD, HONEST, everybody

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_scripted_fraud_is_flagged_and_honest_peaks_are_not(session: scoped_session[Session]) -> None:
    account = play(everybody(midnight(), random.Random(7), scale=0.1))
    assert account.recall >= LEAST_RECALL
    assert account.honest_share <= MOST_HONEST
    assert account.scenes[HONEST, "rush at a kiosk"] == (40, 0)
    assert account.scenes[HONEST, "hall on phones"] == (40, 0)
    # Each script is caught, not only the largest.
    for (kind, scene), (count, flagged) in account.scenes.items():
        assert kind != FRAUD or flagged >= LEAST_RECALL * count, scene
    assert account.flags.keys() == {"burst", "device_interval", "out_of_hours", "ticketless_flood", "too_fast"}
