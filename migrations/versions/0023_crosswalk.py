"""Which question of a questionnaire version continues which of an earlier one."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "questionnaire_crosswalk",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("earlier_id", sa.Integer(), nullable=False),
        sa.Column("earlier_question", sa.String(length=40), nullable=False),
        sa.Column("comparable", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["questionnaire_version.id"], name=op.f("fk_questionnaire_crosswalk_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["earlier_id"], ["questionnaire_version.id"], name=op.f("fk_questionnaire_crosswalk_earlier_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "question", "earlier_id", name=op.f("pk_questionnaire_crosswalk")),
        info={"distribution": "reference"},
    )


def downgrade() -> None:
    op.drop_table("questionnaire_crosswalk")
