"""python -m tests.faults.guesses [--guesses N] [--sent N]: tickets nobody was given, among 1 000 real ones.

Half of the guesses are drawn at random; half are a real ticket with one sign changed. Some are sent with answers over
HTTP, the others go to the rule that redeems them, over the same table. Exits 1 if one of them counts.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from sqlalchemy import func, select

from survey_app.clock import today
from survey_app.db import db, transaction
from survey_app.responses.models import Response
from survey_app.surveys import tickets
from survey_app.surveys.models import Ticket
from survey_app.surveys.rules import PAIRING_SIGNS, TICKET_SIGNS, ticket_text
from tests.bench.installation import KINDS, installation, say
from tests.faults.server import Client, Target, new_body, serving

ISSUED = 1000
BATCH = 1000
CONNECTIONS = 10


class Account(NamedTuple):
    """Guesses that the rule took, answers that came to count as verified, and tickets that are still there."""

    taken: int
    verified: int
    left: int


def guess(target: Target, *, guesses: int, sent: int, seed: int = 1) -> Account:
    """Try `guesses` at the rule and `sent` more over HTTP."""
    rng = random.Random(seed)
    with target.app.app_context():
        with transaction():
            survey = db.session.merge(target.survey, load=False)
            issued = tickets.issue_tickets(survey=survey, agency=survey.agency, count=ISSUED, actor="test").tickets
        agency_id, survey_id = survey.agency_id, survey.id
    drawn = _guesses(rng, agency_id, issued)
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(lambda texts: _send(target, texts), _shares(drawn, sent)))
    taken = 0
    with target.app.app_context():
        for _start in range(0, guesses, BATCH):
            with transaction():
                for _each in range(min(BATCH, guesses)):
                    key = {"survey_id": survey_id, "agency_id": agency_id, "day": today()}
                    taken += tickets.redeem_ticket(next(drawn), **key) is not None
        verified = select(func.count()).select_from(Response).where(Response.verified)
        left = select(func.count()).select_from(Ticket)
        return Account(taken, db.session.scalars(verified).one(), db.session.scalars(left).one())


def _guesses(rng: random.Random, agency_id: int, issued: Sequence[str]) -> Iterator[str]:
    real = set(issued)
    while True:
        yield ticket_text(agency_id, "".join(rng.choices(PAIRING_SIGNS, k=TICKET_SIGNS)))
        near = rng.choice(issued)
        place = rng.choice([place for place, sign in enumerate(near) if sign != "-" and place > near.index("-")])
        near = near[:place] + rng.choice(PAIRING_SIGNS) + near[place + 1 :]
        if near not in real:
            yield near


def _shares(drawn: Iterator[str], sent: int) -> list[list[str]]:
    return [[next(drawn) for _each in range(sent // CONNECTIONS)] for _connection in range(CONNECTIONS)]


def _send(target: Target, texts: list[str]) -> None:
    client = Client(target.port, target.token)
    for text in texts:
        status, answer = client.post(new_body(ticket=text))
        if status != 201:
            raise RuntimeError(f"{status} {answer}")
    client.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--guesses", type=int, default=100_000)
    parser.add_argument("--sent", type=int, default=5_000)
    parser.add_argument("--databases", default=",".join(KINDS))
    chosen = parser.parse_args()
    failed = False
    for kind in chosen.databases.split(","):
        with installation(kind) as app, serving(app) as (_server, target):
            began = time.monotonic()
            account = guess(target, guesses=chosen.guesses, sent=chosen.sent)
        say(
            f"{kind}: {chosen.guesses} guesses and {chosen.sent} sent with answers: {account.taken} taken, "
            f"{account.verified} verified, {account.left} of {ISSUED} tickets left, in {time.monotonic() - began:.0f} s"
        )
        failed = failed or account != (0, 0, ISSUED)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
