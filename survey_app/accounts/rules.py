"""Roles and what each may do; what an e-mail address, a password and an onward address must look like. Pure."""

import re
import unicodedata
from datetime import date, datetime

ROLES = ("administrator", "analyst", "leader", "officer", "viewer")
EVERY_ROLE = frozenset({"dashboards.view"})
PERMISSIONS: dict[str, frozenset[str]] = {
    "administrator": EVERY_ROLE
    | {
        "dashboards.comments",
        "reports.export",
        "reports.sign",
        "agencies.view",
        "agencies.manage",
        "accounts.manage",
        "accounts.tokens",
        "questionnaires.view",
        "questionnaires.translate",
        "surveys.view",
        "surveys.manage",
        "collect.manage",
        "responses.export",
        "responses.rows",
        "responses.exclude",
        "responses.enter",
        "procedures.view",
        "procedures.manage",
        "procedures.acknowledge",
        "deliveries.manage",
        "commitments.manage",
        "sharing.links",
        "sharing.publish",
    },
    "analyst": EVERY_ROLE
    | {
        "dashboards.comments",
        "reports.export",
        "responses.rows",
        "agencies.view",
        "questionnaires.view",
        "surveys.view",
        "procedures.view",
        "deliveries.manage",
        "sharing.links",
    },
    "leader": EVERY_ROLE
    | {
        "dashboards.comments",
        "reports.export",
        "reports.sign",
        "surveys.view",
        "procedures.view",
        "procedures.acknowledge",
        "deliveries.manage",
        "commitments.manage",
        "sharing.links",
        "sharing.publish",
    },
    "officer": EVERY_ROLE
    | {
        "dashboards.comments",
        "agencies.view",
        "questionnaires.view",
        "surveys.view",
        "responses.enter",
        "surveys.manage",
        "collect.manage",
        "procedures.view",
        "procedures.manage",
    },
    "viewer": EVERY_ROLE,
}
EMAIL = re.compile(r"[!-?A-~]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
LONGEST_EMAIL = 254
LONGEST_NAME = 120
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1000
LARGEST_ID = 2**31 - 1
# What a program may be allowed to do with a token.
TOKEN_PERMISSIONS = ("dashboards.view", "responses.submit", "surveys.issue")
TOKEN_BYTES = 32
TOKEN = re.compile(r"([a-z]+)_[A-Za-z0-9_-]{43}")


def role_may(role: str, permission: str) -> bool:
    """Whether a role holds a permission; an unknown role holds none."""
    return permission in PERMISSIONS.get(role, frozenset())


def clean_email(text: str) -> str:
    """An e-mail address as it is stored and compared: no space around it, lower case."""
    return text.strip().lower()


def is_email(text: str) -> bool:
    """Whether a clean text is an e-mail address as this platform takes it: ASCII, one @, a domain with a dot."""
    return len(text) <= LONGEST_EMAIL and EMAIL.fullmatch(text) is not None


def clean_password(text: str) -> str:
    """A password as it is hashed: keyboards send the same Vietnamese letter composed or in pieces."""
    return unicodedata.normalize("NFC", text)


def password_problem(password: str, email: str) -> str | None:
    """What is wrong with a new password: "short", "long", "email" (it is the address, or its part before the @)."""
    clean = clean_password(password)
    if len(clean) < SHORTEST_PASSWORD:
        return "short"
    if len(clean) > LONGEST_PASSWORD:
        return "long"
    if clean.strip().lower() in (clean_email(email), clean_email(email).partition("@")[0]):
        return "email"
    return None


def local_path(text: str) -> str | None:
    """The text where it is an address inside this site, else None.

    Browsers take "//host" and "/\\host" for another site, and drop tabs and line ends before they look.
    """
    if not text.startswith("/") or text.startswith("//") or "\\" in text or not text.isprintable():
        return None
    return text


def session_parts(session_id: str) -> tuple[int, int] | None:
    """The user's id and session number in a session's name, "12.3"; None where it is no such name."""
    user_id, _, number = session_id.partition(".")
    parts = [int(part) for part in (user_id, number) if part.isascii() and part.isdigit() and len(part) < 11]
    return (parts[0], parts[1]) if len(parts) == 2 and max(parts) <= LARGEST_ID else None


def token_purpose(text: str) -> str | None:
    """The purpose that a token names at its beginning; None where the text cannot be a token."""
    found = TOKEN.fullmatch(text)
    return found[1] if found else None


def token_counts(today: date, expires_on: date | None, revoked_at: datetime | None) -> bool:
    """Whether a token opens anything on this local day: not revoked, its last day (inclusive) not over."""
    return revoked_at is None and (expires_on is None or today <= expires_on)
