"""Find a device's answers by time, and the flagged ones."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# (name, columns, of which rows)
INDEXES = (
    ("ix_response_device", ["agency_id", "device_id", "answered_at"], "device_id IS NOT NULL"),
    ("ix_response_flagged", ["agency_id", "survey_id"], "flagged"),
)


def upgrade() -> None:
    for name, columns, rows in INDEXES:
        op.create_index(name, "response", columns, sqlite_where=sa.text(rows), postgresql_where=sa.text(rows))


def downgrade() -> None:
    for name, _columns, _rows in reversed(INDEXES):
        op.drop_index(name, "response")
