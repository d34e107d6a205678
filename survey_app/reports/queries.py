"""Reading what the sentences need beside the panel: the case figures of the same period."""

from datetime import date

from sqlalchemy import func, select

from survey_app.agencies.models import AgencyAncestor
from survey_app.db import db
from survey_app.procedures.models import CaseFigures
from survey_app.reports.rules import Cases


def cases_of_period(*, agency_id: int, from_on: date, to_on: date) -> Cases | None:
    """The case figures of an agency and all below it whose periods lie within these days (inclusive), summed; a count
    that any of them lacks is None. None where there are none, or where they leave the beginning or the end uncovered:
    a quarter's cases say nothing about a year.
    """
    within = AgencyAncestor.__table__.c
    statement = (
        select(
            func.min(CaseFigures.period_from),
            func.max(CaseFigures.period_to),
            func.count(),
            func.count(CaseFigures.resolved_overdue),
            func.sum(CaseFigures.resolved_overdue),
            func.count(CaseFigures.resolved_total),
            func.sum(CaseFigures.resolved_total),
        )
        .join(AgencyAncestor, within.descendant_id == CaseFigures.agency_id)
        .where(within.ancestor_id == agency_id, CaseFigures.period_from >= from_on, CaseFigures.period_to <= to_on)
    )
    first, last, rows, overdue_rows, overdue, resolved_rows, resolved = db.session.execute(statement).one()
    if not rows or first > from_on or last < to_on:
        return None
    # Some databases sum whole numbers as decimals.
    return Cases(
        int(overdue or 0) if overdue_rows == rows else None, int(resolved or 0) if resolved_rows == rows else None
    )
