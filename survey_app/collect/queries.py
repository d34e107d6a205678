"""Reading what could not be stored."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from survey_app.access import Scope
from survey_app.agencies.models import AgencyAncestor
from survey_app.agencies.queries import covers
from survey_app.collect.models import EntryBatch, EntrySheet, RefusedBody
from survey_app.db import db
from survey_app.errors import NotFound
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import survey_agencies


def refused_bodies_in(scope: Scope, *, most: int) -> list[RefusedBody]:
    """What devices at the agencies of a scope sent in vain, the newest first, their devices loaded."""
    statement = select(RefusedBody).options(joinedload(RefusedBody.device))
    if scope.agency_id is not None:
        below = select(AgencyAncestor.descendant_id).where(AgencyAncestor.ancestor_id == scope.agency_id)
        statement = statement.where(RefusedBody.agency_id.in_(below))
    return list(db.session.scalars(statement.order_by(RefusedBody.received_at.desc()).limit(most)))


def require_refused_body(*, agency_id: int, device_id: int, sha256: str) -> RefusedBody:
    """One of them. Raises NotFound."""
    found = db.session.get(RefusedBody, (agency_id, device_id, sha256))
    if found is None:
        raise NotFound("there is no such body")
    return found


def refused_count(*, agency_id: int, device_id: int) -> int:
    """How many bodies of a device are kept: at most some hundred."""
    kept = (RefusedBody.agency_id == agency_id, RefusedBody.device_id == device_id)
    return db.session.scalar(select(func.count()).select_from(RefusedBody).where(*kept)) or 0


def batches_in(survey: Survey, scope: Scope) -> list[tuple[EntryBatch, int]]:
    """The unfinished batches of a survey at the agencies of a scope, the newest first, each with its sheets so far."""
    agencies = [agency.id for agency in survey_agencies(survey, scope)]
    sheets = (
        select(func.count())
        .select_from(EntrySheet)
        .where(EntrySheet.agency_id == EntryBatch.agency_id, EntrySheet.batch_id == EntryBatch.id)
        .scalar_subquery()
    )
    statement = (
        select(EntryBatch, sheets)
        .options(joinedload(EntryBatch.agency))
        .where(EntryBatch.survey_id == survey.id, EntryBatch.agency_id.in_(agencies))
    )
    return [(batch, count) for batch, count in db.session.execute(statement.order_by(EntryBatch.created_at.desc()))]


def require_batch(batch_id: UUID, scope: Scope) -> EntryBatch:
    """An unfinished batch at an agency of the scope, its survey and agency loaded. Raises NotFound."""
    statement = select(EntryBatch).where(EntryBatch.id == batch_id)
    loaded = statement.options(joinedload(EntryBatch.survey), joinedload(EntryBatch.agency))
    found = db.session.scalars(loaded).first()
    if found is None or not covers(scope, found.agency_id):
        raise NotFound("there is no such batch")
    return found


def sheets_of(batch: EntryBatch) -> list[EntrySheet]:
    """The sheets of a batch in the order in which they were typed."""
    of_batch = (EntrySheet.agency_id == batch.agency_id, EntrySheet.batch_id == batch.id)
    return list(db.session.scalars(select(EntrySheet).where(*of_batch).order_by(EntrySheet.number)))
