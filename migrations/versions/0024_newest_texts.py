"""Find the newest texts and the flags without reading every response; tell when counts change."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

FLAGGED = sa.text("flagged")
FROM_RESPONSE = """
    UPDATE response_text SET
        survey_id = (SELECT r.survey_id FROM response r
                     WHERE r.agency_id = response_text.agency_id AND r.id = response_text.response_id),
        answered_on = (SELECT r.answered_on FROM response r
                       WHERE r.agency_id = response_text.agency_id AND r.id = response_text.response_id)
"""


def upgrade() -> None:
    op.create_table(
        "tally_state",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("survey_id", name=op.f("pk_tally_state")),
        info={"distribution": "reference"},
    )
    op.add_column("response_text", sa.Column("survey_id", sa.Integer(), nullable=True))
    op.add_column("response_text", sa.Column("answered_on", sa.Date(), nullable=True))
    op.execute(FROM_RESPONSE)
    with op.batch_alter_table("response_text") as table:
        table.alter_column("survey_id", existing_type=sa.Integer(), nullable=False)
        table.alter_column("answered_on", existing_type=sa.Date(), nullable=False)
    columns = ["agency_id", "survey_id", "question", "answered_on"]
    op.create_index("ix_response_text_newest", "response_text", columns)
    op.drop_index("ix_response_flagged", "response")
    _index_flagged(["agency_id", "survey_id", "answered_on"])


def downgrade() -> None:
    op.drop_index("ix_response_flagged", "response")
    _index_flagged(["agency_id", "survey_id"])
    op.drop_index("ix_response_text_newest", "response_text")
    with op.batch_alter_table("response_text") as table:
        table.drop_column("answered_on")
        table.drop_column("survey_id")
    op.drop_table("tally_state")


def _index_flagged(columns: list[str]) -> None:
    op.create_index("ix_response_flagged", "response", columns, sqlite_where=FLAGGED, postgresql_where=FLAGGED)
