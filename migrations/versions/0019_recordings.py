"""Recordings of questions and answers."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recording",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("place", sa.String(length=81), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=20), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["questionnaire_version.id"], name=op.f("fk_recording_version_id")),
        sa.PrimaryKeyConstraint("version_id", "language", "place", name=op.f("pk_recording")),
        info={"distribution": "reference"},
    )
    op.create_index(op.f("ix_recording_sha256"), "recording", ["sha256"])


def downgrade() -> None:
    op.drop_index(op.f("ix_recording_sha256"), "recording")
    op.drop_table("recording")
