"""Batches of sheets that are being typed in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "entry_batch",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("created_by", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_by", sa.String(length=254), nullable=False),
        sa.CheckConstraint("channel IN ('paper', 'phone')", name=op.f("ck_entry_batch_channel")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_entry_batch_agency_id")),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_entry_batch_survey_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_entry_batch")),
        info={"distribution": "agency_id"},
    )
    op.create_table(
        "entry_sheet",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("first", JSON, nullable=False),
        sa.Column("second", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "batch_id"],
            ["entry_batch.agency_id", "entry_batch.id"],
            name=op.f("fk_entry_sheet_agency_id_batch_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "batch_id", "number", name=op.f("pk_entry_sheet")),
        sa.UniqueConstraint(
            "agency_id", "batch_id", "response_id", name=op.f("uq_entry_sheet_agency_id_batch_id_response_id")
        ),
        info={"distribution": "agency_id"},
    )


def downgrade() -> None:
    op.drop_table("entry_sheet")
    op.drop_table("entry_batch")
