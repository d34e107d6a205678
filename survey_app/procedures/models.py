from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.db import REFERENCE, Base, Json, UtcDateTime
from survey_app.procedures.rules import COUNTS


class Procedure(Base):
    """An administrative procedure of the catalogue; never deleted, only ended. `names` are texts by language."""

    __tablename__ = "procedure"
    __table_args__ = ({"info": REFERENCE},)

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    names: Mapped[dict[str, str]] = mapped_column(Json)
    field: Mapped[str] = mapped_column(String(100))
    ended_on: Mapped[date | None]
    terms: Mapped[list["ProcedureTerm"]] = relationship(order_by="ProcedureTerm.from_on", lazy="selectin")


class ProcedureTerm(Base):
    """How many working days a procedure takes from a day on: by law, and as the agency commits itself."""

    __tablename__ = "procedure_term"
    __table_args__ = (
        CheckConstraint("statutory_days >= 0 AND committed_days >= 0", name="days"),
        {"info": REFERENCE},
    )

    procedure_code: Mapped[str] = mapped_column(ForeignKey("procedure.code"), primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    statutory_days: Mapped[int]
    committed_days: Mapped[int]
    legal_basis: Mapped[str] = mapped_column(String(200), default="")


class CaseFigures(Base):
    """What the case system counted at an agency in a period (days inclusive), as delivered: it may not add up.

    `field` is the field of administration (lĩnh vực), "" for all of the agency's fields together.
    """

    __tablename__ = "case_figures"
    __table_args__ = (
        CheckConstraint("period_to >= period_from", name="period"),
        CheckConstraint(" AND ".join(f"({name} IS NULL OR {name} >= 0)" for name in COUNTS), name="counts"),
        {"info": REFERENCE},
    )

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    period_from: Mapped[date] = mapped_column(primary_key=True)
    period_to: Mapped[date] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(String(100), primary_key=True, default="")
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

    @property
    def counts(self) -> dict[str, int | None]:
        """The counts by name, in the order of the form."""
        return {name: getattr(self, name) for name in COUNTS}


CASE_KEY = ("agency_id", "period_from", "period_to", "field")


class CaseFiguresEdition(Base):
    """The counts as they stood after one delivery or correction; `number` runs from 1. Never changed, never deleted."""

    __tablename__ = "case_figures_edition"
    __table_args__ = (
        ForeignKeyConstraint(CASE_KEY, [f"case_figures.{name}" for name in CASE_KEY]),
        {"info": REFERENCE},
    )

    agency_id: Mapped[int] = mapped_column(primary_key=True)
    period_from: Mapped[date] = mapped_column(primary_key=True)
    period_to: Mapped[date] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(String(100), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    counts: Mapped[dict[str, Any]] = mapped_column(Json)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(254))
    source: Mapped[str] = mapped_column(String(200))


class Acknowledgement(Base):
    """Somebody answers by name for an identity that fails; it holds for just these two sums."""

    __tablename__ = "case_acknowledgement"
    __table_args__ = (
        ForeignKeyConstraint(CASE_KEY, [f"case_figures.{name}" for name in CASE_KEY]),
        {"info": REFERENCE},
    )

    agency_id: Mapped[int] = mapped_column(primary_key=True)
    period_from: Mapped[date] = mapped_column(primary_key=True)
    period_to: Mapped[date] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(String(100), primary_key=True)
    identity: Mapped[str] = mapped_column(String(120), primary_key=True)
    left: Mapped[int]
    right: Mapped[int]
    reason: Mapped[str] = mapped_column(String(500))
    acknowledged_by: Mapped[str] = mapped_column(String(254))
    acknowledged_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Activity(Base):
    """A simple named figure of an agency and period: articles published and the like."""

    __tablename__ = "activity"
    __table_args__ = (
        CheckConstraint("period_to >= period_from", name="period"),
        CheckConstraint("count >= 0", name="count"),
        {"info": REFERENCE},
    )

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    period_from: Mapped[date] = mapped_column(primary_key=True)
    period_to: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    count: Mapped[int]


class Score(Base):
    """What an indicator of a scorecard got at an agency in a period, in tenths of a point: own and verified."""

    __tablename__ = "scorecard_score"
    __table_args__ = (
        CheckConstraint("period_to >= period_from", name="period"),
        CheckConstraint("own_tenths >= 0 AND verified_tenths >= 0", name="tenths"),
        {"info": REFERENCE},
    )

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    period_from: Mapped[date] = mapped_column(primary_key=True)
    period_to: Mapped[date] = mapped_column(primary_key=True)
    rule_set: Mapped[str] = mapped_column(String(40), primary_key=True)
    indicator: Mapped[str] = mapped_column(String(20), primary_key=True)
    own_tenths: Mapped[int | None]
    verified_tenths: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(200), default="")
