"""Every SELECT on responses. Responses are found by agency and id: no other way in is fast or private."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Table, select

from survey_app.agencies.models import Agency
from survey_app.db import db
from survey_app.responses.models import Response, ResponseText

RESPONSE: Table = Response.__table__  # type: ignore[assignment]


class Identity(NamedTuple):
    """What tells a repeated submission from a conflict."""

    survey_id: int
    sha256: str
    state: str


def stored_identity(*, agency_id: int, response_id: UUID) -> Identity | None:
    """The survey, hash and state of a stored response, or None."""
    statement = select(RESPONSE.c.survey_id, RESPONSE.c.sha256, RESPONSE.c.state).where(
        RESPONSE.c.agency_id == agency_id, RESPONSE.c.id == response_id
    )
    row = db.session.connection().execute(statement).one_or_none()
    return Identity(*row) if row else None


def responses_by_id(*, agency_id: int, ids: Collection[UUID]) -> list[Response]:
    """The responses of an agency that have these ids; at most some thousand ids."""
    return list(db.session.scalars(select(Response).where(Response.agency_id == agency_id, Response.id.in_(ids))))


def texts_by_response(*, agency_id: int, ids: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """The free texts of an agency's responses, {response: {question: text}}; those without any are left out."""
    found: dict[UUID, dict[str, str]] = {}
    rows = select(ResponseText).where(ResponseText.agency_id == agency_id, ResponseText.response_id.in_(ids))
    for row in db.session.scalars(rows):
        found.setdefault(row.response_id, {})[row.question] = row.text
    return found


def agencies_holding(*, survey_id: int, response_id: UUID) -> list[Agency]:
    """The agencies at which this id was answered in this survey: one look-up by key an agency."""
    statement = (
        select(Agency)
        .join(Response, (Response.agency_id == Agency.id) & (Response.id == response_id))
        .where(Response.survey_id == survey_id)
        .order_by(Agency.code)
    )
    return list(db.session.scalars(statement))
