from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.accounts.models import User
from survey_app.dashboards.rules import LONGEST_ADDRESS, LONGEST_NAME
from survey_app.db import REFERENCE, Base, UtcDateTime
from survey_app.surveys.models import Survey


class SavedView(Base):
    """A page of a survey's dashboard with its filters, under a name; `agency_id` is the agency that it filters by."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("user_id", "name"), {"info": REFERENCE})

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    shared: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    user: Mapped[User] = relationship()
    survey: Mapped[Survey] = relationship()
