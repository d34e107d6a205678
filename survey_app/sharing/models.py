from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.agencies.models import Agency
from survey_app.db import REFERENCE, Base, UtcDateTime
from survey_app.sharing.rules import LICENCES, LINK_KINDS, LONGEST_NAME, Bounds
from survey_app.surveys.models import Survey


class Publication(Base):
    """The results of this survey are public between two local days (inclusive, None: open). No row: they are not."""

    __tablename__ = "publication"
    __table_args__ = (
        CheckConstraint("from_on IS NULL OR to_on IS NULL OR to_on >= from_on", name="dates"),
        CheckConstraint(f"licence IN ({', '.join(repr(name) for name in LICENCES)})", name="licence"),
        {"info": REFERENCE},
    )

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
    licence: Mapped[str] = mapped_column(String(20), default="CC-BY-4.0")
    published_by: Mapped[str] = mapped_column(String(254))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    survey: Mapped[Survey] = relationship()


class Link(Base):
    """A way in without sign-in to one survey at one agency and below, under the filters that it was made with."""

    __tablename__ = "link"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in LINK_KINDS)})", name="kind"),
        CheckConstraint("length(digest) = 64", name="digest"),
        CheckConstraint("from_on IS NULL OR to_on IS NULL OR to_on >= from_on", name="dates"),
        {"info": REFERENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
    channel: Mapped[str | None] = mapped_column(String(10))
    created_by: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_on: Mapped[date]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    survey: Mapped[Survey] = relationship()
    agency: Mapped[Agency] = relationship()

    @property
    def bounds(self) -> Bounds:
        return Bounds(self.from_on, self.to_on, self.channel, self.agency_id)
