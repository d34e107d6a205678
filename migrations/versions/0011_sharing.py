"""Public results and links that open without sign-in."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _publication()
    _link()


def downgrade() -> None:
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_survey_id"))

    op.drop_table("link")
    op.drop_table("publication")


def _publication() -> None:
    op.create_table(
        "publication",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("licence", sa.String(length=20), nullable=False),
        sa.Column("published_by", sa.String(length=254), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("from_on IS NULL OR to_on IS NULL OR to_on >= from_on", name=op.f("ck_publication_dates")),
        sa.CheckConstraint("licence IN ('CC-BY-4.0', 'CC0-1.0')", name=op.f("ck_publication_licence")),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_publication_survey_id")),
        sa.PrimaryKeyConstraint("survey_id", name=op.f("pk_publication")),
        info={"distribution": "reference"},
    )


def _link() -> None:
    op.create_table(
        "link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=True),
        sa.Column("created_by", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('share', 'board')", name=op.f("ck_link_kind")),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_link_digest")),
        sa.CheckConstraint("from_on IS NULL OR to_on IS NULL OR to_on >= from_on", name=op.f("ck_link_dates")),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_link_survey_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_link_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_link_digest")),
        info={"distribution": "reference"},
    )
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_survey_id"), ["survey_id"], unique=False)
