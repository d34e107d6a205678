"""Count months also in total, whatever the channel and the marks."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KEY = (
    "agency_id", "survey_id", "grain", "procedure", "starts_on", "version_id", "channel", "verified", "flagged",
    "question", "option",
)  # fmt: skip
TOTALS = """
    INSERT INTO tally (agency_id, survey_id, grain, procedure, starts_on, version_id, channel, verified, flagged,
                       question, option, count)
    SELECT agency_id, survey_id, 'total', procedure, starts_on, version_id, '', false, false, question, option,
           SUM(count)
    FROM tally WHERE grain = 'month'
    GROUP BY agency_id, survey_id, procedure, starts_on, version_id, question, option
    HAVING SUM(count) <> 0
"""


def upgrade() -> None:
    _check(("day", "month", "total"), "procedure = '' OR grain <> 'day'")
    op.execute(TOTALS)


def downgrade() -> None:
    op.execute("DELETE FROM tally WHERE grain = 'total'")
    _check(("day", "month"), "procedure = '' OR grain = 'month'")


def _check(grains: Sequence[str], procedure: str) -> None:
    """Replace both rules; SQLite has no other way than another table."""
    rules = {"ck_tally_grain": f"grain IN ({', '.join(map(repr, grains))})", "ck_tally_procedure": procedure}
    if op.get_bind().dialect.name == "postgresql":
        for name, rule in rules.items():
            op.drop_constraint(op.f(name), "tally", type_="check")
            op.create_check_constraint(op.f(name), "tally", rule)
        return
    op.rename_table("tally", "tally_old")
    types = {name: sa.Integer() for name in ("agency_id", "survey_id", "version_id")}
    types |= {name: sa.Boolean() for name in ("verified", "flagged")}
    types |= {"grain": sa.String(length=5), "channel": sa.String(length=10), "starts_on": sa.Date()}
    op.create_table(
        "tally",
        *(sa.Column(name, types.get(name, sa.String(length=40)), nullable=False) for name in KEY),
        sa.Column("count", sa.BigInteger(), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(name)) for name, rule in rules.items()),
        sa.PrimaryKeyConstraint(*KEY, name=op.f("pk_tally")),
        info={"distribution": "agency_id"},
        sqlite_with_rowid=False,
    )
    columns = ", ".join([*KEY, "count"])
    op.execute(f"INSERT INTO tally ({columns}) SELECT {columns} FROM tally_old")
    op.drop_table("tally_old")
