"""Tickets: made in bulk and handed over once, used once, forgotten. Their writes stand here, beside what they are."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from threading import Event
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, insert

from survey_app import audit
from survey_app.agencies.models import Agency
from survey_app.clock import now, today
from survey_app.db import db, forget_deleted
from survey_app.errors import Invalid, Problem
from survey_app.surveys.links import ticket_url
from survey_app.surveys.models import Survey, Ticket, TicketBatch
from survey_app.surveys.queries import require_collecting
from survey_app.surveys.rules import (
    MOST_TICKETS,
    PAIRING_SIGNS,
    PROCEDURE,
    TICKET_DAYS,
    TICKET_SIGNS,
    ticket_agency,
    ticket_text,
)

LONGEST_VALIDITY = timedelta(days=3650)
LONGEST_QUEUE = timedelta(days=60)

COLUMNS = ("ticket", "address", "survey", "agency", "procedure", "closing_date", "expires_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What was issued at once, all of it to be shown this once. `closing_on` is when the case is closed."""

    survey: Survey
    agency_code: str
    tickets: Sequence[str]
    expires_on: date
    procedure_code: str | None = None
    closing_on: date | None = None
    by_message: bool = False

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The header, then a row for each ticket; days as YYYY-MM-DD."""
        yield COLUMNS
        closing_on = self.closing_on.isoformat() if self.closing_on else ""
        rest = (self.procedure_code or "", closing_on, self.expires_on.isoformat())
        for ticket, address in self.addresses():
            yield (ticket, address, self.survey.code, self.agency_code, *rest)

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Each ticket with the address of its form."""
        for ticket in self.tickets:
            yield ticket, ticket_url(self.survey, self.agency_code, ticket, by_message=self.by_message)


def last_day(from_on: date, closing_on: date | None) -> date:
    """Until when a ticket counts: 30 days from when its case is closed, or from today."""
    return max(from_on, closing_on or from_on) + timedelta(days=TICKET_DAYS)


def issue_tickets(
    *,
    survey: Survey,
    agency: Agency,
    count: int,
    actor: str,
    procedure_code: str | None = None,
    closing_on: date | None = None,
    by_message: bool = False,
) -> Issued:
    """New one-time tickets for a survey at an agency, good for 30 days from when their case is closed (else from now).

    A ticket hands its procedure on to its answer only where at least the smallest cell of tickets share it. Raises
    Invalid: not collecting there, a count beyond 1 to 100 000, no procedure's code, a day more than ten years away.
    """
    expires_on = last_day(today(), closing_on)
    _check_tickets(survey, agency, count, procedure_code, expires_on)
    least: int = current_app.config["SETTINGS"].min_cell
    shared = procedure_code if count >= least else None
    tickets = [ticket_text(agency.id, _secret()) for _each in range(count)]
    common = {"agency_id": agency.id, "survey_id": survey.id, "procedure_code": shared, "expires_on": expires_on}
    digests = sorted(ticket_digest(ticket) for ticket in tickets)
    db.session.execute(insert(Ticket), [{**common, "digest": digest} for digest in digests])
    batch = {"survey_id": survey.id, "agency_id": agency.id, "procedure_code": procedure_code, "count": count}
    db.session.add(TicketBatch(**batch, expires_on=expires_on, created_at=now(), created_by=actor))
    audit.record(actor, "surveys.issue_tickets", survey.code, agency=agency.code, count=count)
    db.session.flush()
    return Issued(
        survey=survey,
        agency_code=agency.code,
        tickets=tickets,
        expires_on=expires_on,
        procedure_code=procedure_code,
        closing_on=closing_on,
        by_message=by_message,
    )


def redeem_ticket(text: str, *, survey_id: int, agency_id: int, day: date) -> dict[str, Any] | None:
    """Use up a ticket for an answer of that local day: what it was, None where it is unknown, used, over, of elsewhere.

    Its row is deleted, in the transaction that stores the answer: of all who try at once, one succeeds.
    """
    named = ticket_agency(text)
    if named is None or named[0] != agency_id:
        return None
    conditions = (
        Ticket.agency_id == agency_id,
        Ticket.digest == ticket_digest(named[1]),
        Ticket.survey_id == survey_id,
        Ticket.expires_on >= day,
    )
    columns = Ticket.__table__.c
    row = db.session.connection().execute(delete(Ticket).where(*conditions).returning(*columns)).one_or_none()
    if row is None:
        return None
    current_app.extensions["used_tickets"].set()
    return dict(row._mapping)


def restore_ticket(redeemed: dict[str, Any]) -> None:
    """Give a ticket back within the transaction that used it: its answer was stored before."""
    db.session.connection().execute(insert(Ticket), redeemed)


def delete_old_tickets() -> None:
    """Tickets that were not used: what a device answered in time may still be on its way for some weeks."""
    db.session.execute(delete(Ticket).where(Ticket.expires_on < today() - LONGEST_QUEUE))


def forget_used_tickets(*, rewrite: bool = False) -> None:
    """Outside of `transaction()`: take out of the database what still shows in which transaction a ticket was used.

    On PostgreSQL any process may have used one; SQLite is served by one.
    """
    used: Event = current_app.extensions["used_tickets"]
    if used.is_set() or db.engine.dialect.name == "postgresql":
        used.clear()
        forget_deleted("ticket", rewrite=rewrite)


def _check_tickets(survey: Survey, agency: Agency, count: int, procedure_code: str | None, expires_on: date) -> None:
    require_collecting(survey, agency)
    problems = []
    if not 1 <= count <= MOST_TICKETS:
        words = _("Between 1 and %(most)s tickets are made at once.", most=MOST_TICKETS)
        problems.append(Problem("count", "bad_count", words))
    if procedure_code is not None and not PROCEDURE.fullmatch(procedure_code):
        problems.append(Problem("procedure", "bad_procedure", _("A procedure's code has 1 to 40 characters.")))
    if expires_on > today() + LONGEST_VALIDITY:
        problems.append(Problem("closing_date", "too_late", _("This day lies too far ahead.")))
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), errors=tuple(problems))


def _secret() -> str:
    return "".join(secrets.choice(PAIRING_SIGNS) for _place in range(TICKET_SIGNS))


def ticket_digest(ticket: str) -> str:
    """A plain hash is enough: 100 random bits cannot be guessed. Bound to its purpose, as every secret's is."""
    return sha256(f"ticket:{ticket}".encode()).hexdigest()
