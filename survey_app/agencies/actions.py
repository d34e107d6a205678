"""Every write to the tree of agencies."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import insert, literal, select
from sqlalchemy.exc import IntegrityError

from survey_app.agencies.models import Agency, AgencyAncestor
from survey_app.agencies.queries import agency_by_code
from survey_app.agencies.rules import LONGEST_NAME, TIERS, clean_name, is_code, is_name
from survey_app.db import db
from survey_app.errors import Conflict, Invalid, Problem


def create_agency(
    *,
    code: str,
    name: str,
    tier: str,
    parent: Agency | None = None,
    short_name: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Agency:
    """A new agency below `parent` (a stored agency; None: a root), with its rows of the closure.

    Without a short name the name serves as one. Raises Invalid (one Problem for each wrong field) and Conflict where
    the code is taken.
    """
    name = clean_name(name)
    short_name = clean_name(short_name) or name
    problems = [*_wrong_words(code, name, short_name, tier), *_wrong_dates(valid_from, valid_to)]
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), errors=tuple(problems))
    if agency_by_code(code):
        raise _taken(code)
    agency = Agency(
        code=code,
        name=name,
        short_name=short_name,
        tier=tier,
        parent_id=parent.id if parent else None,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    db.session.add(agency)
    try:
        db.session.flush()
    except IntegrityError as error:
        # Somebody else took the code since we looked.
        raise _taken(code) from error
    _place_in_closure(agency)
    return agency


def _place_in_closure(agency: Agency) -> None:
    """The ancestors of the parent, one step further away, and the agency itself."""
    above = select(AgencyAncestor.ancestor_id, literal(agency.id), AgencyAncestor.depth + 1)
    above = above.where(AgencyAncestor.descendant_id == agency.parent_id)
    columns = [AgencyAncestor.ancestor_id, AgencyAncestor.descendant_id, AgencyAncestor.depth]
    db.session.execute(insert(AgencyAncestor).from_select(columns, above))
    db.session.add(AgencyAncestor(ancestor_id=agency.id, descendant_id=agency.id, depth=0))
    db.session.flush()


def _wrong_words(code: str, name: str, short_name: str, tier: str) -> list[Problem]:
    problems = []
    if not is_code(code):
        words = _("A code is 1 to 40 letters without accents, digits, dots, hyphens or underscores, e.g. so-noi-vu.")
        problems.append(Problem("code", "bad_code", words))
    if not is_name(name):
        words = _("A name needs 1 to %(most)s characters.", most=LONGEST_NAME)
        problems.append(Problem("name", "bad_name", words))
    elif not is_name(short_name):
        words = _("A short name has at most %(most)s characters.", most=LONGEST_NAME)
        problems.append(Problem("short_name", "bad_name", words))
    if tier not in TIERS:
        words = _("The tier must be one of %(tiers)s.", tiers=", ".join(TIERS))
        problems.append(Problem("tier", "bad_tier", words))
    return problems


def _wrong_dates(valid_from: date | None, valid_to: date | None) -> list[Problem]:
    if valid_from and valid_to and valid_to < valid_from:
        return [Problem("valid_to", "bad_dates", _("The last day lies before the first."))]
    return []


def _taken(code: str) -> Conflict:
    return Conflict(_("An agency with the code %(code)s exists already.", code=code))
