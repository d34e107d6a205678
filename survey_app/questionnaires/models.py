from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.db import REFERENCE, Base, Json, UtcDateTime


class Questionnaire(Base):
    __tablename__ = "questionnaire"
    __table_args__ = ({"info": REFERENCE},)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)


class QuestionnaireVersion(Base):
    """`content` is a document (questionnaires/content.py). Once `published_at` is set, triggers refuse any change."""

    __tablename__ = "questionnaire_version"
    __table_args__ = (
        UniqueConstraint("questionnaire_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        {"info": REFERENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    sha256: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    questionnaire: Mapped[Questionnaire] = relationship()


class QuestionnaireTranslation(Base):
    """The texts of a version in one more language: {path: text} (questionnaires/translation.py).

    Words only, never codes: a published version stays frozen. `offered`: citizens may choose the language. Once
    `reviewed_at` is set, triggers refuse any change of the texts: what citizens were asked stays known.
    """

    __tablename__ = "questionnaire_translation"
    __table_args__ = ({"info": REFERENCE},)

    version_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_version.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(20), primary_key=True)
    texts: Mapped[dict[str, str]] = mapped_column(Json)
    sha256: Mapped[str] = mapped_column(String(64))
    offered: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reviewed_by: Mapped[str] = mapped_column(String(254), default="")


class Crosswalk(Base):
    """A question of a version continues a question with another code of an earlier one (questionnaires/crosswalk.py):
    where it is `comparable` their answers are counted together."""

    __tablename__ = "questionnaire_crosswalk"
    __table_args__ = ({"info": REFERENCE},)

    version_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_version.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(40), primary_key=True)
    earlier_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_version.id"), primary_key=True)
    earlier_question: Mapped[str] = mapped_column(String(40))
    comparable: Mapped[bool]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(254))


class Recording(Base):
    """A question, or one of its answers, read aloud in a language: `place` is "access" or "access.high".

    The content lies here, not in a file: no name that came from outside leads to one. `example`: a synthetic voice.
    """

    __tablename__ = "recording"
    __table_args__ = ({"info": REFERENCE},)

    version_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_version.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(20), primary_key=True)
    place: Mapped[str] = mapped_column(String(81), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    media_type: Mapped[str] = mapped_column(String(20))
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    example: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
