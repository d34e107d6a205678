from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.db import BY_AGENCY, Base, Json, UtcDateTime

STATES = ("stored", "excluded", "erased")
HAS_PROCEDURE = text("procedure_code IS NOT NULL")


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Response(Base):
    """One citizen's answers: `answers` is {question code: option code}. The key is the agency and the client's id.

    `answered_on` is the local day; `answered_at` is None where only the day is known. Figures count the response on
    `counted_on`, by procedure on `named_on` (None: it names none): the fold may move them (`tallies.release`), and
    `moved_from` keeps the day of the answer where it is another. `device_id` is the kiosk that sent it, None elsewhere.
    An erased response keeps its row (so that its id stays taken) but none of its answers.
    """

    __tablename__ = "response"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in STATES)})", name="state"),
        # Both small: of few responses the device is known, and few are flagged.
        Index("ix_response_device", "agency_id", "device_id", "answered_at", **_where("device_id IS NOT NULL")),
        Index("ix_response_flagged", "agency_id", "survey_id", "counted_on", **_where("flagged")),
        # Few are unhappy, and only they are asked for reasons.
        Index("ix_response_reasons", "agency_id", "survey_id", "counted_on", **_where("reasons <> '{}'")),
        # Part-months of one procedure are counted from here; answers without a procedure pay nothing for it.
        Index(
            "ix_response_procedure",
            "agency_id",
            "survey_id",
            "procedure_code",
            "named_on",
            sqlite_where=HAS_PROCEDURE,
            postgresql_where=HAS_PROCEDURE,
        ),
        {"info": BY_AGENCY},
    )

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_version.id"))
    channel: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(20))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    procedure_code: Mapped[str | None] = mapped_column(String(40))
    counted_on: Mapped[date]
    named_on: Mapped[date | None]
    moved_from: Mapped[date | None]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answers: Mapped[dict[str, str]] = mapped_column(Json)
    reasons: Mapped[dict[str, list[str]]] = mapped_column(Json, default=dict)
    completed: Mapped[bool] = mapped_column(default=True)
    end_reason: Mapped[str] = mapped_column(String(10), default="done")
    verified: Mapped[bool] = mapped_column(default=False)
    flags: Mapped[list[str]] = mapped_column(Json, default=list)
    flagged: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(10), default="stored")
    state_reason: Mapped[str] = mapped_column(String(200), default="")
    sha256: Mapped[str] = mapped_column(String(64))

    @hybrid_property
    def answered_on(self) -> date:
        """The local day of the answer."""
        return self.moved_from or self.counted_on

    @answered_on.inplace.expression
    @classmethod
    def _answered_on(cls) -> ColumnElement[date]:
        return func.coalesce(cls.moved_from, cls.counted_on)


class ResponseText(Base):
    """Free text apart from the counted answers: a text question's, or the comment's (question "comment").

    The survey and the day on which it is counted are the response's: the newest texts are found by them.
    """

    __tablename__ = "response_text"
    __table_args__ = (
        ForeignKeyConstraint(["agency_id", "response_id"], ["response.agency_id", "response.id"]),
        Index("ix_response_text_newest", "agency_id", "survey_id", "question", "counted_on"),
        {"info": BY_AGENCY},
    )

    agency_id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    question: Mapped[str] = mapped_column(String(40), primary_key=True)
    survey_id: Mapped[int]
    counted_on: Mapped[date]
    text: Mapped[str] = mapped_column(Text)


class TallyQueueItem(Base):
    """A response whose tallies are behind, at most one row each. A response without a row here is released.

    `held` (a live answer) waits for its like; where it is counted already, until its procedure can be told, or the
    survey closes. `counted` is what the tallies hold of it (`rules.counted_form`; {}: nothing yet): the fold takes it
    off and adds the present state.
    """

    __tablename__ = "tally_queue"
    __table_args__ = (
        ForeignKeyConstraint(["agency_id", "response_id"], ["response.agency_id", "response.id"]),
        {"info": BY_AGENCY},
    )

    agency_id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    held: Mapped[bool]
    counted: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
