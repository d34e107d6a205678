from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.db import REFERENCE, Base

QUALIFIERS = ("floor", "rounded", "exact")
# An open end of a survey's own days; nothing nullable stands in a key.
FIRST_DAY, LAST_DAY = date.min, date.max
LONGEST_SOURCE = 300


class PublishedFigure(Base):
    """A percentage as somebody published it for a period (local days, inclusive): a value and how it was cut, no n.

    Marked history, never merged.
    """

    __tablename__ = "published_figure"
    __table_args__ = (
        CheckConstraint("value >= 0 AND value <= 100", name="value"),
        CheckConstraint("period_to >= period_from", name="period"),
        CheckConstraint(f"qualifier IN ({', '.join(repr(q) for q in QUALIFIERS)})", name="qualifier"),
        {"info": REFERENCE},
    )

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(40), primary_key=True)
    option: Mapped[str] = mapped_column(String(40), primary_key=True)
    period_from: Mapped[date] = mapped_column(primary_key=True)
    period_to: Mapped[date] = mapped_column(primary_key=True)
    value: Mapped[Decimal] = mapped_column(Numeric(6, 3))
    qualifier: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(String(LONGEST_SOURCE), default="")

    @property
    def period(self) -> tuple[date, date]:
        return self.period_from, self.period_to

    @property
    def is_dated(self) -> bool:
        """Whether both ends of its period are days, not a survey's open end."""
        return self.period_from != FIRST_DAY and self.period_to != LAST_DAY
