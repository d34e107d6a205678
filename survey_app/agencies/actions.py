"""Every write to the tree of agencies."""

from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import insert, literal, select
from sqlalchemy.exc import IntegrityError

from survey_app.agencies.models import Agency, AgencyAncestor, AgencySuccession
from survey_app.agencies.queries import agency_by_code, successions
from survey_app.agencies.rules import LONGEST_NAME, TIERS, clean_name, is_code, is_name
from survey_app.agencies.successions import (
    ENDING,
    KINDS,
    LONGEST_BASIS,
    LONGEST_FIELD,
    Succession,
    closes_a_circle,
    is_succeeded,
)
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


def record_succession(
    *,
    kind: str,
    predecessor: Agency,
    successor: Agency | None,
    effective_on: date,
    legal_basis: str,
    field: str = "",
    begins: bool = False,
) -> AgencySuccession:
    """From a local day on, `successor` does what `predecessor` did, in one field or in all.

    What ends has its last day on the day before; a renamed agency's new name (and a successor that `begins`) has its
    first day on that day, unless it has one. Raises Invalid (one Problem for each wrong field) and Conflict where the
    same is recorded already.
    """
    field, legal_basis = clean_name(field), clean_name(legal_basis)
    following = successor or predecessor
    new = Succession(predecessor.id, following.id, kind, effective_on, field, legal_basis)
    known = successions()
    problems = [*_wrong_succession(new, successor), *_wrong_history(new, predecessor, following, known)]
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), errors=tuple(problems))
    if any(_same(new, old) for old in known):
        raise Conflict(_("This succession is recorded already."))
    if kind in ENDING:
        predecessor.valid_to = effective_on - timedelta(days=1)
    if (begins or kind == "rename") and following.valid_from is None and successor:
        following.valid_from = effective_on
    row = AgencySuccession(
        predecessor_id=new.predecessor,
        successor_id=new.successor,
        kind=kind,
        effective_on=effective_on,
        field=field,
        legal_basis=legal_basis,
    )
    db.session.add(row)
    db.session.flush()
    return row


def withdraw_succession(row: AgencySuccession) -> None:
    """Take back what was recorded by mistake; an agency that ended by it alone goes on."""
    agency = row.predecessor
    db.session.delete(row)
    db.session.flush()
    if not any(s.predecessor == agency.id and s.kind in ENDING for s in successions()):
        agency.valid_to = None
    db.session.flush()


def _same(new: Succession, old: Succession) -> bool:
    keys = [(s.predecessor, s.successor, s.effective_on, s.field) for s in (new, old)]
    return keys[0] == keys[1]


def _wrong_succession(new: Succession, successor: Agency | None) -> list[Problem]:
    problems = []
    if new.kind not in KINDS:
        problems.append(Problem("kind", "bad_kind", _("The kind must be one of %(kinds)s.", kinds=", ".join(KINDS))))
    if (new.kind == "abolish") != (successor is None):
        words = _("An abolition has no successor; everything else has one.")
        problems.append(Problem("successor", "successor", words))
    if successor is not None and successor.id == new.predecessor:
        problems.append(Problem("successor", "itself", _("An agency cannot follow itself.")))
    if new.field and new.kind not in ("split", "transfer"):
        words = _("Only a split or a transfer concerns a single field of work.")
        problems.append(Problem("field", "field", words))
    if not new.field and new.kind == "transfer":
        problems.append(Problem("field", "no_field", _("Please say which field of work was transferred.")))
    for name, text, most in (("field", new.field, LONGEST_FIELD), ("legal_basis", new.legal_basis, LONGEST_BASIS)):
        if len(text) > most or not text.isprintable():
            problems.append(Problem(name, "long", _("At most %(most)s characters.", most=most)))
    if not new.legal_basis:
        problems.append(Problem("legal_basis", "no_basis", _("Please name the decision that it rests on.")))
    return problems


def _wrong_history(new: Succession, predecessor: Agency, successor: Agency, known: list[Succession]) -> list[Problem]:
    problems = []
    if is_succeeded(new.predecessor, known):
        words = _("All of %(name)s has passed on or ended before.", name=predecessor.name)
        problems.append(Problem("predecessor", "succeeded", words))
    if new.predecessor != new.successor and closes_a_circle(new, known):
        problems.append(Problem("successor", "circle", _("An agency would follow itself in a circle.")))
    if predecessor.valid_from and new.effective_on <= predecessor.valid_from:
        words = _("%(name)s did not exist before that day.", name=predecessor.name)
        problems.append(Problem("effective_on", "before", words))
    if successor.valid_to and successor.id != predecessor.id and successor.valid_to < new.effective_on:
        words = _("%(name)s had ended by that day.", name=successor.name)
        problems.append(Problem("successor", "ended", words))
    return problems


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
