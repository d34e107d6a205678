"""Reading commitments."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from survey_app.access import Scope
from survey_app.agencies.queries import covers
from survey_app.commitments.models import Commitment
from survey_app.db import db
from survey_app.errors import NotFound
from survey_app.surveys.models import Survey


def commitments_in(scope: Scope) -> list[Commitment]:
    """The commitments of a scope's agencies that were not withdrawn, the newest first."""
    return [each for each in db.session.scalars(_standing()) if covers(scope, each.agency_id)]


def commitments_of(survey: Survey) -> list[Commitment]:
    """Every commitment after a survey's findings that was not withdrawn, the newest first."""
    return list(db.session.scalars(_standing().where(Commitment.survey_id == survey.id)))


def require_commitment_in(number: int, scope: Scope) -> Commitment:
    """The commitment with that number at an agency of the scope. Raises NotFound."""
    found = db.session.get(Commitment, number)
    if found is None or found.withdrawn_at is not None or not covers(scope, found.agency_id):
        raise NotFound()
    return found


def _standing() -> Select[Commitment]:
    return (
        select(Commitment)
        .options(joinedload(Commitment.survey), joinedload(Commitment.agency))
        .where(Commitment.withdrawn_at.is_(None))
        .order_by(Commitment.created_at.desc(), Commitment.id.desc())
    )
