from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.agencies.models import Agency
from survey_app.db import REFERENCE, Base, UtcDateTime
from survey_app.surveys.models import Survey


class Commitment(Base):
    """What an agency promised after a finding: who does what until when. The finding (`count` positive answers of `n`
    to `question` between two days) stays as it was when the promise was made. Never deleted, only withdrawn."""

    __tablename__ = "commitment"
    __table_args__ = (
        CheckConstraint("to_on >= from_on", name="period"),
        CheckConstraint("count >= 0 AND count <= n", name="figures"),
        {"info": REFERENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    question: Mapped[str] = mapped_column(String(40))
    from_on: Mapped[date]
    to_on: Mapped[date]
    count: Mapped[int]
    n: Mapped[int]
    action: Mapped[str] = mapped_column(String(500))
    owner: Mapped[str] = mapped_column(String(120))
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    outcome: Mapped[str] = mapped_column(String(500), default="")
    created_by: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    survey: Mapped[Survey] = relationship()
    agency: Mapped[Agency] = relationship()
