"""Reading schedules and their deliveries."""

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from survey_app.access import Scope
from survey_app.agencies.queries import covers
from survey_app.db import db
from survey_app.deliveries.models import Delivery, Schedule
from survey_app.deliveries.rules import STALE
from survey_app.errors import NotFound


def schedules_in(scope: Scope) -> list[Schedule]:
    """The schedules of a scope's agencies with their deliveries, running ones first, then the newest."""
    statement = select(Schedule).options(
        joinedload(Schedule.survey), joinedload(Schedule.agency), selectinload(Schedule.deliveries)
    )
    order = (Schedule.stopped_at.is_not(None), Schedule.created_at.desc(), Schedule.id)
    return [each for each in db.session.scalars(statement.order_by(*order)) if covers(scope, each.agency_id)]


def require_schedule_in(schedule_id: int, scope: Scope) -> Schedule:
    """The schedule with that id at an agency of the scope. Raises NotFound."""
    schedule = db.session.get(Schedule, schedule_id)
    if schedule is None or not covers(scope, schedule.agency_id):
        raise NotFound()
    return schedule


def running_schedules() -> list[Schedule]:
    """The schedules that were not stopped."""
    return list(db.session.scalars(select(Schedule).where(Schedule.stopped_at.is_(None)).order_by(Schedule.id)))


def due_ids(now: datetime) -> list[int]:
    """The deliveries whose turn has come; those too whose sender seems to have died."""
    waiting = and_(Delivery.state == "waiting", Delivery.try_at <= now)
    abandoned = and_(Delivery.state == "sending", Delivery.try_at <= now - STALE)
    return list(db.session.scalars(select(Delivery.id).where(or_(waiting, abandoned)).order_by(Delivery.id)))
