from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.access import Scope
from survey_app.accounts.rules import ROLES, role_may
from survey_app.agencies.models import Agency
from survey_app.db import REFERENCE, Base, Json, UtcDateTime


class User(Base):
    """A member of staff. `agency` None means everywhere. Implements what flask-login and access.py ask."""

    __tablename__ = "user_account"
    __table_args__ = (
        CheckConstraint(f"role IN ({', '.join(repr(role) for role in ROLES)})", name="role"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        {"info": REFERENCE},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    active: Mapped[bool] = mapped_column(default=True)
    demonstration: Mapped[bool] = mapped_column(default=False)
    # Part of every session's name: a new number ends all sessions of this user.
    session_number: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    agency: Mapped[Agency | None] = relationship()

    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.active

    def get_id(self) -> str:
        return f"{self.id}.{self.session_number}"

    def may(self, permission: str) -> bool:
        return self.active and role_may(self.role, permission)

    @property
    def scope(self) -> Scope:
        return Scope(self.agency_id)


class ApiToken(Base):
    """A program's way in: what is kept of its secret, which agencies it sees (None: all) and what it may do."""

    __tablename__ = "api_token"
    __table_args__ = (CheckConstraint("length(digest) = 64", name="digest"), {"info": REFERENCE})

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    permissions: Mapped[list[str]] = mapped_column(Json)
    created_by: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    agency: Mapped[Agency | None] = relationship()


@dataclass(slots=True)
class TokenReader:
    """A program that sent a token: what flask-login and access.py ask of whoever is signed in. `email` is for logs."""

    token_id: int
    email: str
    scope: Scope
    permissions: frozenset[str]
    name: str = ""
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        return ""

    def may(self, permission: str) -> bool:
        return permission in self.permissions
