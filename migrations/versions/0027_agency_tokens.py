"""Name each agency's counts: those of agencies that nothing changed at need not be read again."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    state = op.create_table(
        "tally_agency_state",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "survey_id", name=op.f("pk_tally_agency_state")),
        info={"distribution": "agency_id"},
    )
    tally = sa.table("tally", sa.column("agency_id"), sa.column("survey_id"))
    counted = sa.select(tally.c.agency_id, tally.c.survey_id, sa.literal(uuid4(), sa.Uuid())).distinct()
    op.execute(state.insert().from_select(["agency_id", "survey_id", "token"], counted))


def downgrade() -> None:
    op.drop_table("tally_agency_state")
