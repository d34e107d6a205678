"""Signed-in sessions: begun afresh, ended by the user, by 12 idle hours, or by a new session number of the account."""

import time

from flask import current_app, session
from flask_login import AnonymousUserMixin, LoginManager, login_user, logout_user

from survey_app.access import Scope
from survey_app.accounts.models import User
from survey_app.accounts.queries import user_of_session

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
    """The user of the running request, or None where the session no longer counts."""
    idle = time.time() - session.get(SEEN, 0)
    user = user_of_session(session_id) if idle <= IDLE_SECONDS else None
    if user is None or not may_sign_in(user):
        return None
    if idle > RENEW_SECONDS:
        session[SEEN] = int(time.time())
    return user
