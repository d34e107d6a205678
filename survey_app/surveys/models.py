from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.agencies.models import Agency
from survey_app.db import BY_AGENCY, REFERENCE, Base, Json, UtcDateTime
from survey_app.procedures.models import Procedure
from survey_app.questionnaires.models import QuestionnaireVersion
from survey_app.surveys.rules import LONGEST_APP_VERSION, LONGEST_PLACE, PROVENANCES


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


class Device(Base):
    """A kiosk that collects for one survey at one agency, until it is revoked. Of its token only a hash is kept.

    `opening_hours` as `opening_hours.Hours` says. What the device last told about itself: `queue_length` answers wait
    on it, the oldest since `oldest_queued_at` (our clock), its clock is `clock_skew` seconds ahead of ours.
    """

    __tablename__ = "device"
    __table_args__ = ({"info": REFERENCE},)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    place: Mapped[str] = mapped_column(String(LONGEST_PLACE))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    opening_hours: Mapped[list[Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    queue_length: Mapped[int] = mapped_column(default=0)
    oldest_queued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    app_version: Mapped[str] = mapped_column(String(LONGEST_APP_VERSION), default="")
    clock_skew: Mapped[int | None]
    survey: Mapped[Survey] = relationship()
    agency: Mapped[Agency] = relationship()


class Pairing(Base):
    """A device that shows a code and waits for somebody to type it; gone some minutes later. Keeps hashes only."""

    __tablename__ = "pairing"
    __table_args__ = ({"info": REFERENCE},)

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))


class TicketBatch(Base):
    """What was issued at once. Nothing here changes when a ticket is used."""

    __tablename__ = "ticket_batch"
    __table_args__ = (CheckConstraint("count >= 1", name="count"), {"info": REFERENCE})

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    procedure_code: Mapped[str | None] = mapped_column(String(40))
    count: Mapped[int]
    expires_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(254))
    agency: Mapped[Agency] = relationship()


class Ticket(Base):
    """A one-time code that nobody has used yet: using it deletes its row, so that nothing leads from it to an answer.

    Keeps a hash only, in the order of the hash, and neither its batch nor the time at which it was made.
    """

    __tablename__ = "ticket"
    __table_args__ = ({"info": BY_AGENCY, "sqlite_with_rowid": False},)

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    procedure_code: Mapped[str | None] = mapped_column(String(40))
    expires_on: Mapped[date]


class QrCode(Base):
    """A QR code of a form at an agency, for one procedure or one counter: `/s/<survey>?qr=<code>`.

    An agency as a whole needs none of these: its own code does. `place` is shown to the citizen, never stored with
    the answers.
    """

    __tablename__ = "qr_code"
    __table_args__ = (
        UniqueConstraint("survey_id", "agency_id", "procedure_key", "place"),
        {"info": REFERENCE},
    )

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    procedure_code: Mapped[str | None] = mapped_column(ForeignKey("procedure.code"))
    # The procedure's code or "": nothing that may be NULL stands in a unique key.
    procedure_key: Mapped[str] = mapped_column(String(40))
    place: Mapped[str] = mapped_column(String(LONGEST_PLACE))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    survey: Mapped[Survey] = relationship()
    agency: Mapped[Agency] = relationship()
    procedure: Mapped[Procedure | None] = relationship()
