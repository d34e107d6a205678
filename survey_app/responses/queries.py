"""Every SELECT on responses. Responses are found by agency and id: no other way in is fast or private."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Table, select

from survey_app.db import db
from survey_app.responses.models import Response

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
