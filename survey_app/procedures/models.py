from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.db import REFERENCE, Base
from survey_app.procedures.rules import COUNTS


class CaseFigures(Base):
    """What the case system counted at an agency in a period (days inclusive), as delivered: it may not add up."""

    __tablename__ = "case_figures"
    __table_args__ = (
        CheckConstraint("period_to >= period_from", name="period"),
        CheckConstraint(" AND ".join(f"({name} IS NULL OR {name} >= 0)" for name in COUNTS), name="counts"),
        {"info": REFERENCE},
    )

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    period_from: Mapped[date] = mapped_column(primary_key=True)
    period_to: Mapped[date] = mapped_column(primary_key=True)
    received_total: Mapped[int | None]
    new_total: Mapped[int | None]
    received_online: Mapped[int | None]
    received_in_person_or_post: Mapped[int | None]
    results_returned: Mapped[int | None]
    carried_over: Mapped[int | None]
    resolved_total: Mapped[int | None]
    resolved_early: Mapped[int | None]
    resolved_on_time: Mapped[int | None]
    resolved_overdue: Mapped[int | None]
    pending_total: Mapped[int | None]
    pending_in_time: Mapped[int | None]
    pending_overdue: Mapped[int | None]
    digitally_signed: Mapped[int | None]
