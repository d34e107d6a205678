"""Reading schedules and their deliveries."""

from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from survey_app.access import Scope
from survey_app.agencies.queries import covers
from survey_app.clock import local_date
from survey_app.db import db
from survey_app.deliveries.models import Delivery, Export, Schedule
from survey_app.deliveries.rules import KEPT, PATIENCE, STALE, Period, last_period
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


def unqueued_period(schedule: Schedule, now: datetime) -> Period | None:
    """The last whole period of a running schedule where no delivery has it yet; None where one has or there is none."""
    days = {"opens_on": schedule.survey.opens_on, "closes_on": schedule.survey.closes_on}
    period = None if schedule.stopped_at else last_period(schedule.frequency, local_date(now), **days)
    return period if period and period.to_on not in {each.period_to for each in schedule.deliveries} else None


def due_ids(now: datetime) -> list[int]:
    """The deliveries whose turn has come; those too whose sender seems to have died."""
    waiting = and_(Delivery.state == "waiting", Delivery.try_at <= now)
    abandoned = and_(Delivery.state == "sending", Delivery.try_at <= now - STALE)
    return list(db.session.scalars(select(Delivery.id).where(or_(waiting, abandoned)).order_by(Delivery.id)))


def require_export(number: int, *, email: str, scope: Scope) -> Export:
    """The reader's own export, while they see what they saw when they asked for it. Raises NotFound."""
    export = db.session.get(Export, number)
    if export is None or (export.created_by, export.scope_id) != (email, scope.agency_id):
        raise NotFound()
    return export


def exports_before(export: Export) -> int:
    """How many exports are made before this one."""
    unfinished = Export.state.in_(("waiting", "making"))
    return db.session.scalar(select(func.count()).where(unfinished, Export.id < export.id)) or 0


def unfinished_exports(email: str) -> int:
    """How many of somebody's exports are not ready yet."""
    unfinished = Export.state.in_(("waiting", "making"))
    return db.session.scalar(select(func.count()).where(unfinished, Export.created_by == email)) or 0


def exports_at_work() -> list[Export]:
    """Everybody's exports that are not ready yet."""
    return list(db.session.scalars(select(Export).where(Export.state.in_(("waiting", "making")))))


def exports_stand_still(now: datetime) -> bool:
    """Whether exports have been waiting for long and nobody makes one: no jobs run."""
    waiting = select(Export.id).where(Export.state == "waiting", Export.try_at <= now - PATIENCE)
    made = select(Export.id).where(Export.state == "making", Export.try_at > now)
    return bool(db.session.scalar(select(and_(waiting.exists(), ~made.exists()))))


def deliveries_stand_still(now: datetime) -> bool:
    """The same of deliveries, whose jobs look once a minute; also where a schedule's period should have been queued."""
    latest = now - 10 * PATIENCE
    if any(each.created_at <= latest and unqueued_period(each, latest) for each in running_schedules()):
        return True
    waiting = select(Delivery.id).where(Delivery.state == "waiting", Delivery.try_at <= latest)
    sent = select(Delivery.id).where(Delivery.state == "sending", Delivery.try_at > now)
    return bool(db.session.scalar(select(and_(waiting.exists(), ~sent.exists()))))


def due_export_ids(now: datetime) -> list[int]:
    """The exports that nobody makes yet, or whose maker seems to have died, in the order of asking."""
    due = (Export.state.in_(("waiting", "making")), Export.try_at <= now)
    return list(db.session.scalars(select(Export.id).where(*due).order_by(Export.id)))


def old_export_ids(now: datetime) -> list[int]:
    """The exports that were kept long enough."""
    return list(db.session.scalars(select(Export.id).where(Export.created_at <= now - KEPT)))
