"""An agency is stored with its place in the tree, or refused with a reason for each field."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from survey_app.agencies.actions import create_agency
from survey_app.agencies.models import Agency, AgencyAncestor
from survey_app.agencies.queries import agency_by_code, ancestor_ids
from survey_app.db import db, transaction
from survey_app.errors import Conflict, Invalid
from tests.factories import make_agency

Db = scoped_session[Session]


def _create(**fields: Any) -> Agency:
    with transaction():
        return create_agency(**{"code": "snv", "name": "Sở Nội vụ", "tier": "department"} | fields)


def test_a_name_is_stored_clean_and_serves_as_short_name(session: Db) -> None:
    agency = _create(name="  Sở  Nội vụ")
    assert (agency.name, agency.short_name) == ("Sở Nội vụ", "Sở Nội vụ")
    assert _create(code="other", short_name=" SNV ").short_name == "SNV"


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"code": "sở"}, ["code"]),
        ({"name": "  "}, ["name"]),
        ({"name": "a\x00"}, ["name"]),
        ({"short_name": "x" * 201}, ["short_name"]),
        ({"tier": "ministry"}, ["tier"]),
        ({"valid_from": date(2025, 7, 1), "valid_to": date(2025, 6, 30)}, ["valid_to"]),
        ({"code": "", "name": "", "tier": ""}, ["code", "name", "tier"]),
    ],
)
def test_what_is_wrong_is_named(session: Db, fields: dict[str, Any], where: list[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        _create(**fields)
    assert [problem.where for problem in refusal.value.errors] == where
    assert all(problem.message in refusal.value.message for problem in refusal.value.errors)
    assert session.scalars(select(Agency)).all() == []


def test_a_code_is_given_once(session: Db) -> None:
    first = _create()
    with pytest.raises(Conflict, match="snv"):
        _create(name="Sở khác")
    assert session.scalars(select(Agency)).all() == [first]


def test_a_code_taken_since_we_looked_is_a_conflict_too(session: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    _create()
    monkeypatch.setattr("survey_app.agencies.actions.agency_by_code", lambda code: None)
    with pytest.raises(Conflict, match="snv"):
        _create()
    assert len(session.scalars(select(Agency)).all()) == 1


def test_a_chain_of_ancestors(session: Db) -> None:
    province = make_agency("mau", tier="province")
    department = make_agency("mau-snv", parent=province)
    unit = make_agency("mau-snv-1", parent=department, tier="unit")
    make_agency("mau-sxd", parent=province)
    assert ancestor_ids(unit.id) == (unit.id, department.id, province.id)
    depth = session.get_one(AgencyAncestor, (province.id, unit.id)).depth
    assert depth == 2


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@settings(max_examples=20)
@given(above=st.lists(st.integers(0, 30), max_size=12))
def test_the_closure_is_what_the_parents_say(session: Db, above: list[int]) -> None:
    """Any tree: agency k hangs below one of the agencies made before it, or is a root."""
    made: list[Agency] = []
    for number in above:
        made.append(make_agency(parent=made[number] if number < len(made) else None))
    for agency in made:
        line, walk = [], agency
        while walk:
            line.append(walk.id)
            walk = db.session.get(Agency, walk.parent_id) if walk.parent_id else None
        assert list(ancestor_ids(agency.id)) == line
    assert all(agency_by_code(agency.code) is agency for agency in made)
