"""Reading what could not be stored."""

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from survey_app.access import Scope
from survey_app.agencies.models import AgencyAncestor
from survey_app.collect.models import RefusedBody
from survey_app.db import db
from survey_app.errors import NotFound


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
