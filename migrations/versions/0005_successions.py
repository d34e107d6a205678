"""Which agency followed which."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agency_succession",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("predecessor_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("field", sa.String(length=120), nullable=False),
        sa.Column("legal_basis", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "kind IN ('rename', 'merge', 'split', 'transfer', 'abolish')", name=op.f("ck_agency_succession_kind")
        ),
        sa.CheckConstraint(
            "(kind = 'abolish') = (predecessor_id = successor_id)", name=op.f("ck_agency_succession_successor")
        ),
        sa.CheckConstraint(
            "kind NOT IN ('rename', 'merge', 'abolish') OR field = ''", name=op.f("ck_agency_succession_field")
        ),
        sa.ForeignKeyConstraint(["predecessor_id"], ["agency.id"], name=op.f("fk_agency_succession_predecessor_id")),
        sa.ForeignKeyConstraint(["successor_id"], ["agency.id"], name=op.f("fk_agency_succession_successor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_succession")),
        sa.UniqueConstraint(
            "predecessor_id",
            "successor_id",
            "effective_on",
            "field",
            name=op.f("uq_agency_succession_predecessor_id_successor_id_effective_on_field"),
        ),
        info={"distribution": "reference"},
    )
    with op.batch_alter_table("agency_succession", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agency_succession_successor_id"), ["successor_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("agency_succession", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agency_succession_successor_id"))

    op.drop_table("agency_succession")
