"""QR codes of procedures and counters."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "qr_code",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("procedure_code", sa.String(length=40), nullable=True),
        sa.Column("procedure_key", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_qr_code_survey_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_qr_code_agency_id")),
        sa.ForeignKeyConstraint(["procedure_code"], ["procedure.code"], name=op.f("fk_qr_code_procedure_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_qr_code")),
        sa.UniqueConstraint(
            "survey_id",
            "agency_id",
            "procedure_key",
            "place",
            name=op.f("uq_qr_code_survey_id_agency_id_procedure_key_place"),
        ),
        info={"distribution": "reference"},
    )


def downgrade() -> None:
    op.drop_table("qr_code")
