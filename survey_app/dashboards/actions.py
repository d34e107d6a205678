"""Saving and removing views."""

from flask_babel import gettext as _
from sqlalchemy import select

from survey_app.accounts.models import User
from survey_app.agencies.models import Agency
from survey_app.agencies.rules import clean_name
from survey_app.clock import now
from survey_app.dashboards.models import SavedView
from survey_app.dashboards.rules import LONGEST_NAME, view_address
from survey_app.db import db
from survey_app.errors import Invalid, Problem
from survey_app.surveys.models import Survey


def save_view(*, user: User, name: str, survey: Survey, agency: Agency | None, address: str, shared: bool) -> SavedView:
    """Keep a page of a survey under a name; a name that the user has already is given to the new one. Raises Invalid.

    `agency` is the one that the address filters by.
    """
    name, kept = clean_name(name), view_address(address, survey.code)
    problems = []
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        words = _("A name needs 1 to %(most)s characters.", most=LONGEST_NAME)
        problems.append(Problem("name", "bad_name", words))
    if kept is None:
        problems.append(Problem("address", "bad_address", _("This is no page of the survey.")))
    if problems or kept is None:
        raise Invalid(" ".join(problem.message for problem in problems), errors=tuple(problems))
    known = db.session.scalar(select(SavedView).where(SavedView.user_id == user.id, SavedView.name == name))
    view = known or SavedView(user_id=user.id, name=name)
    view.survey_id, view.agency_id = survey.id, agency.id if agency else None
    view.address, view.shared, view.created_at = kept, shared, now()
    db.session.add(view)
    db.session.flush()
    return view


def remove_view(view: SavedView) -> None:
    """Forget a view."""
    db.session.delete(view)
    db.session.flush()
