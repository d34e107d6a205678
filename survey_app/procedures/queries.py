"""Reading case figures."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from survey_app.agencies.models import AgencyAncestor
from survey_app.db import db
from survey_app.procedures.models import CaseFigures
from survey_app.procedures.rules import COUNTS


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTotals:
    """Summed case figures and the days that they lie between; a count that any of the rows lacks is None."""

    period_from: date
    period_to: date
    rows: int
    received_total: int | None
    new_total: int | None
    received_online: int | None
    received_in_person_or_post: int | None
    results_returned: int | None
    carried_over: int | None
    resolved_total: int | None
    resolved_early: int | None
    resolved_on_time: int | None
    resolved_overdue: int | None
    pending_total: int | None
    pending_in_time: int | None
    pending_overdue: int | None
    digitally_signed: int | None


def case_totals(*, agency_id: int, from_on: date, to_on: date) -> CaseTotals | None:
    """The sums over the agency and everything below it of the rows whose period lies within from..to (inclusive).

    Where an agency delivered both a period and parts of it (a year and its quarters), only the longest counts. None
    where there are no rows.
    """
    statement = (
        select(
            func.min(CaseFigures.period_from).label("period_from"),
            func.max(CaseFigures.period_to).label("period_to"),
            func.count().label("rows"),
            *(_sum_of_all(name).label(name) for name in COUNTS),
        )
        .join(AgencyAncestor, AgencyAncestor.descendant_id == CaseFigures.agency_id)
        .where(AgencyAncestor.ancestor_id == agency_id, *_within(CaseFigures, from_on, to_on))
        .where(~_part_of_another(from_on, to_on))
    )
    row = db.session.execute(statement).one()
    if not row.rows:
        return None
    # PostgreSQL sums integers of any size, as decimals.
    sums = {name: None if (value := getattr(row, name)) is None else int(value) for name in COUNTS}
    return CaseTotals(period_from=row.period_from, period_to=row.period_to, rows=row.rows, **sums)


def _sum_of_all(name: str) -> ColumnElement[int]:
    column = getattr(CaseFigures, name)
    return case((func.count(column) == func.count(), func.sum(column)))


def _within(figures: type[CaseFigures], from_on: date, to_on: date) -> tuple[ColumnElement[bool], ...]:
    return figures.period_from >= from_on, figures.period_to <= to_on


def _part_of_another(from_on: date, to_on: date) -> ColumnElement[bool]:
    """Whether the same agency has a row of a longer period, within the same days, that holds this one."""
    longer = aliased(CaseFigures)
    return (
        select(longer.agency_id)
        .where(
            longer.agency_id == CaseFigures.agency_id,
            *_within(longer, from_on, to_on),
            and_(longer.period_from <= CaseFigures.period_from, longer.period_to >= CaseFigures.period_to),
            or_(longer.period_from < CaseFigures.period_from, longer.period_to > CaseFigures.period_to),
        )
        .exists()
    )
