"""Every SELECT about agencies. An id that no agency has has no ancestors and nothing below it."""

from collections.abc import Collection, Iterable
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from survey_app.access import Scope
from survey_app.agencies.models import Agency, AgencyAncestor, AgencySuccession
from survey_app.agencies.rules import clean_name, is_code, name_key, tree_order
from survey_app.agencies.successions import Restatement, Succession, named_on, restate, today_of
from survey_app.db import db
from survey_app.errors import Conflict, NotFound

ID_BATCH = 500


def agency_by_code(code: str) -> Agency | None:
    """The agency with exactly this code."""
    return db.session.scalar(select(Agency).where(Agency.code == code)) if is_code(code) else None


def agency_code(agency_id: int) -> str | None:
    """The code of the agency with this id."""
    return db.session.scalar(select(Agency.code).where(Agency.id == agency_id))


def require_agency(code: str) -> Agency:
    """The agency with exactly this code. Raises NotFound."""
    agency = agency_by_code(code)
    if agency is None:
        raise NotFound(_("There is no agency with the code %(code)s.", code=code))
    return agency


def agency_by_name_or_code(text: str) -> Agency | None:
    """The agency with this code, else with this name, else with this short name.

    Names compare by `name_key`: case and the placing of the tone mark do not matter. Raises Conflict where several
    agencies share the name.
    """
    if agency := agency_by_code(text.strip()):
        return agency
    key = name_key(clean_name(text))
    rows = db.session.execute(select(Agency.id, Agency.name, Agency.short_name)).all()
    found = [row.id for row in rows if name_key(row.name) == key] or [
        row.id for row in rows if row.short_name and name_key(row.short_name) == key
    ]
    if len(found) > 1:
        raise Conflict(_("Several agencies are called %(name)s: give the code.", name=clean_name(text)))
    return db.session.get(Agency, found[0]) if found else None


def agencies_in(scope: Scope) -> list[Agency]:
    """The agencies of a scope in the order of the tree: depth first, siblings the Vietnamese way."""
    query = select(Agency)
    if scope.agency_id is not None:
        query = query.join(AgencyAncestor, AgencyAncestor.descendant_id == Agency.id)
        query = query.where(AgencyAncestor.ancestor_id == scope.agency_id)
    found = {agency.id: agency for agency in db.session.scalars(query)}
    parents = {agency.id: agency.parent_id for agency in found.values()}
    names = {agency.id: agency.name for agency in found.values()}
    return [found[agency_id] for agency_id in tree_order(parents, names)]


def depths() -> dict[int, int]:
    """How many agencies stand above each one; 0 for a root."""
    depth = func.max(AgencyAncestor.depth).label("depth")
    query = select(AgencyAncestor.descendant_id, depth).group_by(AgencyAncestor.descendant_id)
    return {row.descendant_id: row.depth for row in db.session.execute(query)}


def subtree_ids(agency_id: int) -> frozenset[int]:
    """The agency and every one below it."""
    query = select(AgencyAncestor.descendant_id).where(AgencyAncestor.ancestor_id == agency_id)
    return frozenset(db.session.scalars(query))


def ancestor_ids(agency_id: int) -> tuple[int, ...]:
    """The agency itself first, then its parent, the root last."""
    return ancestors_by_agency([agency_id])[agency_id]


def ancestors_by_agency(agency_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """For each id: the agency itself first, then its parent, the root last; () for an unknown one."""
    wanted = sorted(set(agency_ids))
    lines: dict[int, list[int]] = {agency_id: [] for agency_id in wanted}
    for start in range(0, len(wanted), ID_BATCH):
        query = (
            select(AgencyAncestor.descendant_id, AgencyAncestor.ancestor_id)
            .where(AgencyAncestor.descendant_id.in_(wanted[start : start + ID_BATCH]))
            .order_by(AgencyAncestor.descendant_id, AgencyAncestor.depth)
        )
        for descendant_id, ancestor_id in db.session.execute(query):
            lines[descendant_id].append(ancestor_id)
    return {agency_id: tuple(line) for agency_id, line in lines.items()}


def children_by_agency(agency_ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """For each id: the agencies right below it, () where there are none; at most some thousand ids."""
    found: dict[int, list[int]] = {agency_id: [] for agency_id in agency_ids}
    query = select(Agency.parent_id, Agency.id).where(Agency.parent_id.in_(agency_ids)).order_by(Agency.id)
    for parent_id, agency_id in db.session.execute(query):
        if parent_id is not None:
            found[parent_id].append(agency_id)
    return {agency_id: tuple(below) for agency_id, below in found.items()}


def is_within(agency_id: int, root_id: int) -> bool:
    """Whether the agency is the root or stands below it."""
    return agency_id == root_id or db.session.get(AgencyAncestor, (root_id, agency_id)) is not None


def covers(scope: Scope, agency_id: int) -> bool:
    """Whether a scope holds the agency."""
    return scope.agency_id is None or is_within(agency_id, scope.agency_id)


def successions() -> list[Succession]:
    """Every succession there is: there are few, and chains cross the tree."""
    return [row.value() for row in db.session.scalars(select(AgencySuccession).order_by(AgencySuccession.id))]


def successions_in(scope: Scope) -> list[AgencySuccession]:
    """Those that an agency of the scope takes part in, the newest first, agencies loaded."""
    query = select(AgencySuccession).options(
        joinedload(AgencySuccession.predecessor), joinedload(AgencySuccession.successor)
    )
    if scope.agency_id is not None:
        below = select(AgencyAncestor.descendant_id).where(AgencyAncestor.ancestor_id == scope.agency_id)
        query = query.where(or_(AgencySuccession.predecessor_id.in_(below), AgencySuccession.successor_id.in_(below)))
    return list(db.session.scalars(query.order_by(AgencySuccession.effective_on.desc(), AgencySuccession.id)))


def require_succession(succession_id: int, scope: Scope) -> AgencySuccession:
    """The succession with this id, both agencies in the scope. Raises NotFound."""
    found = next((row for row in successions_in(scope) if row.id == succession_id), None)
    if found is None or not (covers(scope, found.predecessor_id) and covers(scope, found.successor_id)):
        raise NotFound(_("There is no such succession."))
    return found


def restatement(agency_id: int, scope: Scope) -> Restatement:
    """An agency in today's structure, out of what the scope holds: others' counts are never pooled for a reader, and
    what stands below another one of the pool is counted there."""
    whole = restate(agency_id, successions())
    seen = [each for each in whole.pooled if covers(scope, each)]
    lines = ancestors_by_agency(seen)
    top = tuple(each for each in seen if each == agency_id or not set(lines[each][1:]) & set(seen))
    return Restatement(top, whole.left_out, whole.breaks)


def passed_on(agency_ids: Iterable[int]) -> frozenset[int]:
    """Those of the agencies whose whole work passed, over any chain, to another one of them."""
    among, known = set(agency_ids), successions()
    return frozenset(each for each in among if today_of(each, known) in among - {each})


def name_on(agency: Agency, day: date) -> str:
    """The name that was valid on a day, for what is dated: over any chain of renamings."""
    valid_id = named_on(agency.id, day, successions())
    valid = agency if valid_id == agency.id else db.session.get(Agency, valid_id)
    return valid.name if valid else agency.name
