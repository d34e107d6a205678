"""Finding agencies, and who stands below whom."""

from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session, scoped_session

from survey_app.access import EVERYWHERE, Scope
from survey_app.agencies import queries
from survey_app.agencies.models import Agency
from survey_app.errors import Conflict, NotFound
from tests.factories import make_agency


@dataclass
class Tree:
    """Two provinces; the first with two departments, one of which has a unit."""

    province: Agency
    works: Agency
    home: Agency
    unit: Agency
    other: Agency


@pytest.fixture
def tree(session: scoped_session[Session]) -> Tree:
    province = make_agency("mau", name="Tỉnh Mẫu", tier="province")
    works = make_agency("mau-sxd", name="Sở Xây dựng", parent=province, short_name="SXD")
    home = make_agency("mau-snv", name="Sở Nội vụ", parent=province)
    unit = make_agency("mau-snv-1", name="Phòng Văn hóa", parent=home, tier="unit")
    return Tree(province, works, home, unit, make_agency("an", name="Tỉnh An", tier="province"))


def test_by_code(tree: Tree) -> None:
    assert queries.agency_by_code("mau-snv") is tree.home
    assert queries.agency_by_code("MAU-SNV") is None
    assert queries.require_agency("mau") is tree.province


@pytest.mark.parametrize("code", ["none", "", "a\x00b", "x" * 5000])
def test_an_unknown_code(tree: Tree, code: str) -> None:
    assert queries.agency_by_code(code) is None
    with pytest.raises(NotFound) as refusal:
        queries.require_agency(code)
    assert code in refusal.value.message


@pytest.mark.parametrize("text", ["mau-snv-1", "Phòng Văn hóa", " phòng  văn hoá ", "PHÒNG VĂN HOÁ"])
def test_by_name_or_code(tree: Tree, text: str) -> None:
    assert queries.agency_by_name_or_code(text) is tree.unit


def test_by_short_name_where_no_name_fits(tree: Tree) -> None:
    assert queries.agency_by_name_or_code("sxd") is tree.works
    assert queries.agency_by_name_or_code("Phòng Văn hòa") is None
    assert queries.agency_by_name_or_code("") is None


def test_a_name_that_two_share_is_no_answer(tree: Tree) -> None:
    make_agency("an-snv", name="Sở Nội Vụ", parent=tree.other)
    with pytest.raises(Conflict, match="Sở Nội vụ"):
        queries.agency_by_name_or_code("Sở Nội vụ")


def test_the_whole_tree_in_its_order(tree: Tree) -> None:
    assert queries.agencies_in(EVERYWHERE) == [tree.other, tree.province, tree.home, tree.unit, tree.works]


def test_a_scope_sees_itself_and_what_is_below(tree: Tree) -> None:
    assert queries.agencies_in(Scope(tree.home.id)) == [tree.home, tree.unit]
    assert queries.agencies_in(Scope(tree.unit.id)) == [tree.unit]
    assert queries.agencies_in(Scope(0)) == []


def test_depths(tree: Tree) -> None:
    depths = queries.depths()
    assert [depths[a.id] for a in (tree.province, tree.home, tree.unit, tree.other)] == [0, 1, 2, 0]


def test_subtree_and_ancestors(tree: Tree) -> None:
    assert queries.subtree_ids(tree.home.id) == {tree.home.id, tree.unit.id}
    assert queries.ancestor_ids(tree.unit.id) == (tree.unit.id, tree.home.id, tree.province.id)
    assert queries.ancestor_ids(0) == ()
    lines = queries.ancestors_by_agency([tree.other.id, tree.home.id, 0])
    assert lines == {tree.other.id: (tree.other.id,), tree.home.id: (tree.home.id, tree.province.id), 0: ()}


def test_more_ids_than_one_statement_takes(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "ID_BATCH", 2)
    ids = [tree.province.id, tree.home.id, tree.unit.id]
    assert [len(queries.ancestors_by_agency(ids)[agency_id]) for agency_id in ids] == [1, 2, 3]


def test_within_and_covered(tree: Tree) -> None:
    assert queries.is_within(tree.unit.id, tree.province.id)
    assert queries.is_within(tree.unit.id, tree.unit.id)
    assert not queries.is_within(tree.province.id, tree.unit.id)
    assert queries.covers(EVERYWHERE, tree.unit.id)
    assert queries.covers(Scope(tree.home.id), tree.unit.id)
    assert not queries.covers(Scope(tree.home.id), tree.works.id)
