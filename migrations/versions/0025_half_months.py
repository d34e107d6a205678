"""Count the first halves of months: official reports run from a 15th to a 14th."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KEY = (
    "agency_id", "survey_id", "grain", "procedure", "starts_on", "version_id", "channel", "verified", "flagged",
    "question", "option",
)  # fmt: skip
# Where the databases differ: the month of a day, its number in it, its text out of JSON, and one row for each answer.
WORDS = {
    "sqlite": {
        "month": "date(starts_on, 'start of month')",
        "number": "CAST(strftime('%d', starts_on) AS INTEGER)",
        "counted": "json_extract(counted, '$.{}')",
        "answers": "json_extract(counted, '$.answers')",
        "held": "counted <> '{}'",
        "each": 'json_each(json_patch(answers, \'{"": ""}\'))',
    },
    "postgresql": {
        "month": "CAST(date_trunc('month', starts_on) AS DATE)",
        "number": "EXTRACT(DAY FROM starts_on)",
        "counted": "counted ->> '{}'",
        "answers": "counted -> 'answers'",
        "held": "counted <> CAST('{}' AS JSONB)",
        "each": 'jsonb_each_text(answers || CAST(\'{"": ""}\' AS JSONB)) AS each_answer',
    },
}


def upgrade() -> None:
    _check(("day", "half", "month", "total"))
    for source in (_all(), _by_procedure()):
        # A driver would take a colon of JSON for a parameter, and a per cent sign of a format too.
        op.get_bind().exec_driver_sql(source.replace("%", "%%") if _words() is WORDS["postgresql"] else source)


def downgrade() -> None:
    op.execute("DELETE FROM tally WHERE grain = 'half'")
    _check(("day", "month", "total"))


def _words() -> dict[str, str]:
    return WORDS[op.get_bind().dialect.name]


def _insert(rows: str) -> str:
    return f"""
        INSERT INTO tally ({", ".join(KEY)}, count)
        SELECT agency_id, survey_id, 'half', procedure, {_words()["month"]}, version_id, channel, verified, flagged,
               question, option, SUM(count)
        FROM ({rows}) AS counts
        WHERE {_words()["number"]} <= 14
        GROUP BY agency_id, survey_id, procedure, {_words()["month"]}, version_id, channel, verified, flagged,
                 question, option
        HAVING SUM(count) <> 0
    """


def _all() -> str:
    """Whatever the channel and the marks."""
    return _insert("""
        SELECT agency_id, survey_id, procedure, starts_on, version_id, '' AS channel, false AS verified,
               false AS flagged, question, option, count
        FROM tally WHERE grain = 'day'
    """)


def _by_procedure() -> str:
    """From what the tallies hold of single responses: the released ones, and the counted form of those that changed."""
    words = _words()
    text = words["counted"].format
    present = f"""
        SELECT response.agency_id, response.survey_id, procedure_code AS procedure, answered_on AS starts_on,
               version_id, channel, verified, flagged, answers
        FROM response LEFT JOIN tally_queue
             ON tally_queue.agency_id = response.agency_id AND tally_queue.response_id = response.id
        WHERE state = 'stored' AND procedure_code IS NOT NULL AND tally_queue.response_id IS NULL
        UNION ALL
        SELECT agency_id, survey_id, {text("procedure")}, CAST({text("day")} AS {_day()}),
               CAST({text("version_id")} AS INTEGER), {text("channel")}, CAST({text("verified")} AS BOOLEAN),
               CAST({text("flagged")} AS BOOLEAN), {words["answers"]}
        FROM tally_queue WHERE {words["held"]} AND {text("procedure")} <> ''
    """
    own = f"""
        SELECT agency_id, survey_id, procedure, starts_on, version_id, channel, verified, flagged, key AS question,
               value AS option, COUNT(*) AS count
        FROM ({present}) AS present CROSS JOIN {words["each"]}
        GROUP BY agency_id, survey_id, procedure, starts_on, version_id, channel, verified, flagged, key, value
    """
    return _insert(f"""
        SELECT ancestor_id AS agency_id, survey_id, procedure, starts_on, version_id, channel, verified, flagged,
               question, option, count
        FROM ({own}) AS own JOIN agency_ancestor ON descendant_id = own.agency_id
    """)


def _day() -> str:
    return "DATE" if _words() is WORDS["postgresql"] else "TEXT"


def _check(grains: Sequence[str]) -> None:
    """Replace the rule; SQLite has no other way than another table."""
    rule = f"grain IN ({', '.join(map(repr, grains))})"
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_tally_grain"), "tally", type_="check")
        op.create_check_constraint(op.f("ck_tally_grain"), "tally", rule)
        return
    op.rename_table("tally", "tally_old")
    types = {name: sa.Integer() for name in ("agency_id", "survey_id", "version_id")}
    types |= {name: sa.Boolean() for name in ("verified", "flagged")}
    types |= {"grain": sa.String(length=5), "channel": sa.String(length=10), "starts_on": sa.Date()}
    op.create_table(
        "tally",
        *(sa.Column(name, types.get(name, sa.String(length=40)), nullable=False) for name in KEY),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(rule, name=op.f("ck_tally_grain")),
        sa.CheckConstraint("procedure = '' OR grain <> 'day'", name=op.f("ck_tally_procedure")),
        sa.PrimaryKeyConstraint(*KEY, name=op.f("pk_tally")),
        info={"distribution": "agency_id"},
        sqlite_with_rowid=False,
    )
    columns = ", ".join([*KEY, "count"])
    op.execute(f"INSERT INTO tally ({columns}) SELECT {columns} FROM tally_old")
    op.drop_table("tally_old")
