from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.agencies.models import Agency
from survey_app.db import BY_AGENCY, Base, Json, UtcDateTime
from survey_app.surveys.models import Device, Survey


class RefusedBody(Base):
    """What a paired device sent and could not be stored, with the reasons, until an administrator has looked at it.

    `sha256` is over `body`: the same one sent again is kept once.
    """

    __tablename__ = "refused_body"
    __table_args__ = ({"info": BY_AGENCY},)

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    code: Mapped[str] = mapped_column(String(40))
    errors: Mapped[list[Any]] = mapped_column(Json)
    body: Mapped[str] = mapped_column(Text)
    device: Mapped[Device] = relationship()


class EntryBatch(Base):
    """Sheets of paper, or interviews, that an officer types in one after the other: drafts until it is finished.

    Then every sheet is recorded as a response and the batch is gone, so that nothing says who typed which answer.
    """

    __tablename__ = "entry_batch"
    __table_args__ = (CheckConstraint("channel IN ('paper', 'phone')", name="channel"), {"info": BY_AGENCY})

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    channel: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(20))
    answered_on: Mapped[date]
    created_by: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    second_by: Mapped[str] = mapped_column(String(254), default="")
    survey: Mapped[Survey] = relationship()
    agency: Mapped[Agency] = relationship()


class EntrySheet(Base):
    """One sheet as it was typed first, and as it was typed again where somebody checked it: `entries.Typed` as JSON."""

    __tablename__ = "entry_sheet"
    __table_args__ = (
        ForeignKeyConstraint(["agency_id", "batch_id"], ["entry_batch.agency_id", "entry_batch.id"]),
        UniqueConstraint("agency_id", "batch_id", "response_id"),
        {"info": BY_AGENCY},
    )

    agency_id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[UUID] = mapped_column(Uuid)
    first: Mapped[dict[str, Any]] = mapped_column(Json)
    second: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
