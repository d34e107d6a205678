from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.db import REFERENCE, Base

QUALIFIERS = ("floor", "rounded", "exact")


class PublishedFigure(Base):
    """A percentage as somebody published it: a value and how it was cut, without n. Marked history, never merged."""

    __tablename__ = "published_figure"
    __table_args__ = (
        CheckConstraint("value >= 0 AND value <= 100", name="value"),
        CheckConstraint(f"qualifier IN ({', '.join(repr(q) for q in QUALIFIERS)})", name="qualifier"),
        {"info": REFERENCE},
    )

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(40), primary_key=True)
    option: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[Decimal] = mapped_column(Numeric(6, 3))
    qualifier: Mapped[str] = mapped_column(String(10))
