"""Case figures by field, their editions and acknowledgements, activities, the catalogue of procedures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
COUNTS = (
    *("received_total", "new_total", "received_online", "received_in_person_or_post", "results_returned"),
    *("carried_over", "resolved_total", "resolved_early", "resolved_on_time", "resolved_overdue"),
    *("pending_total", "pending_in_time", "pending_overdue", "digitally_signed"),
)
OLD_KEY = ["agency_id", "period_from", "period_to"]
KEY = [*OLD_KEY, "field"]


def upgrade() -> None:
    with op.batch_alter_table("case_figures", table_args=_checks()) as table:
        table.add_column(sa.Column("field", sa.String(length=100), nullable=False, server_default=""))
        table.drop_constraint("pk_case_figures", type_="primary")
        table.create_primary_key("pk_case_figures", KEY)
    with op.batch_alter_table("case_figures", table_args=_checks()) as table:
        table.alter_column("field", existing_type=sa.String(length=100), server_default=None)
    _editions()
    _acknowledgements()
    _activities()
    _catalogue()


def downgrade() -> None:
    for name in ("procedure_term", "procedure", "activity", "case_acknowledgement", "case_figures_edition"):
        op.drop_table(name)
    op.execute("DELETE FROM case_figures WHERE field <> ''")
    with op.batch_alter_table("case_figures", table_args=_checks()) as table:
        table.drop_constraint("pk_case_figures", type_="primary")
        table.create_primary_key("pk_case_figures", OLD_KEY)
        table.drop_column("field")


def _checks() -> tuple[sa.CheckConstraint, ...]:
    """SQLite's copy of a table leaves its checks behind."""
    if op.get_bind().dialect.name != "sqlite":
        return ()
    counts = " AND ".join(f"({name} IS NULL OR {name} >= 0)" for name in COUNTS)
    return (
        sa.CheckConstraint("period_to >= period_from", name=op.f("ck_case_figures_period")),
        sa.CheckConstraint(counts, name=op.f("ck_case_figures_counts")),
    )


def _key() -> list[sa.Column[object]]:
    return [
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("field", sa.String(length=100), nullable=False),
    ]


def _of_figures(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_agency_id_period_from_period_to_field")
    return sa.ForeignKeyConstraint(KEY, [f"case_figures.{column}" for column in KEY], name=name)


def _editions() -> None:
    op.create_table(
        "case_figures_edition",
        *_key(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=254), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        _of_figures("case_figures_edition"),
        sa.PrimaryKeyConstraint(*KEY, "number", name=op.f("pk_case_figures_edition")),
    )


def _acknowledgements() -> None:
    op.create_table(
        "case_acknowledgement",
        *_key(),
        sa.Column("identity", sa.String(length=120), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("acknowledged_by", sa.String(length=254), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=False),
        _of_figures("case_acknowledgement"),
        sa.PrimaryKeyConstraint(*KEY, "identity", name=op.f("pk_case_acknowledgement")),
    )


def _activities() -> None:
    op.create_table(
        "activity",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("period_to >= period_from", name=op.f("ck_activity_period")),
        sa.CheckConstraint("count >= 0", name=op.f("ck_activity_count")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_activity_agency_id")),
        sa.PrimaryKeyConstraint(*OLD_KEY, "name", name=op.f("pk_activity")),
    )


def _catalogue() -> None:
    op.create_table(
        "procedure",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("names", JSON, nullable=False),
        sa.Column("field", sa.String(length=100), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_procedure")),
    )
    op.create_table(
        "procedure_term",
        sa.Column("procedure_code", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("statutory_days", sa.Integer(), nullable=False),
        sa.Column("committed_days", sa.Integer(), nullable=False),
        sa.Column("legal_basis", sa.String(length=200), nullable=False),
        sa.CheckConstraint("statutory_days >= 0 AND committed_days >= 0", name=op.f("ck_procedure_term_days")),
        sa.ForeignKeyConstraint(["procedure_code"], ["procedure.code"], name=op.f("fk_procedure_term_procedure_code")),
        sa.PrimaryKeyConstraint("procedure_code", "from_on", name=op.f("pk_procedure_term")),
    )
