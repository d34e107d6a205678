"""Who did what, when: append-only. Covers actions of staff, never a citizen's answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.clock import now
from survey_app.db import REFERENCE, Base, Json, UtcDateTime, db


class AuditEvent(Base):
    __tablename__ = "audit_event"
    __table_args__ = ({"info": REFERENCE},)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor: Mapped[str] = mapped_column(String(254))
    action: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(200))
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


def record(actor: str, action: str, subject: str, **details: Any) -> None:
    """Add one event to the current transaction; `actor` is an e-mail address or "command line"."""
    db.session.add(AuditEvent(at=now(), actor=actor, action=action, subject=subject, details=details))
