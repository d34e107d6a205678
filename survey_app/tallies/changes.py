"""Adding counts to the tally table: one bulk upsert, the way each database takes many rows fastest."""

from collections.abc import Callable, Collection, Sequence
from uuid import uuid4

from sqlalchemy import Column, Connection, MetaData, Table, Uuid, bindparam, delete, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from survey_app.clock import uuid7
from survey_app.surveys.models import Survey
from survey_app.tallies.models import Tally, TallyAgencyState, TallyState
from survey_app.tallies.rules import Change

SURVEY: Table = Survey.__table__  # type: ignore[assignment]
TALLY: Table = Tally.__table__  # type: ignore[assignment]
STATE: Table = TallyState.__table__  # type: ignore[assignment]
AGENCY_STATE: Table = TallyAgencyState.__table__  # type: ignore[assignment]
COLUMNS = [column.name for column in TALLY.columns]
KEY = list(TALLY.primary_key.columns)
# Stays with the connection, empty between transactions: no catalogue rows come and go at every fold.
STAGE = Table(
    "tally_change",
    MetaData(),
    *(Column(column.name, column.type, nullable=False) for column in TALLY.columns),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DELETE ROWS",
)
CREATE_STAGE = CreateTable(STAGE, if_not_exists=True)
COPY = f"COPY {STAGE.name} ({', '.join(COLUMNS)}) FROM STDIN"

_one_row = sqlite.insert(TALLY)
UPSERT_ROW = str(
    _one_row.on_conflict_do_update(index_elements=KEY, set_={"count": TALLY.c.count + _one_row.excluded.count}).compile(
        dialect=sqlite.dialect()
    )
)
_staged = postgresql.insert(TALLY).from_select(COLUMNS, select(STAGE))
UPSERT_STAGED = _staged.on_conflict_do_update(
    index_elements=KEY, set_={"count": TALLY.c.count + _staged.excluded.count}
)
DELETE_ZERO = delete(TALLY).where(*(column == bindparam(f"key_{column.name}") for column in KEY), TALLY.c.count == 0)


def add(connection: Connection, changes: Sequence[Change]) -> None:
    """Add each change to its row, make the rows that are missing and drop those that come to zero; the counts of the
    agencies and surveys get other tokens."""
    if not changes:
        return
    ADD[connection.dialect.name](connection, changes)
    lessened = [change for change in changes if change[-1] < 0]
    if lessened:
        names = [f"key_{column.name}" for column in KEY]
        connection.execute(DELETE_ZERO, [dict(zip(names, change[:-1], strict=True)) for change in lessened])
    _rename_agencies(connection, {(agency_id, survey_id) for agency_id, survey_id, *_ in changes})


def rename_counts(connection: Connection, survey_ids: Collection[int]) -> None:
    """Give the counts of these surveys another token: what was worked out of the old ones holds no longer."""
    if survey_ids:
        connection.execute(delete(STATE).where(STATE.c.survey_id.in_(survey_ids)))
        connection.execute(STATE.insert(), [{"survey_id": each, "token": uuid7()} for each in survey_ids])


def rename_all(connection: Connection) -> None:
    """The same for the counts of all surveys and agencies."""
    connection.execute(delete(AGENCY_STATE))
    counted = select(TALLY.c.agency_id, TALLY.c.survey_id, literal(uuid4(), Uuid())).distinct()
    connection.execute(AGENCY_STATE.insert().from_select(["agency_id", "survey_id", "token"], counted))
    rename_counts(connection, connection.execute(select(SURVEY.c.id)).scalars().all())


def _rename_agencies(connection: Connection, pairs: Collection[tuple[int, int]]) -> None:
    insert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(AGENCY_STATE)
    upsert = insert.on_conflict_do_update(
        index_elements=[AGENCY_STATE.c.agency_id, AGENCY_STATE.c.survey_id], set_={"token": insert.excluded.token}
    )
    token = uuid4()
    connection.execute(
        upsert, [{"agency_id": agency, "survey_id": survey, "token": token} for agency, survey in sorted(pairs)]
    )


def _add_sqlite(connection: Connection, changes: Sequence[Change]) -> None:
    """Rows go to the driver as they are: preparing each as a dict would take four times as long as storing it."""
    rows = [(*change[:4], change[4].isoformat(), *change[5:]) for change in changes]
    connection.exec_driver_sql(UPSERT_ROW, rows)


def _add_postgresql(connection: Connection, changes: Sequence[Change]) -> None:
    """COPY takes a tenth of the time that thousands of bound rows take."""
    connection.execute(CREATE_STAGE)
    with connection.connection.cursor().copy(COPY) as copy:
        for change in changes:
            copy.write_row(change)
    connection.execute(UPSERT_STAGED)
    connection.execute(STAGE.delete())


ADD: dict[str, Callable[[Connection, Sequence[Change]], None]] = {
    "sqlite": _add_sqlite,
    "postgresql": _add_postgresql,
}
