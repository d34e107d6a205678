"""The first tables, and the default questionnaire as a published, frozen version."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
CASE_COUNTS = (
    "received_total",
    "new_total",
    "received_online",
    "received_in_person_or_post",
    "results_returned",
    "carried_over",
    "resolved_total",
    "resolved_early",
    "resolved_on_time",
    "resolved_overdue",
    "pending_total",
    "pending_in_time",
    "pending_overdue",
    "digitally_signed",
)
SEED = Path(__file__).parent.parent / "seed" / "five-criteria-1.json"


def upgrade() -> None:
    _create_tables()
    _freeze_published_versions()
    _seed_questionnaire()


def downgrade() -> None:
    op.drop_table("tally_queue")
    op.drop_table("response_text")
    op.drop_table("tally")
    op.drop_table("response")
    op.drop_table("published_figure")
    op.drop_table("survey")
    op.drop_table("user_account")
    op.drop_table("questionnaire_version")
    op.drop_table("case_figures")
    with op.batch_alter_table("agency_ancestor", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agency_ancestor_descendant_id"))

    op.drop_table("agency_ancestor")
    op.drop_table("questionnaire")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_event_at"))

    op.drop_table("audit_event")
    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agency_parent_id"))

    op.drop_table("agency")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION questionnaire_version_frozen()")


def _create_tables() -> None:
    _agency()
    _audit_event()
    _questionnaire()
    _agency_ancestor()
    _case_figures()
    _questionnaire_version()
    _user_account()
    _survey()
    _published_figure()
    _response()
    _tally()
    _response_text()
    _tally_queue()


def _agency() -> None:
    op.create_table(
        "agency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=200), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "tier IN ('province', 'department', 'commune', 'district', 'unit', 'service_centre')",
            name=op.f("ck_agency_tier"),
        ),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name=op.f("ck_agency_parent")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", name=op.f("ck_agency_validity")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["agency.id"], name=op.f("fk_agency_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        sa.UniqueConstraint("code", name=op.f("uq_agency_code")),
        info={"distribution": "reference"},
    )
    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agency_parent_id"), ["parent_id"], unique=False)


def _audit_event() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("details", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
        info={"distribution": "reference"},
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_event_at"), ["at"], unique=False)


def _questionnaire() -> None:
    op.create_table(
        "questionnaire",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire")),
        sa.UniqueConstraint("code", name=op.f("uq_questionnaire_code")),
        info={"distribution": "reference"},
    )


def _agency_ancestor() -> None:
    op.create_table(
        "agency_ancestor",
        sa.Column("ancestor_id", sa.Integer(), nullable=False),
        sa.Column("descendant_id", sa.Integer(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ancestor_id"], ["agency.id"], name=op.f("fk_agency_ancestor_ancestor_id")),
        sa.ForeignKeyConstraint(["descendant_id"], ["agency.id"], name=op.f("fk_agency_ancestor_descendant_id")),
        sa.PrimaryKeyConstraint("ancestor_id", "descendant_id", name=op.f("pk_agency_ancestor")),
        info={"distribution": "reference"},
    )
    with op.batch_alter_table("agency_ancestor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agency_ancestor_descendant_id"), ["descendant_id"], unique=False)


def _case_figures() -> None:
    op.create_table(
        "case_figures",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("received_total", sa.Integer(), nullable=True),
        sa.Column("new_total", sa.Integer(), nullable=True),
        sa.Column("received_online", sa.Integer(), nullable=True),
        sa.Column("received_in_person_or_post", sa.Integer(), nullable=True),
        sa.Column("results_returned", sa.Integer(), nullable=True),
        sa.Column("carried_over", sa.Integer(), nullable=True),
        sa.Column("resolved_total", sa.Integer(), nullable=True),
        sa.Column("resolved_early", sa.Integer(), nullable=True),
        sa.Column("resolved_on_time", sa.Integer(), nullable=True),
        sa.Column("resolved_overdue", sa.Integer(), nullable=True),
        sa.Column("pending_total", sa.Integer(), nullable=True),
        sa.Column("pending_in_time", sa.Integer(), nullable=True),
        sa.Column("pending_overdue", sa.Integer(), nullable=True),
        sa.Column("digitally_signed", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            " AND ".join(f"({name} IS NULL OR {name} >= 0)" for name in CASE_COUNTS),
            name=op.f("ck_case_figures_counts"),
        ),
        sa.CheckConstraint("period_to >= period_from", name=op.f("ck_case_figures_period")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_case_figures_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "period_from", "period_to", name=op.f("pk_case_figures")),
        info={"distribution": "reference"},
    )


def _questionnaire_version() -> None:
    op.create_table(
        "questionnaire_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_questionnaire_version_number")),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"], ["questionnaire.id"], name=op.f("fk_questionnaire_version_questionnaire_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_version")),
        sa.UniqueConstraint(
            "questionnaire_id", "number", name=op.f("uq_questionnaire_version_questionnaire_id_number")
        ),
        info={"distribution": "reference"},
    )


def _user_account() -> None:
    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("session_number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('administrator', 'analyst', 'leader', 'officer', 'viewer')", name=op.f("ck_user_account_role")
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_user_account_email_lower")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_user_account_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
        info={"distribution": "reference"},
    )


def _survey() -> None:
    op.create_table(
        "survey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("titles", JSON, nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("channels", JSON, nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("provenance", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "provenance IN ('collected', 'reconstruction', 'simulated')", name=op.f("ck_survey_provenance")
        ),
        sa.CheckConstraint(
            "closes_on IS NULL OR opens_on IS NULL OR closes_on >= opens_on", name=op.f("ck_survey_dates")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_survey_agency_id")),
        sa.ForeignKeyConstraint(["version_id"], ["questionnaire_version.id"], name=op.f("fk_survey_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
        sa.UniqueConstraint("code", name=op.f("uq_survey_code")),
        info={"distribution": "reference"},
    )


def _published_figure() -> None:
    op.create_table(
        "published_figure",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("option", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Numeric(precision=6, scale=3), nullable=False),
        sa.Column("qualifier", sa.String(length=10), nullable=False),
        sa.CheckConstraint("qualifier IN ('floor', 'rounded', 'exact')", name=op.f("ck_published_figure_qualifier")),
        sa.CheckConstraint("value >= 0 AND value <= 100", name=op.f("ck_published_figure_value")),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_published_figure_survey_id")),
        sa.PrimaryKeyConstraint("survey_id", "question", "option", name=op.f("pk_published_figure")),
        info={"distribution": "reference"},
    )


def _response() -> None:
    op.create_table(
        "response",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("procedure_code", sa.String(length=40), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("completed", sa.Boolean(), nullable=False),
        sa.Column("end_reason", sa.String(length=10), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("flags", JSON, nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("state_reason", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint("state IN ('stored', 'excluded', 'erased')", name=op.f("ck_response_state")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_response_agency_id")),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_response_survey_id")),
        sa.ForeignKeyConstraint(["version_id"], ["questionnaire_version.id"], name=op.f("fk_response_version_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_response")),
        info={"distribution": "agency_id"},
    )


def _tally() -> None:
    op.create_table(
        "tally",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("grain", sa.String(length=5), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("option", sa.String(length=40), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("grain IN ('day', 'month')", name=op.f("ck_tally_grain")),
        sa.PrimaryKeyConstraint(
            "agency_id",
            "survey_id",
            "grain",
            "starts_on",
            "version_id",
            "channel",
            "verified",
            "flagged",
            "question",
            "option",
            name=op.f("pk_tally"),
        ),
        info={"distribution": "agency_id"},
        sqlite_with_rowid=False,
    )


def _response_text() -> None:
    op.create_table(
        "response_text",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "response_id"],
            ["response.agency_id", "response.id"],
            name=op.f("fk_response_text_agency_id_response_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "response_id", "question", name=op.f("pk_response_text")),
        info={"distribution": "agency_id"},
    )


def _tally_queue() -> None:
    op.create_table(
        "tally_queue",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("counted", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "response_id"],
            ["response.agency_id", "response.id"],
            name=op.f("fk_tally_queue_agency_id_response_id"),
        ),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_tally_queue_survey_id")),
        sa.PrimaryKeyConstraint("agency_id", "response_id", name=op.f("pk_tally_queue")),
        info={"distribution": "agency_id"},
    )


FROZEN = "a published questionnaire version never changes"


def _freeze_published_versions() -> None:
    """Refuse any change of a published version, whoever writes: a reference table, so a trigger is allowed."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER questionnaire_version_no_{verb.lower()} BEFORE {verb} ON questionnaire_version "
                f"WHEN OLD.published_at IS NOT NULL BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION questionnaire_version_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{FROZEN}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER questionnaire_version_frozen BEFORE UPDATE OR DELETE ON questionnaire_version "
        "FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION questionnaire_version_frozen()"
    )


def _seed_questionnaire() -> None:
    """The same version in every installation: its hash is over the canonical JSON of the file beside the migrations."""
    content = json.loads(SEED.read_text(encoding="utf-8"))
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    questionnaire = sa.table("questionnaire", sa.column("id"), sa.column("code"))
    version = sa.table(
        "questionnaire_version",
        sa.column("questionnaire_id"),
        sa.column("number"),
        sa.column("content", JSON),
        sa.column("sha256"),
        sa.column("published_at", sa.DateTime(timezone=True)),
    )
    bind = op.get_bind()
    bind.execute(questionnaire.insert().values(code="five-criteria"))
    key = bind.execute(sa.select(questionnaire.c.id).where(questionnaire.c.code == "five-criteria")).scalar_one()
    bind.execute(
        version.insert().values(
            questionnaire_id=key,
            number=1,
            content=content,
            sha256=hashlib.sha256(canonical.encode()).hexdigest(),
            published_at=datetime.now(UTC),
        )
    )
