"""Passwords: how they are hashed and checked. An address without a user costs the same time as one with."""

from functools import cache
from secrets import token_urlsafe

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from survey_app.accounts.models import User
from survey_app.accounts.queries import user_by_email
from survey_app.accounts.rules import clean_password

# The first choice of the OWASP Password Storage Cheat Sheet for Argon2id: 46 MiB, one pass, one lane. Eight sign-ins
# at once stay under 400 MB.
hasher = PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1)


def password_hash(password: str) -> str:
    """The Argon2id hash of a password, with its salt and parameters."""
    return hasher.hash(clean_password(password))


def user_with_password(email: str, password: str) -> User | None:
    """The user with this address and password, active or not; None for a wrong or unknown one, after the same time."""
    user = user_by_email(email)
    right = _is_right(user.password_hash if user else _nobodys_hash(), password)
    return user if right else None


def is_outdated(stored: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return hasher.check_needs_rehash(stored)


def _is_right(stored: str, password: str) -> bool:
    try:
        return hasher.verify(stored, clean_password(password))
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    """A hash that no password opens."""
    return hasher.hash(token_urlsafe(32))
