"""Letterheads, report templates, and finalised reports with their editions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
REFERENCE = {"distribution": "reference"}


def upgrade() -> None:
    _letterhead()
    _report_template()
    _report()
    _report_edition()


def downgrade() -> None:
    op.drop_table("report_edition")
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_agency_id"))
    op.drop_table("report")
    op.drop_table("report_template")
    op.drop_table("letterhead")


def _letterhead() -> None:
    op.create_table(
        "letterhead",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("superior", sa.String(length=200), nullable=False),
        sa.Column("issuing", sa.String(length=200), nullable=False),
        sa.Column("symbol", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("addressed_to", sa.String(length=300), nullable=False),
        sa.Column("authority", sa.String(length=200), nullable=False),
        sa.Column("signer_title", sa.String(length=200), nullable=False),
        sa.Column("signer_name", sa.String(length=120), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_letterhead_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_letterhead")),
        info=REFERENCE,
    )


def _report_template() -> None:
    op.create_table(
        "report_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("blocks", JSON, nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_report_template_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_template")),
        sa.UniqueConstraint("agency_id", "title", name=op.f("uq_report_template_agency_id_title")),
        info=REFERENCE,
    )


def _report() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("asked", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_report_agency_id")),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_report_survey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        info=REFERENCE,
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_agency_id"), ["agency_id"], unique=False)


def _report_edition() -> None:
    op.create_table(
        "report_edition",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("finalised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finalised_by", sa.String(length=254), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_report_edition_number")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_edition_report_id")),
        sa.PrimaryKeyConstraint("report_id", "number", name=op.f("pk_report_edition")),
        sa.UniqueConstraint("sha256", name=op.f("uq_report_edition_sha256")),
        info=REFERENCE,
    )
