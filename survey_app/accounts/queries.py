"""Every SELECT about users."""

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from survey_app.access import Scope
from survey_app.accounts.models import ApiToken, User
from survey_app.accounts.rules import clean_email, is_email, session_parts
from survey_app.agencies.models import AgencyAncestor
from survey_app.db import db
from survey_app.errors import NotFound


def user_by_email(email: str) -> User | None:
    """The user with this address, in any case of letters; active or not."""
    clean = clean_email(email)
    return db.session.scalar(select(User).where(User.email == clean)) if is_email(clean) else None


def user_of_session(session_id: str) -> User | None:
    """The active user whose present sessions bear this name ("id.session_number"). One query."""
    parts = session_parts(session_id)
    if parts is None:
        return None
    query = select(User).where(User.id == parts[0], User.session_number == parts[1], User.active)
    return db.session.scalar(query)


def users_in(scope: Scope) -> list[User]:
    """The users whose agency lies in the scope (everywhere: all), by e-mail address, their agencies loaded."""
    query = select(User).options(joinedload(User.agency)).order_by(User.email)
    if scope.agency_id is not None:
        below = select(AgencyAncestor.descendant_id).where(AgencyAncestor.ancestor_id == scope.agency_id)
        query = query.where(User.agency_id.in_(below))
    return list(db.session.scalars(query))


def require_user(user_id: int, scope: Scope) -> User:
    """The user with this id. Raises NotFound, for one outside the scope too."""
    user = next((user for user in users_in(scope) if user.id == user_id), None)
    if user is None:
        raise NotFound(_("There is no such account."))
    return user


def api_token_by_digest(digest: str) -> ApiToken | None:
    """The token of which this is kept, revoked and expired ones too."""
    return db.session.scalar(select(ApiToken).where(ApiToken.digest == digest)) if digest else None


def api_tokens_in(scope: Scope) -> list[ApiToken]:
    """The tokens over an agency of the scope (everywhere: all), the newest first, their agencies loaded."""
    query = select(ApiToken).options(joinedload(ApiToken.agency)).order_by(ApiToken.id.desc())
    if scope.agency_id is not None:
        below = select(AgencyAncestor.descendant_id).where(AgencyAncestor.ancestor_id == scope.agency_id)
        query = query.where(ApiToken.agency_id.in_(below))
    return list(db.session.scalars(query))


def require_api_token(token_id: int, scope: Scope) -> ApiToken:
    """The token with this id. Raises NotFound, for one outside the scope too."""
    found = next((token for token in api_tokens_in(scope) if token.id == token_id), None)
    if found is None:
        raise NotFound(_("There is no such token."))
    return found
