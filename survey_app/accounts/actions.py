"""Every write to accounts. Passwords are hashed here and never recorded."""

from collections.abc import Sequence
from datetime import date

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from survey_app import audit, clock
from survey_app.accounts.models import ApiToken, User
from survey_app.accounts.passwords import is_outdated, password_hash
from survey_app.accounts.queries import user_by_email
from survey_app.accounts.rules import (
    LONGEST_NAME,
    LONGEST_PASSWORD,
    ROLES,
    SHORTEST_PASSWORD,
    TOKEN_PERMISSIONS,
    clean_email,
    is_email,
    password_problem,
)
from survey_app.accounts.tokens import new_token
from survey_app.agencies.models import Agency
from survey_app.agencies.rules import clean_name
from survey_app.db import db
from survey_app.errors import Conflict, Forbidden, Invalid, Problem


def create_user(
    *, email: str, role: str, password: str, agency: Agency | None = None, name: str = "", demonstration: bool = False
) -> User:
    """A new active user over `agency` and everything below it (None: everywhere).

    Raises Invalid (one Problem for each wrong field), Conflict where the address has an account, and Forbidden for a
    demonstration account in production.
    """
    if demonstration and current_app.config["SETTINGS"].production:
        raise Forbidden(_("There are no demonstration accounts in production."))
    email, name = clean_email(email), clean_name(name)
    problems = [*_wrong_fields(email, role, name), *_wrong_password(password, email)]
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), errors=tuple(problems))
    if user_by_email(email):
        raise _taken(email)
    user = User(
        email=email,
        name=name,
        role=role,
        password_hash=password_hash(password),
        agency_id=agency.id if agency else None,
        demonstration=demonstration,
        created_at=clock.now(),
    )
    db.session.add(user)
    try:
        db.session.flush()
    except IntegrityError as error:
        # Somebody else took the address since we looked.
        raise _taken(email) from error
    return user


def change_password(user: User, password: str) -> None:
    """A new password, which ends every session of the user. Raises Invalid."""
    problems = _wrong_password(password, user.email)
    if problems:
        raise Invalid(problems[0].message, errors=tuple(problems))
    user.password_hash = password_hash(password)
    user.session_number += 1
    db.session.flush()


def set_active(user: User, active: bool, *, actor: str) -> None:
    """Open or close an account, which ends its sessions. Raises Conflict where `actor` closes their own."""
    if user.email == actor and not active:
        raise Conflict(_("You cannot deactivate your own account."))
    if user.active == active:
        return
    user.active = active
    user.session_number += 1
    audit.record(actor, "accounts.activate" if active else "accounts.deactivate", user.email)
    db.session.flush()


def record_sign_in(user: User, password: str) -> None:
    """Note that a user signed in with this password, and hash it again where the parameters have changed since."""
    if is_outdated(user.password_hash):
        user.password_hash = password_hash(password)
    audit.record(user.email, "accounts.sign_in", user.email)
    db.session.flush()


def record_failed_sign_in(email: str) -> None:
    """Note that somebody failed to sign in under an address; what is no address may be a password and is left out."""
    clean = clean_email(email)
    if is_email(clean):
        audit.record("", "accounts.sign_in_failed", clean[:200])
        db.session.flush()


def create_api_token(
    *, name: str, agency: Agency | None, permissions: Sequence[str], expires_on: date | None, actor: str
) -> tuple[str, ApiToken]:
    """A new token over `agency` and all below it (None: everywhere): its secret, to be shown once, and its row.

    `expires_on` is its last local day. Raises Invalid (one Problem for each wrong field).
    """
    name = clean_name(name)
    problems = _wrong_token(name, permissions, expires_on)
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), errors=tuple(problems))
    text, digest = new_token("api")
    token = ApiToken(
        name=name,
        digest=digest,
        agency_id=agency.id if agency else None,
        permissions=[permission for permission in TOKEN_PERMISSIONS if permission in permissions],
        created_by=actor,
        created_at=clock.now(),
        expires_on=expires_on,
    )
    db.session.add(token)
    db.session.flush()
    code = agency.code if agency else None
    audit.record(actor, "accounts.create_token", f"{token.id} {name}", agency=code, permissions=token.permissions)
    return text, token


def revoke_api_token(token: ApiToken, *, actor: str) -> None:
    """The next request with it is refused; once revoked it stays so."""
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        audit.record(actor, "accounts.revoke_token", f"{token.id} {token.name}")
        db.session.flush()


def _wrong_token(name: str, permissions: Sequence[str], expires_on: date | None) -> list[Problem]:
    problems = []
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        words = _("A name needs 1 to %(most)s characters.", most=LONGEST_NAME)
        problems.append(Problem("name", "bad_name", words))
    if not permissions or not set(permissions) <= set(TOKEN_PERMISSIONS):
        problems.append(Problem("permissions", "bad_permissions", _("Please choose what the token may do.")))
    if expires_on is not None and expires_on < clock.today():
        problems.append(Problem("expires_on", "past", _("The last day lies in the past.")))
    return problems


def _wrong_fields(email: str, role: str, name: str) -> list[Problem]:
    problems = []
    if not is_email(email):
        problems.append(Problem("email", "bad_email", _("An e-mail address looks like name@example.vn.")))
    if role not in ROLES:
        words = _("The role must be one of %(roles)s.", roles=", ".join(ROLES))
        problems.append(Problem("role", "bad_role", words))
    if len(name) > LONGEST_NAME or not name.isprintable():
        words = _("A name has at most %(most)s characters.", most=LONGEST_NAME)
        problems.append(Problem("name", "bad_name", words))
    return problems


def _wrong_password(password: str, email: str) -> list[Problem]:
    code = password_problem(password, email)
    if code is None:
        return []
    words = {
        "short": _("A password needs at least %(least)s characters.", least=SHORTEST_PASSWORD),
        "long": _("A password has at most %(most)s characters.", most=LONGEST_PASSWORD),
        "email": _("The password must not be the e-mail address."),
    }
    return [Problem("password", f"password_{code}", words[code])]


def _taken(email: str) -> Conflict:
    return Conflict(_("There is an account for %(email)s already.", email=email))
