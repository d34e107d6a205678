"""Reading saved views."""

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from survey_app.access import Scope
from survey_app.accounts.models import User
from survey_app.agencies.queries import covers
from survey_app.dashboards.models import SavedView
from survey_app.db import db
from survey_app.errors import NotFound
from survey_app.surveys.queries import surveys_in


def views_for(user: User) -> list[SavedView]:
    """A user's own views and those that colleagues share with them, by name.

    A colleague is somebody whose agencies lie within the user's, or the other way about; a view of a survey or an
    agency that the user may not see is not listed.
    """
    query = select(SavedView).options(joinedload(SavedView.user), joinedload(SavedView.survey))
    mine = or_(SavedView.user_id == user.id, SavedView.shared)
    known = {survey.id for survey in surveys_in(user.scope)}
    found = db.session.scalars(query.where(mine).order_by(SavedView.name, SavedView.id))
    return [view for view in found if view.survey_id in known and _is_for(view, user)]


def require_own_view(view_id: int, user: User) -> SavedView:
    """A user's own view. Raises NotFound, for a colleague's too."""
    view = db.session.get(SavedView, view_id)
    if view is None or view.user_id != user.id:
        raise NotFound(_("There is no such view."))
    return view


def _is_for(view: SavedView, user: User) -> bool:
    if view.agency_id is not None and not covers(user.scope, view.agency_id):
        return False
    return view.user_id == user.id or _overlap(view.user.scope, user.scope)


def _overlap(one: Scope, other: Scope) -> bool:
    if one.agency_id is None or other.agency_id is None:
        return True
    return covers(one, other.agency_id) or covers(other, one.agency_id)
