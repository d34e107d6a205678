"""Count the months of each procedure apart, and find the responses of one by its days."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
HAS_PROCEDURE = sa.text("procedure_code IS NOT NULL")
OLD_KEY = (
    "agency_id", "survey_id", "grain", "starts_on", "version_id", "channel", "verified", "flagged", "question",
    "option",
)  # fmt: skip
NEW_KEY = (*OLD_KEY[:3], "procedure", *OLD_KEY[3:])


def upgrade() -> None:
    with _replaced_tally():
        _create_tally(NEW_KEY)
        columns = ", ".join([*OLD_KEY, "count"])
        op.execute(f"INSERT INTO tally ({columns}, procedure) SELECT {columns}, '' FROM tally_old")
    op.create_index(
        "ix_response_procedure",
        "response",
        ["agency_id", "survey_id", "procedure_code", "answered_on"],
        sqlite_where=HAS_PROCEDURE,
        postgresql_where=HAS_PROCEDURE,
    )
    _count_months_of_procedures()


def downgrade() -> None:
    op.drop_index("ix_response_procedure", "response")
    with _replaced_tally():
        _create_tally(OLD_KEY)
        columns = ", ".join([*OLD_KEY, "count"])
        op.execute(f"INSERT INTO tally ({columns}) SELECT {columns} FROM tally_old WHERE procedure = ''")


@contextmanager
def _replaced_tally() -> Iterator[None]:
    """Inside, the table as it was is `tally_old`; afterwards it is gone."""
    op.rename_table("tally", "tally_old")
    if op.get_bind().dialect.name == "postgresql":
        for kind in ("pk", "ck"):
            suffix = "_grain" if kind == "ck" else ""
            op.execute(f"ALTER TABLE tally_old RENAME CONSTRAINT {kind}_tally{suffix} TO {kind}_tally_old{suffix}")
    yield
    op.drop_table("tally_old")


def _create_tally(key: Sequence[str]) -> None:
    types: dict[str, TypeEngine[Any]] = {name: sa.Integer() for name in ("agency_id", "survey_id", "version_id")}
    types |= {name: sa.Boolean() for name in ("verified", "flagged")}
    types |= {"grain": sa.String(length=5), "channel": sa.String(length=10), "starts_on": sa.Date()}
    checks = [sa.CheckConstraint("grain IN ('day', 'month')", name=op.f("ck_tally_grain"))]
    if "procedure" in key:
        checks.append(sa.CheckConstraint("procedure = '' OR grain = 'month'", name=op.f("ck_tally_procedure")))
    op.create_table(
        "tally",
        *(sa.Column(name, types.get(name, sa.String(length=40)), nullable=False) for name in key),
        sa.Column("count", sa.BigInteger(), nullable=False),
        *checks,
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_tally")),
        info={"distribution": "agency_id"},
        sqlite_with_rowid=False,
    )


def _count_months_of_procedures() -> None:
    """From the released responses that name one, as a fold would have done."""
    bind = op.get_bind()
    ancestors: dict[int, list[int]] = {}
    for ancestor, descendant in bind.execute(sa.text("SELECT ancestor_id, descendant_id FROM agency_ancestor")):
        ancestors.setdefault(descendant, []).append(ancestor)
    names = ("agency_id", "survey_id", "procedure_code", "version_id", "channel", "verified", "flagged", "state", "id")
    response = sa.table(
        "response", *map(sa.column, names), sa.column("answered_on", sa.Date()), sa.column("answers", JSON)
    )
    queue = sa.table("tally_queue", sa.column("agency_id"), sa.column("response_id"))
    waits = sa.and_(queue.c.agency_id == response.c.agency_id, queue.c.response_id == response.c.id)
    released = (
        sa.select(*(response.c[name] for name in (*names[:-2], "answered_on", "answers")))
        .select_from(response.outerjoin(queue, waits))
        .where(response.c.state == "stored", response.c.procedure_code.is_not(None), queue.c.response_id.is_(None))
    )
    counts: Counter[tuple[object, ...]] = Counter()
    for agency, survey, procedure, version, channel, verified, flagged, day, answers in bind.execute(released):
        for place in ancestors[agency]:
            head = (place, survey, "month", procedure, day.replace(day=1), version, channel, verified, flagged)
            counts.update((*head, *choice) for choice in (("", ""), *answers.items()))
    rows = [dict(zip(NEW_KEY, key, strict=True)) | {"count": count} for key, count in counts.items()]
    if rows:
        dates = sa.column("starts_on", sa.Date())
        columns = [dates if name == "starts_on" else sa.column(name) for name in (*NEW_KEY, "count")]
        op.bulk_insert(sa.table("tally", *columns), rows)
