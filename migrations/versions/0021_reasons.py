"""Find the answers that give reasons."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

GIVEN = sa.text("reasons <> '{}'")


def upgrade() -> None:
    columns = ["agency_id", "survey_id", "answered_on"]
    op.create_index("ix_response_reasons", "response", columns, sqlite_where=GIVEN, postgresql_where=GIVEN)


def downgrade() -> None:
    op.drop_index("ix_response_reasons", "response")
