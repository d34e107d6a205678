"""Signed-in sessions: begun afresh, ended by the user, by 12 idle hours, or by a new session number of the account."""

import time

from flask import Request, current_app, request, session
from flask_login import AnonymousUserMixin, LoginManager, login_user, logout_user

from survey_app import clock
from survey_app.access import Reader, Scope, for_programs
from survey_app.accounts.models import TokenReader, User
from survey_app.accounts.queries import api_token_by_digest, user_of_session
from survey_app.accounts.rules import token_counts
from survey_app.accounts.tokens import bearer_reader, digest_of

IDLE_SECONDS = 12 * 3600
RENEW_SECONDS = 600
SEEN = "seen_at"
login_manager = LoginManager()


class Visitor(AnonymousUserMixin):
    """Somebody who has not signed in: holds no permission and sees no agency."""

    scope = Scope(0)
    email = ""

    def may(self, permission: str) -> bool:
        return False


login_manager.anonymous_user = Visitor


def begin(user: User) -> None:
    """Sign a user in; nothing that stood in the session before survives (session fixation)."""
    session.clear()
    login_user(user)
    session[SEEN] = int(time.time())


def end() -> None:
    """Sign out on this browser."""
    logout_user()
    session.clear()


def may_sign_in(user: User) -> bool:
    """Active, and no demonstration account in production: those passwords stand on a screen."""
    return user.active and not (user.demonstration and current_app.config["SETTINGS"].production)


@login_manager.user_loader  # type: ignore[untyped-decorator]
def user_of_request(session_id: str) -> User | None:
    """The user of the running request, or None where the session no longer counts, and where a program says with a
    token who it is: a wrong token is refused, not replaced by a session that happens to be there."""
    if _bears_token(request):
        return None
    idle = time.time() - session.get(SEEN, 0)
    user = user_of_session(session_id) if idle <= IDLE_SECONDS else None
    if user is None or not may_sign_in(user):
        return None
    if idle > RENEW_SECONDS:
        session[SEEN] = int(time.time())
    return user


@login_manager.request_loader  # type: ignore[untyped-decorator]
def program_of_request(incoming: Request) -> Reader | None:
    """The program that sends a token, below /api alone."""
    return bearer_reader() if _bears_token(incoming) else None


def api_reader(text: str) -> TokenReader | None:
    """Who holds an API token; None for one that was never drawn, is revoked or over."""
    token = api_token_by_digest(digest_of("api", text))
    if token is None or not token_counts(clock.today(), token.expires_on, token.revoked_at):
        return None
    return TokenReader(token.id, f"token {token.name}", Scope(token.agency_id), frozenset(token.permissions))


def _bears_token(incoming: Request) -> bool:
    return for_programs() and incoming.headers.get("Authorization", "").lower().startswith("bearer")
