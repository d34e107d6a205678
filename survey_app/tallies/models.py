from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.db import BY_AGENCY, REFERENCE, Base

GRAINS = ("day", "half", "month", "total")


class Tally(Base):
    """How often an option was chosen at an agency or anywhere below it, on a day or in a month (`starts_on`).

    Question "" counts the responses themselves (option ""). Procedure "" counts all, whatever they were about; longer
    than a day they are counted by procedure as well, on a day of their own (`Response.named_on`). Channel "" in a day
    or month are those told by no mark. The grain "total" is a month whatever the channel and the marks (channel "",
    neither verified nor flagged): most pages ask for nothing else, and it has a tenth of a month's rows. "half" is the
    part of that month up to its 14th, the last day of a reporting month; of a procedure, whose days are not counted, by
    channel and marks as well. Disposable: `tallies rebuild` recounts it. Foreign keys would halve the speed of the
    fold; the responses that are counted have them.
    """

    __tablename__ = "tally"
    __table_args__ = (
        CheckConstraint(f"grain IN ({', '.join(repr(grain) for grain in GRAINS)})", name="grain"),
        CheckConstraint("procedure = '' OR grain <> 'day'", name="procedure"),
        {"info": BY_AGENCY, "sqlite_with_rowid": False},
    )

    agency_id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(primary_key=True)
    grain: Mapped[str] = mapped_column(String(5), primary_key=True)
    procedure: Mapped[str] = mapped_column(String(40), primary_key=True)
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    verified: Mapped[bool] = mapped_column(primary_key=True)
    flagged: Mapped[bool] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(String(40), primary_key=True)
    option: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)


class TallyState(Base):
    """Names a survey's counts: every change of any of them gives another token, never one that was there before.

    A token is a UUIDv7: its time is that of the change (`clock.time_of`); those of older installations have none.
    """

    __tablename__ = "tally_state"
    __table_args__ = ({"info": REFERENCE},)

    survey_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    token: Mapped[UUID] = mapped_column(Uuid)


class TallyAgencyState(Base):
    """Names an agency's counts of a survey, as TallyState those of all; a change at an agency is one at its ancestors.
    It tells no time: nobody is to see when an agency was last answered."""

    __tablename__ = "tally_agency_state"
    __table_args__ = ({"info": BY_AGENCY},)

    agency_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    survey_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    token: Mapped[UUID] = mapped_column(Uuid)
