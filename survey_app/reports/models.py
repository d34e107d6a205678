from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.agencies.models import Agency
from survey_app.db import REFERENCE, Base, Json, UtcDateTime
from survey_app.surveys.models import Survey


class Letterhead(Base):
    """What an agency's official documents say around their body; an empty field is filled from the tree of agencies
    or stays a dotted line. `recipients` is one a line."""

    __tablename__ = "letterhead"
    __table_args__ = ({"info": REFERENCE},)

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    superior: Mapped[str] = mapped_column(String(200), default="")
    issuing: Mapped[str] = mapped_column(String(200), default="")
    symbol: Mapped[str] = mapped_column(String(40), default="")
    place: Mapped[str] = mapped_column(String(100), default="")
    addressed_to: Mapped[str] = mapped_column(String(300), default="")
    authority: Mapped[str] = mapped_column(String(200), default="")
    signer_title: Mapped[str] = mapped_column(String(200), default="")
    signer_name: Mapped[str] = mapped_column(String(120), default="")
    recipients: Mapped[str] = mapped_column(Text, default="")


class ReportTemplate(Base):
    """An agency's own composition: its blocks in order, and the period that rolls forward."""

    __tablename__ = "report_template"
    __table_args__ = (UniqueConstraint("agency_id", "title"), {"info": REFERENCE})

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    title: Mapped[str] = mapped_column(String(200))
    period: Mapped[str] = mapped_column(String(20))
    blocks: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    agency: Mapped[Agency] = relationship()


class StoredReport(Base):
    """A report that somebody prepares or has finalised. `asked` is what it was asked for (name, days, channel,
    language, date, number, blocks); without an edition it is a draft, drawn anew from today's figures."""

    __tablename__ = "report"
    __table_args__ = (Index(None, "agency_id"), {"info": REFERENCE})

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    title: Mapped[str] = mapped_column(String(200))
    asked: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(254))
    agency: Mapped[Agency] = relationship()
    survey: Mapped[Survey] = relationship()
    editions: Mapped[list["ReportEdition"]] = relationship(order_by="ReportEdition.number", back_populates="report")


class ReportEdition(Base):
    """A finalised report: never changed. `snapshot` is the canonical JSON that `sha256` is over; `change` says what a
    later edition corrects."""

    __tablename__ = "report_edition"
    __table_args__ = (CheckConstraint("number > 0", name="number"), {"info": REFERENCE})

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    snapshot: Mapped[str] = mapped_column(Text)
    change: Mapped[str] = mapped_column(Text, default="")
    finalised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finalised_by: Mapped[str] = mapped_column(String(254))
    report: Mapped[StoredReport] = relationship(back_populates="editions")
