"""Codes, and names as Vietnamese readers find, compare and order them."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.agencies.rules import clean_name, is_code, is_name, name_key, name_order, search_key, tree_order

WORDS = st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấậổợ ỹ-0123456789", max_size=30)


@pytest.mark.parametrize("code", ["a", "so-noi-vu", "H61.17", "UBND_1", "x" * 40])
def test_a_code(code: str) -> None:
    assert is_code(code)


@pytest.mark.parametrize("code", ["", "-a", "sở", "a b", "a/b", "x" * 41, "a\n", "１２", "a\x00"])
def test_no_code(code: str) -> None:
    assert not is_code(code)


def test_a_stored_name_is_composed_and_has_single_spaces() -> None:
    assert clean_name("  Sở  Nội\u00a0vụ ") == unicodedata.normalize("NFC", "Sở Nội vụ")


@pytest.mark.parametrize("name", ["", "x" * 201, "a\x00b", "a\u202eb", "\ud800"])
def test_no_name(name: str) -> None:
    assert not is_name(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sở Văn hóa, Thể thao", "sở văn hoá, thể thao"),
        ("Thúy Hòa Thủy", "Thuý Hoà Thuỷ"),
        ("Xã Khỏe", "xã  khoẻ"),
        (unicodedata.normalize("NFD", "Phường Bến Đò"), "PHƯỜNG BẾN ĐÒ"),
        ("ậ", "\u00e2\u0323"),
    ],
)
def test_two_spellings_of_one_name(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Hòa", "Hóa"), ("Đông", "Dông"), ("Tân", "Tăn"), ("Bến Tre", "Bền Tre"), ("Sơn", "Sôn"), ("hóa a", "hoa á")],
)
def test_two_names(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)
    assert name_order(one) != name_order(other)


@given(WORDS)
def test_a_name_and_its_decomposed_form_are_the_same(name: str) -> None:
    decomposed = unicodedata.normalize("NFD", name)
    assert name_key(decomposed) == name_key(name)
    assert name_order(decomposed) == name_order(name)
    assert search_key(decomposed) == search_key(name)


def test_a_search_needs_no_accents() -> None:
    assert search_key("Sở Văn hoá ĐÔNG") == search_key("so van hóa dong") == "so van hoa dong"


IN_ORDER = [
    ["ba", "bà", "bả", "bã", "bá", "bạ", "băm", "bân"],
    ["An", "Ăn", "Ân", "Bình", "Cần", "Dân", "Đà", "Em", "Êm", "Ông", "Ơn", "Ưng", "Vinh"],
    ["Phường 1", "Phường 2", "Phường 10", "Phường An Hội"],
    ["Sở", "Sở Công Thương", "Sở Nội vụ", "Sở Xây dựng"],
    ["Xã Hòa", "Xã Hoà Bình", "Xã Hòa Minh"],
    ["Bến Cát", "Bền Đà"],
    ["Tân An", "Tấn An", "Tân Bình"],
    ["Xã (cũ)", "Xã 5", "Xã An"],
]


@pytest.mark.parametrize("names", IN_ORDER, ids=" < ".join)
def test_names_in_vietnamese_order(names: list[str]) -> None:
    shuffled = random.Random(7).sample(names, len(names))
    assert sorted(shuffled, key=name_order) == names


@given(st.lists(WORDS, max_size=6))
def test_any_names_can_be_ordered(names: list[str]) -> None:
    ordered = sorted(names, key=name_order)
    assert [name_order(name) for name in ordered] == sorted(map(name_order, names))
    assert len(set(map(name_order, names))) == len(set(names))


def test_signs_that_look_like_digits_have_a_place() -> None:
    assert sorted(["Khu ²", "Khu 3", "Khu ٣"], key=name_order)


def test_the_tree_is_walked_depth_first_with_siblings_in_order() -> None:
    parents = {1: None, 2: 1, 3: 1, 4: 2, 5: None, 6: 99}
    names = {1: "Tỉnh Mẫu", 2: "Sở Xây dựng", 3: "Sở Nội vụ", 4: "Phòng Một", 5: "Tỉnh An", 6: "Tỉnh Ăn"}
    assert tree_order(parents, names) == [5, 6, 1, 3, 2, 4]
