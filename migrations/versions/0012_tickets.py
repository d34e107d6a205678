"""One-time tickets, and the bodies of devices that could not be stored."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    _ticket_batch()
    _ticket()
    _refused_body()


def downgrade() -> None:
    op.drop_table("refused_body")
    op.drop_table("ticket")
    with op.batch_alter_table("ticket_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_batch_survey_id"))
    op.drop_table("ticket_batch")


def _ticket_batch() -> None:
    op.create_table(
        "ticket_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("procedure_code", sa.String(length=40), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=254), nullable=False),
        sa.CheckConstraint("count >= 1", name=op.f("ck_ticket_batch_count")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_ticket_batch_agency_id")),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_ticket_batch_survey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_batch")),
        info={"distribution": "reference"},
    )
    with op.batch_alter_table("ticket_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_batch_survey_id"), ["survey_id"], unique=False)


def _ticket() -> None:
    op.create_table(
        "ticket",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("procedure_code", sa.String(length=40), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_ticket_agency_id")),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_ticket_survey_id")),
        sa.PrimaryKeyConstraint("agency_id", "digest", name=op.f("pk_ticket")),
        info={"distribution": "agency_id"},
        sqlite_with_rowid=False,
    )


def _refused_body() -> None:
    op.create_table(
        "refused_body",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("errors", JSON, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_refused_body_agency_id")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_refused_body_device_id")),
        sa.PrimaryKeyConstraint("agency_id", "device_id", "sha256", name=op.f("pk_refused_body")),
        info={"distribution": "agency_id"},
    )
