"""Scores of scorecards."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scorecard_score",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("rule_set", sa.String(length=40), nullable=False),
        sa.Column("indicator", sa.String(length=20), nullable=False),
        sa.Column("own_tenths", sa.Integer(), nullable=True),
        sa.Column("verified_tenths", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("period_to >= period_from", name=op.f("ck_scorecard_score_period")),
        sa.CheckConstraint("own_tenths >= 0 AND verified_tenths >= 0", name=op.f("ck_scorecard_score_tenths")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_scorecard_score_agency_id")),
        sa.PrimaryKeyConstraint(
            "agency_id", "period_from", "period_to", "rule_set", "indicator", name=op.f("pk_scorecard_score")
        ),
    )


def downgrade() -> None:
    op.drop_table("scorecard_score")
