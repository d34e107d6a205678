"""Keep the day on which a response is counted, by procedure too, beside the day of its answer.

`answered_on` becomes `counted_on`: no row is written anew but those that name a procedure. On the way down the day of
the answer comes back; where it was another one `tallies rebuild` counts it there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

NAMED = sa.text("procedure_code IS NOT NULL")


def upgrade() -> None:
    _rename("answered_on", "counted_on")
    op.add_column("response", sa.Column("named_on", sa.Date(), nullable=True))
    op.add_column("response", sa.Column("moved_from", sa.Date(), nullable=True))
    op.execute("UPDATE response SET named_on = counted_on WHERE procedure_code IS NOT NULL")
    _index_procedure("named_on")


def downgrade() -> None:
    op.execute("UPDATE response SET counted_on = moved_from WHERE moved_from IS NOT NULL")
    op.execute(
        """
        UPDATE response_text SET counted_on = (
            SELECT r.counted_on FROM response r
            WHERE r.agency_id = response_text.agency_id AND r.id = response_text.response_id)
        """
    )
    _index_procedure("counted_on")
    op.drop_column("response", "moved_from")
    op.drop_column("response", "named_on")
    _rename("counted_on", "answered_on")


def _rename(old: str, new: str) -> None:
    """Indexes follow."""
    for table in ("response", "response_text"):
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")


def _index_procedure(day: str) -> None:
    op.drop_index("ix_response_procedure", "response")
    columns = ["agency_id", "survey_id", "procedure_code", day]
    op.create_index("ix_response_procedure", "response", columns, sqlite_where=NAMED, postgresql_where=NAMED)
