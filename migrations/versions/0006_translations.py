"""Texts of a version in further languages, beside the frozen version; Khmer for the default questionnaire."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
KHMER = Path(__file__).parent.parent / "seed" / "five-criteria-1.km.json"
FROZEN = "a reviewed translation never changes"
# What may still change: whether the language is offered.
CHANGED = (
    "OLD.reviewed_at IS NOT NULL AND (NEW.sha256 <> OLD.sha256 OR NEW.reviewed_at IS NULL "
    "OR NEW.version_id <> OLD.version_id OR NEW.language <> OLD.language)"
)


def upgrade() -> None:
    op.create_table(
        "questionnaire_translation",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("texts", JSON, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["questionnaire_version.id"], name=op.f("fk_questionnaire_translation_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "language", name=op.f("pk_questionnaire_translation")),
        info={"distribution": "reference"},
    )
    _freeze_reviewed()
    _seed_khmer()


def downgrade() -> None:
    op.drop_table("questionnaire_translation")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION questionnaire_translation_frozen()")


def _freeze_reviewed() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb, when in (("UPDATE", CHANGED), ("DELETE", "OLD.reviewed_at IS NOT NULL")):
            op.execute(
                f"CREATE TRIGGER questionnaire_translation_no_{verb.lower()} "
                f"BEFORE {verb} ON questionnaire_translation WHEN {when} BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION questionnaire_translation_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{FROZEN}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for verb, when in (("UPDATE", CHANGED), ("DELETE", "OLD.reviewed_at IS NOT NULL")):
        op.execute(
            f"CREATE TRIGGER questionnaire_translation_no_{verb.lower()} BEFORE {verb} ON questionnaire_translation "
            f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION questionnaire_translation_frozen()"
        )


def _seed_khmer() -> None:
    """Not reviewed by a speaker of the language yet: the pages for officers say so."""
    texts = json.loads(KHMER.read_text(encoding="utf-8"))
    canonical = json.dumps(texts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    version = sa.table("questionnaire_version", sa.column("id"), sa.column("questionnaire_id"), sa.column("number"))
    questionnaire = sa.table("questionnaire", sa.column("id"), sa.column("code"))
    translation = sa.table(
        "questionnaire_translation",
        sa.column("version_id"),
        sa.column("language"),
        sa.column("texts", JSON),
        sa.column("sha256"),
        sa.column("offered", sa.Boolean()),
        sa.column("changed_at", sa.DateTime(timezone=True)),
        sa.column("reviewed_by"),
    )
    bind = op.get_bind()
    found = sa.select(version.c.id).join(questionnaire, questionnaire.c.id == version.c.questionnaire_id)
    key = bind.execute(found.where(questionnaire.c.code == "five-criteria", version.c.number == 1)).scalar_one()
    bind.execute(
        translation.insert().values(
            version_id=key,
            language="km",
            texts=texts,
            sha256=hashlib.sha256(canonical.encode()).hexdigest(),
            offered=True,
            changed_at=datetime.now(UTC),
            reviewed_by="",
        )
    )
