from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.agencies.models import Agency
from survey_app.db import REFERENCE, Base, Json, UtcDateTime
from survey_app.questionnaires.models import QuestionnaireVersion
from survey_app.surveys.rules import PROVENANCES


class Survey(Base):
    """A published version asked at an agency and everything below it, between two local days (inclusive)."""

    __tablename__ = "survey"
    __table_args__ = (
        CheckConstraint(f"provenance IN ({', '.join(repr(p) for p in PROVENANCES)})", name="provenance"),
        CheckConstraint("closes_on IS NULL OR opens_on IS NULL OR closes_on >= opens_on", name="dates"),
        {"info": REFERENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    titles: Mapped[dict[str, str]] = mapped_column(Json)
    version_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_version.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    channels: Mapped[list[str]] = mapped_column(Json)
    opens_on: Mapped[date | None]
    closes_on: Mapped[date | None]
    provenance: Mapped[str] = mapped_column(String(20), default="collected")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    agency: Mapped[Agency] = relationship()
    version: Mapped[QuestionnaireVersion] = relationship()
