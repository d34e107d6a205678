"""Published figures speak of a period, and name their source."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# An open end of a survey's own days (figures/models.py).
FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"
KEY = "pk_published_figure"


def upgrade() -> None:
    with op.batch_alter_table("published_figure", schema=None) as batch_op:
        batch_op.add_column(sa.Column("period_from", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("period_to", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("source", sa.String(length=300), nullable=True))
    own = "(SELECT {} FROM survey WHERE survey.id = published_figure.survey_id)"
    op.execute(
        f"UPDATE published_figure SET period_from = COALESCE({own.format('opens_on')}, '{FIRST_DAY}'), "
        f"period_to = COALESCE({own.format('closes_on')}, '{LAST_DAY}'), source = ''"
    )
    with op.batch_alter_table("published_figure", schema=None) as batch_op:
        batch_op.alter_column("period_from", existing_type=sa.Date(), nullable=False)
        batch_op.alter_column("period_to", existing_type=sa.Date(), nullable=False)
        batch_op.alter_column("source", existing_type=sa.String(length=300), nullable=False)
        batch_op.drop_constraint(KEY, type_="primary")
        batch_op.create_primary_key(KEY, ["survey_id", "question", "option", "period_from", "period_to"])
        batch_op.create_check_constraint(op.f("ck_published_figure_period"), "period_to >= period_from")


def downgrade() -> None:
    # Of several periods the last one stays.
    op.execute(
        "DELETE FROM published_figure WHERE EXISTS (SELECT 1 FROM published_figure AS later "
        "WHERE later.survey_id = published_figure.survey_id AND later.question = published_figure.question "
        'AND later."option" = published_figure."option" '
        "AND (later.period_from > published_figure.period_from OR (later.period_from = published_figure.period_from "
        "AND later.period_to > published_figure.period_to)))"
    )
    with op.batch_alter_table("published_figure", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_published_figure_period"), type_="check")
        batch_op.drop_constraint(KEY, type_="primary")
        batch_op.create_primary_key(KEY, ["survey_id", "question", "option"])
        batch_op.drop_column("source")
        batch_op.drop_column("period_to")
        batch_op.drop_column("period_from")
