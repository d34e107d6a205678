from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.agencies.models import Agency
from survey_app.db import REFERENCE, Base, Json, UtcDateTime
from survey_app.deliveries.rules import FREQUENCIES
from survey_app.surveys.models import Survey

STATES = ("waiting", "sending", "sent", "failed")
EXPORT_STATES = ("waiting", "making", "ready", "failed")


class Schedule(Base):
    """A report of a survey at an agency, sent by e-mail whenever a period has ended. Never deleted, only stopped."""

    __tablename__ = "delivery_schedule"
    __table_args__ = (
        CheckConstraint(f"frequency IN ({', '.join(repr(each) for each in FREQUENCIES)})", name="frequency"),
        {"info": REFERENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    report: Mapped[str] = mapped_column(String(40))
    file_format: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(20))
    frequency: Mapped[str] = mapped_column(String(20))
    recipients: Mapped[list[str]] = mapped_column(Json)
    created_by: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    survey: Mapped[Survey] = relationship()
    agency: Mapped[Agency] = relationship()
    deliveries: Mapped[list["Delivery"]] = relationship(order_by="Delivery.period_to.desc()")


class Delivery(Base):
    """One period of a schedule: waiting for its turn, being sent, sent or given up. `delivered_to` has it already."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("schedule_id", "period_to"),
        CheckConstraint(f"state IN ({', '.join(repr(each) for each in STATES)})", name="state"),
        {"info": REFERENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("delivery_schedule.id"))
    period_from: Mapped[date | None]
    period_to: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    delivered_to: Mapped[list[str]] = mapped_column(Json, default=list)
    error: Mapped[str] = mapped_column(String(500), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    schedule: Mapped[Schedule] = relationship(back_populates="deliveries")


class Export(Base):
    """A file that somebody asked for on a page, kept for a day for them alone: waiting, being made (`done` of `steps`
    done: a step is a panel, the last one the file), ready or failed. `scope_id` is the agency that their scope was
    (None: everywhere); `asked` holds `name`, `from`, `to`, `channel` as sent, or `stored` and `edition` of a kept
    report."""

    __tablename__ = "export"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(each) for each in EXPORT_STATES)})", name="state"),
        {"info": REFERENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    scope_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    asked: Mapped[dict[str, Any]] = mapped_column(Json)
    file_format: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(20))
    created_by: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done: Mapped[int] = mapped_column(default=0)
    steps: Mapped[int]
    error: Mapped[str] = mapped_column(String(500), default="")
    media_type: Mapped[str] = mapped_column(String(100), default="")
    file_name: Mapped[str] = mapped_column(String(300), default="")
    title: Mapped[str] = mapped_column(String(500), default="")
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    survey: Mapped[Survey] = relationship()
    agency: Mapped[Agency | None] = relationship(foreign_keys=agency_id)
