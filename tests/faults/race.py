"""python -m tests.faults.race [--ids N] [--parallel N] [--databases sqlite,postgresql]: the same answer at once.

Each id is sent by so many connections at the same moment, in every spelling of it. Of each there must be one row, one
201 and else 200, nothing of 5xx; afterwards another body under the same id is refused with 409, and once the answer is
erased both are with 410. Of a ticket that all of them use, one answer is verified. Exits 1 otherwise.
"""

import argparse
import http.client
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from survey_app.db import db, transaction
from survey_app.errors import DomainError
from survey_app.responses import actions
from survey_app.responses.models import Response
from survey_app.surveys.tickets import issue_tickets
from tests.bench.installation import KINDS, installation, say
from tests.faults.server import Client, Target, new_body, serving

Spell = Callable[[str], str]
SPELLINGS: tuple[Spell, ...] = (
    str,
    str.upper,
    lambda text: f"{{{text}}}",
    lambda text: f"urn:uuid:{text}",
    lambda text: UUID(text).hex,
)


@dataclass
class Account:
    """What came back, by id, and what is stored."""

    statuses: dict[str, Counter[int]] = field(default_factory=dict)
    receipts: dict[str, set[str]] = field(default_factory=dict)
    conflicts: Counter[int] = field(default_factory=Counter)
    erased: Counter[int] = field(default_factory=Counter)
    rows: int = 0
    verified: int = 0

    def problems(self, ids: int, parallel: int) -> list[str]:
        """In words, everything that is not as promised."""
        found = [
            f"{each}: {dict(statuses)}"
            for each, statuses in self.statuses.items()
            if statuses != Counter({201: 1, 200: parallel - 1})
        ]
        found += [f"{each}: several receipts" for each, receipts in self.receipts.items() if len(receipts) != 1]
        if self.rows != ids:
            found.append(f"{self.rows} rows of {ids} ids")
        if self.conflicts != Counter({409: ids}):
            found.append(f"another body: {dict(self.conflicts)}")
        if self.erased != Counter({410: 2 * ids}):
            found.append(f"erased: {dict(self.erased)}")
        return found


def race(target: Target, *, ids: int, parallel: int) -> Account:
    """Send each id by all connections at once; then other bodies under these ids; then all again, once erased."""
    account = Account()
    bodies = [new_body() for _each in range(ids)]
    _together(target, parallel, [[body] * parallel for body in bodies], account)
    _count(target, account)
    others = [{**body, "language": "en"} for body in bodies]
    account.conflicts = _one_by_one(target, others)
    with target.app.app_context(), transaction():
        for body in bodies:
            with suppress(DomainError):
                actions.erase_response(target.survey, UUID(body["id"]), "test")
    account.erased = _one_by_one(target, [*bodies, *others])
    return account


def ticket_race(target: Target, *, uses: int, parallel: int) -> Account:
    """Send answers with ids of their own that all bring the same ticket."""
    account = Account()
    with target.app.app_context(), transaction():
        survey = db.session.merge(target.survey, load=False)
        issued = issue_tickets(survey=survey, agency=survey.agency, count=1, actor="test")
    rounds = [[new_body(ticket=issued.tickets[0]) for _each in range(parallel)] for _round in range(uses // parallel)]
    _together(target, parallel, rounds, account)
    _count(target, account)
    return account


def _one_by_one(target: Target, bodies: list[dict[str, Any]]) -> Counter[int]:
    client = Client(target.port, target.token)
    statuses = Counter(client.post(body)[0] for body in bodies)
    client.close()
    return statuses


def _together(target: Target, parallel: int, rounds: list[list[dict[str, Any]]], account: Account) -> None:
    start, lock = threading.Barrier(parallel), threading.Lock()

    def run(number: int) -> None:
        client = Client(target.port, target.token)
        for bodies in rounds:
            body = bodies[number]
            spelling = SPELLINGS[number % len(SPELLINGS)]
            start.wait()
            try:
                status, answer = client.post({**body, "id": spelling(body["id"])})
            except (OSError, http.client.HTTPException, ValueError) as error:
                status, answer = 599, {"receipt": repr(error)}
            with lock:
                account.statuses.setdefault(body["id"], Counter())[status] += 1
                account.receipts.setdefault(body["id"], set()).add(str(answer.get("receipt", answer)))
        client.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(parallel)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _count(target: Target, account: Account) -> None:
    of_survey = select(func.count()).select_from(Response).where(Response.survey_id == target.survey.id)
    with target.app.app_context():
        account.rows = db.session.scalars(of_survey).one()
        account.verified = db.session.scalars(of_survey.where(Response.verified)).one()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ids", type=int, default=1000)
    parser.add_argument("--parallel", type=int, default=64)
    parser.add_argument("--databases", default=",".join(KINDS))
    chosen = parser.parse_args()
    failed = False
    for kind in chosen.databases.split(","):
        with installation(kind) as app, serving(app) as (_server, target):
            began = time.monotonic()
            account = race(target, ids=chosen.ids, parallel=chosen.parallel)
            problems = account.problems(chosen.ids, chosen.parallel)
            say(f"{kind}: {chosen.ids} ids, {chosen.parallel} times each, in {time.monotonic() - began:.0f} s")
            say(f"{kind}: {account.rows} rows, another body {dict(account.conflicts)}, erased {dict(account.erased)}")
        with installation(kind) as app, serving(app) as (_server, target):
            tickets = ticket_race(target, uses=100, parallel=10)
            problems += [] if (tickets.rows, tickets.verified) == (100, 1) else [f"ticket: {tickets.verified} verified"]
            say(f"{kind}: 100 uses of one ticket from 10 connections: {tickets.verified} verified")
        for problem in problems[:20]:
            say(f"{kind}: {problem}")
        failed = failed or bool(problems)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
