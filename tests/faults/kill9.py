"""python -m tests.faults.kill9 [--kills N] [--acks N] [--clients N] [--databases ...]: a server killed under load.

Clients post and write down what was acknowledged with the same id and hash; the server is killed with SIGKILL again and
again and started anew. Afterwards every acknowledged answer must be there once: none lost, none doubled, none that
nobody sent. Exits 1 otherwise.
"""

import argparse
import http.client
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import select

from survey_app.db import db
from survey_app.responses.models import Response
from survey_app.responses.rules import body_hash
from tests.bench.installation import KINDS, installation, say
from tests.faults.server import Client, Target, new_body, serving


@dataclass
class Ledger:
    """Ids that were sent, those acknowledged, those stored, and how many were under way at the kills."""

    sent: set[str] = field(default_factory=set)
    acknowledged: list[str] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    at_risk: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def lost(self) -> set[str]:
        return set(self.acknowledged) - set(self.stored)

    @property
    def doubled(self) -> int:
        return len(self.stored) - len(set(self.stored))

    @property
    def alien(self) -> set[str]:
        return set(self.stored) - self.sent

    def problems(self) -> list[str]:
        """In words, everything that is not as promised."""
        found = {"lost": len(self.lost), "doubled": self.doubled, "alien": len(self.alien)}
        return [f"{count} {name}" for name, count in found.items() if count] + self.wrong[:10]


def run(app: Flask, *, kills: int, clients: int, seconds: float, acks: int = 0) -> Ledger:
    """Let clients post between two kills for so many seconds, and for longer while fewer than `acks` are stored."""
    ledger, under_way = Ledger(), set[int]()
    with serving(app) as (server, target):
        with _clients(target, clients, ledger, under_way):
            for kill in range(kills):
                _wait(ledger, seconds, acks * (kill + 1) // (kills + 1))
                ledger.at_risk += len(under_way)
                server.kill()
                server.start()
            _wait(ledger, seconds, acks)
        _read(target, ledger)
    return ledger


def post_in_peace(target: Target, *, clients: int, seconds: float) -> Ledger:
    """The same without a kill."""
    ledger = Ledger()
    with _clients(target, clients, ledger, set()):
        time.sleep(seconds)
    _read(target, ledger)
    return ledger


@contextmanager
def _clients(target: Target, count: int, ledger: Ledger, under_way: set[int]) -> Iterator[None]:
    stop = threading.Event()
    work = [threading.Thread(target=_client, args=(number, target, ledger, under_way, stop)) for number in range(count)]
    for thread in work:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in work:
            thread.join()


def _wait(ledger: Ledger, seconds: float, acks: int) -> None:
    time.sleep(seconds)
    while len(ledger.acknowledged) < acks and not ledger.wrong:
        time.sleep(0.05)


def _read(target: Target, ledger: Ledger) -> None:
    with target.app.app_context():
        ids = db.session.scalars(select(Response.id).where(Response.survey_id == target.survey.id))
        ledger.stored = [str(each) for each in ids]


def _client(number: int, target: Target, ledger: Ledger, under_way: set[int], stop: threading.Event) -> None:
    """One answer after the other; each is sent until it is acknowledged."""
    client = Client(target.port, target.token)
    body: dict[str, Any] | None = None
    while not stop.is_set() or body is not None:
        body = body or new_body()
        ledger.sent.add(body["id"])
        under_way.add(number)
        try:
            status, answer = client.post(body)
        except (OSError, http.client.HTTPException, ValueError):
            time.sleep(0.05)
            continue
        finally:
            under_way.discard(number)
        if status in (200, 201) and (answer["id"], answer["sha256"]) == (body["id"], body_hash(body)):
            ledger.acknowledged.append(body["id"])
            body = None
        elif status != 503:
            ledger.wrong.append(f"{status} {answer}")
            body = None
    client.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--acks", type=int, default=5000)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--databases", default=",".join(KINDS))
    chosen = parser.parse_args()
    failed = False
    for kind in chosen.databases.split(","):
        with installation(kind) as app:
            began = time.monotonic()
            ledger = run(app, kills=chosen.kills, clients=chosen.clients, seconds=chosen.seconds, acks=chosen.acks)
        say(
            f"{kind}: {len(ledger.acknowledged)} acknowledged, {chosen.kills} kills with {ledger.at_risk} under way, "
            f"{len(ledger.stored)} stored, in {time.monotonic() - began:.0f} s"
        )
        for problem in ledger.problems():
            say(f"{kind}: {problem}")
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
