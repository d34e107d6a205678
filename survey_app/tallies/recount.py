"""Counting everything released anew, in the database itself: another way to the same numbers than the fold's.

`own` is a temporary table with each agency's own day counts; what an agency's tally must hold is summed from the
own counts of the agency and everything below it.
"""

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    CursorResult,
    Date,
    Index,
    Insert,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    and_,
    bindparam,
    extract,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement

from survey_app.agencies.models import Agency, AgencyAncestor
from survey_app.tallies.queries import DIALECTS, HEADER, RESPONSE, TALLY, Dialect, present_responses
from survey_app.tallies.rules import HALF

AGENCY_TABLE: Table = Agency.__table__  # type: ignore[assignment]
CLOSURE: Table = AgencyAncestor.__table__  # type: ignore[assignment]
KEY = [key.name for key in TALLY.primary_key.columns]
# The key of an own count: that of a tally row but for the grain, and the day on which it is counted by procedure.
OWN_KEY = [name for name in KEY if name != "grain"]
NAMED_ON = "named_on"
OWN = Table(
    "tally_own",
    MetaData(),
    *(Column(name, TALLY.c[name].type, nullable=False) for name in OWN_KEY),
    Column(NAMED_ON, Date),
    Column("count", BigInteger, nullable=False),
    Index("ix_tally_own_agency_id", "agency_id"),
    prefixes=["TEMPORARY"],
)
AGENCY = bindparam("agency", type_=Integer)


def begin(connection: Connection) -> None:
    """Make the temporary table, empty."""
    OWN.drop(connection, checkfirst=True)
    OWN.create(connection)


def agencies_with_responses(connection: Connection) -> list[int]:
    """The agencies that have responses of their own, by id."""
    return _agencies(connection, RESPONSE.c.agency_id == AGENCY_TABLE.c.id)


def agencies_to_tally(connection: Connection) -> list[int]:
    """The agencies that have tallies, or responses at themselves or below, by id."""
    below = and_(CLOSURE.c.ancestor_id == AGENCY_TABLE.c.id, CLOSURE.c.descendant_id == RESPONSE.c.agency_id)
    return _agencies(connection, TALLY.c.agency_id == AGENCY_TABLE.c.id, below)


def count_own(connection: Connection, agency_id: int) -> None:
    """Count the agency's own released responses and what queued corrections still hold, as of one moment."""
    connection.execute(_own_counts(DIALECTS[connection.dialect.name]), {"agency": agency_id})


def write_tally(connection: Connection, agency_id: int) -> None:
    """Insert what the agency's tally must hold; the table has no row of it."""
    expected = _expected(DIALECTS[connection.dialect.name])
    connection.execute(insert(TALLY).from_select([*KEY, "count"], expected), {"agency": agency_id})


def differences(connection: Connection, agency_id: int) -> CursorResult[Any]:
    """The key, the count that stands in the tally and the right one, of each row of the agency where they differ."""
    expected = _expected(DIALECTS[connection.dialect.name]).subquery()
    stands = select(*(TALLY.c[name] for name in KEY), TALLY.c.count.label("counted"), literal(0).label("recounted"))
    both = union_all(
        stands.where(TALLY.c.agency_id == AGENCY),
        select(*(expected.c[name] for name in KEY), literal(0), expected.c.count),
    ).subquery()
    key = [both.c[name] for name in KEY]
    counted, recounted = func.sum(both.c.counted).label("counted"), func.sum(both.c.recounted).label("recounted")
    statement = select(*key, counted, recounted).group_by(*key).having(counted != recounted).order_by(*key)
    return connection.execute(statement, {"agency": agency_id})


def _agencies(connection: Connection, *matches: ColumnElement[bool]) -> list[int]:
    """The agencies for which one of the matches finds a row: a step into a key for each, never a pass over the rows."""
    found = or_(*(select(literal(1)).where(match).correlate(AGENCY_TABLE).exists() for match in matches))
    return list(connection.execute(select(AGENCY_TABLE.c.id).where(found).order_by(AGENCY_TABLE.c.id)).scalars())


def _own_counts(dialect: Dialect) -> Insert:
    """One statement: a correction that is queued meanwhile is seen with its response or not at all."""
    present = present_responses(dialect, lambda agency_id: agency_id == AGENCY).subquery("present")
    each = dialect.each(present.c.answers).table_valued("key", "value").alias("each_answer")
    header = [present.c[name] for name in HEADER]
    rows = (
        select(AGENCY, *header, each.c.key, each.c.value, func.count())
        .select_from(present.join(each, true()))
        .group_by(*header, each.c.key, each.c.value)
    )
    return insert(OWN).from_select(["agency_id", *HEADER, "question", "option", "count"], rows)


def _expected(dialect: Dialect) -> Select[Any]:
    """The rows of an agency's tally, of every grain, out of the own counts of everything below it."""
    below = select(CLOSURE.c.descendant_id).where(CLOSURE.c.ancestor_id == AGENCY)
    own = OWN.c.agency_id.in_(below)
    every, month, first_half = literal("", String), dialect.month(OWN.c.starts_on), _in_first_half(OWN.c.starts_on)
    one, named, its_month = OWN.c.procedure, and_(own, OWN.c.procedure != ""), dialect.month(OWN.c.named_on)
    rows = union_all(
        _grain("day", every, OWN.c.starts_on, own),
        _grain("month", every, month, own),
        _grain("month", one, its_month, named),
        _grain("total", every, month, own, marked=False),
        _grain("total", one, its_month, named, marked=False),
        _grain("half", every, month, and_(own, first_half), marked=False),
        _grain("half", one, its_month, and_(named, _in_first_half(OWN.c.named_on))),
    )
    counts = rows.subquery()
    key = [counts.c[name] for name in KEY if name != "agency_id"]
    return select(AGENCY.label("agency_id"), *key, func.sum(counts.c.count).label("count")).group_by(*key)


def _in_first_half(day: ColumnElement[date]) -> ColumnElement[bool]:
    return extract("day", day) <= HALF


def _grain(
    grain: str,
    procedure: ColumnElement[str],
    starts_on: ColumnElement[date],
    own: ColumnElement[bool],
    *,
    marked: bool = True,
) -> Select[Any]:
    """Own counts as rows of one grain, without their agency; unless `marked` whatever channel and marks they have."""
    period: dict[str, ColumnElement[Any]] = {"grain": literal(grain, String), "procedure": procedure}
    available: dict[str, ColumnElement[Any]] = {**OWN.c, **period, "starts_on": starts_on}
    if not marked:
        available |= {"channel": literal("", String), "verified": false(), "flagged": false()}
    columns = [available[name].label(name) for name in KEY if name != "agency_id"]
    return select(*columns, OWN.c.count).where(own)
