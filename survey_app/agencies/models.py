from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.agencies.rules import TIERS
from survey_app.agencies.successions import KINDS, LONGEST_BASIS, LONGEST_FIELD, Succession
from survey_app.db import REFERENCE, Base


class Agency(Base):
    """An agency or service point; never renamed or deleted, only ended (`valid_to`)."""

    __tablename__ = "agency"
    __table_args__ = (
        CheckConstraint(f"tier IN ({', '.join(repr(tier) for tier in TIERS)})", name="tier"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="parent"),
        CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", name="validity"),
        {"info": REFERENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(200))
    tier: Mapped[str] = mapped_column(String(20))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class AgencyAncestor(Base):
    """The closure of the tree: one row for each agency and itself (depth 0) and each of its ancestors."""

    __tablename__ = "agency_ancestor"
    __table_args__ = (Index(None, "descendant_id"), {"info": REFERENCE})

    ancestor_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    descendant_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    depth: Mapped[int]


class AgencySuccession(Base):
    """One agency's work, or the part named by `field` ("": all, or not said), passes to another on a day.

    An abolition has no successor: it points at the agency itself. See agencies/successions.py.
    """

    __tablename__ = "agency_succession"
    __table_args__ = (
        UniqueConstraint("predecessor_id", "successor_id", "effective_on", "field"),
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in KINDS)})", name="kind"),
        CheckConstraint("(kind = 'abolish') = (predecessor_id = successor_id)", name="successor"),
        CheckConstraint("kind NOT IN ('rename', 'merge', 'abolish') OR field = ''", name="field"),
        {"info": REFERENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    predecessor_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    successor_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    effective_on: Mapped[date]
    field: Mapped[str] = mapped_column(String(LONGEST_FIELD), default="")
    legal_basis: Mapped[str] = mapped_column(String(LONGEST_BASIS), default="")
    predecessor: Mapped[Agency] = relationship(foreign_keys=predecessor_id)
    successor: Mapped[Agency] = relationship(foreign_keys=successor_id)

    def value(self) -> Succession:
        """The same as a plain value."""
        return Succession(
            self.predecessor_id, self.successor_id, self.kind, self.effective_on, self.field, self.legal_basis
        )
