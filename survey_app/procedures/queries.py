"""Reading case figures."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from survey_app.access import Scope
from survey_app.agencies.models import Agency, AgencyAncestor
from survey_app.db import db
from survey_app.procedures.models import (
    CASE_KEY,
    Acknowledgement,
    Activity,
    CaseFigures,
    CaseFiguresEdition,
    Procedure,
    Score,
)
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

    Where an agency delivered both a period and parts of it (a year and its quarters, all fields and each of them),
    only the whole counts. None where there are no rows.
    """
    return case_totals_by_agency((agency_id,), from_on, to_on).get(agency_id)


def case_totals_by_agency(agency_ids: Sequence[int], from_on: date, to_on: date) -> dict[int, CaseTotals]:
    """The same for each of some agencies that has rows; one statement."""
    statement = (
        select(
            AgencyAncestor.ancestor_id,
            func.min(CaseFigures.period_from).label("period_from"),
            func.max(CaseFigures.period_to).label("period_to"),
            func.count().label("rows"),
            *(_sum_of_all(name).label(name) for name in COUNTS),
        )
        .join(AgencyAncestor, AgencyAncestor.descendant_id == CaseFigures.agency_id)
        .where(AgencyAncestor.ancestor_id.in_(agency_ids), *_within(CaseFigures, from_on, to_on))
        .where(~_part_of_another(from_on, to_on))
        .group_by(AgencyAncestor.ancestor_id)
    )
    return {row.ancestor_id: _totals(row) for row in db.session.execute(statement)}


def _totals(row: Any) -> CaseTotals:
    # PostgreSQL sums integers of any size, as decimals.
    sums = {name: None if (value := getattr(row, name)) is None else int(value) for name in COUNTS}
    return CaseTotals(period_from=row.period_from, period_to=row.period_to, rows=row.rows, **sums)


def _sum_of_all(name: str) -> ColumnElement[int]:
    column = getattr(CaseFigures, name)
    return case((func.count(column) == func.count(), func.sum(column)))


def _within(figures: type[CaseFigures], from_on: date, to_on: date) -> tuple[ColumnElement[bool], ...]:
    return figures.period_from >= from_on, figures.period_to <= to_on


def _part_of_another(from_on: date, to_on: date) -> ColumnElement[bool]:
    """Whether the same agency has a row, within the same days, that holds this one: of a longer period, or of all
    fields."""
    whole = aliased(CaseFigures)
    longer = or_(whole.period_from < CaseFigures.period_from, whole.period_to > CaseFigures.period_to)
    same_or_all = or_(whole.field == "", CaseFigures.field == "", whole.field == CaseFigures.field)
    return (
        select(whole.agency_id)
        .where(
            whole.agency_id == CaseFigures.agency_id,
            *_within(whole, from_on, to_on),
            and_(whole.period_from <= CaseFigures.period_from, whole.period_to >= CaseFigures.period_to),
            or_(and_(longer, same_or_all), and_(whole.field == "", CaseFigures.field != "")),
        )
        .exists()
    )


def figures_in(
    *, scope: Scope, from_on: date | None = None, to_on: date | None = None
) -> list[tuple[Agency, CaseFigures]]:
    """The case figures of a scope's agencies whose period lies within from..to (open ends allowed).

    The latest period first, then by agency's name; of one agency all fields together before each of them.
    """
    statement = select(Agency, CaseFigures).join(CaseFigures, CaseFigures.agency_id == Agency.id)
    if scope.agency_id is not None:
        below = select(AgencyAncestor.descendant_id).where(AgencyAncestor.ancestor_id == scope.agency_id)
        statement = statement.where(Agency.id.in_(below))
    if from_on:
        statement = statement.where(CaseFigures.period_from >= from_on)
    if to_on:
        statement = statement.where(CaseFigures.period_to <= to_on)
    order = (CaseFigures.period_to.desc(), CaseFigures.period_from.desc(), Agency.name, Agency.id, CaseFigures.field)
    return [(agency, figures) for agency, figures in db.session.execute(statement.order_by(*order))]


def case_figures(*, agency_id: int, from_on: date, to_on: date, field: str = "") -> CaseFigures | None:
    """The figures of just this agency, period and field."""
    return db.session.get(CaseFigures, (agency_id, from_on, to_on, field))


def fields_of(*, agency_id: int, from_on: date, to_on: date) -> list[CaseFigures]:
    """The figures of an agency and period by field, without those of all fields together."""
    statement = select(CaseFigures).where(
        CaseFigures.agency_id == agency_id,
        CaseFigures.period_from == from_on,
        CaseFigures.period_to == to_on,
        CaseFigures.field != "",
    )
    return list(db.session.scalars(statement.order_by(CaseFigures.field)))


def editions_of(figures: CaseFigures) -> list[CaseFiguresEdition]:
    """Every edition of these figures, the first delivery first."""
    statement = select(CaseFiguresEdition).where(*_same_key(CaseFiguresEdition, figures))
    return list(db.session.scalars(statement.order_by(CaseFiguresEdition.number)))


def sources_of(*, agency_ids: Collection[int], from_on: date, to_on: date) -> list[str]:
    """What the figures of some agencies and a period came from as they stand today, by name; each once."""
    statement = select(CaseFiguresEdition).where(
        CaseFiguresEdition.agency_id.in_(agency_ids),
        CaseFiguresEdition.period_from == from_on,
        CaseFiguresEdition.period_to == to_on,
    )
    editions = db.session.scalars(statement.order_by(CaseFiguresEdition.number))
    return sorted(set({(each.agency_id, each.field): each.source for each in editions}.values()))


def acknowledgements_of(figures: CaseFigures) -> dict[str, Acknowledgement]:
    """Who answers for which identity of these figures, by identity; also where the sums have changed since."""
    statement = select(Acknowledgement).where(*_same_key(Acknowledgement, figures))
    return {each.identity: each for each in db.session.scalars(statement)}


def activities_of(*, agency_id: int, from_on: date, to_on: date) -> list[Activity]:
    """The named figures of an agency whose period lies within from..to, by period and name."""
    statement = select(Activity).where(
        Activity.agency_id == agency_id, Activity.period_from >= from_on, Activity.period_to <= to_on
    )
    return list(db.session.scalars(statement.order_by(Activity.period_from, Activity.name)))


def scores_of(*, agency_id: int, from_on: date, to_on: date, rule_set: str) -> dict[str, Score]:
    """The scores of an agency, period and rule set by indicator."""
    statement = select(Score).where(
        Score.agency_id == agency_id,
        Score.period_from == from_on,
        Score.period_to == to_on,
        Score.rule_set == rule_set,
    )
    return {score.indicator: score for score in db.session.scalars(statement)}


def catalogue() -> list[Procedure]:
    """The procedures by field and code, their terms loaded."""
    return list(db.session.scalars(select(Procedure).order_by(Procedure.field, Procedure.code)))


def procedure_by_code(code: str) -> Procedure | None:
    """The procedure with that code."""
    return db.session.get(Procedure, code) if code and "\x00" not in code else None


def _same_key(
    table: type[CaseFiguresEdition] | type[Acknowledgement], figures: CaseFigures
) -> list[ColumnElement[bool]]:
    return [getattr(table, name) == getattr(figures, name) for name in CASE_KEY]
