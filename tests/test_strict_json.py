"""What two JSON readers could understand differently is refused, and no document breaks the reader."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.errors import Invalid
from survey_app.strict_json import DEEPEST, faults, parsed

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@given(VALUES)
def test_good_json_is_read_as_it_is(value: Any) -> None:
    document = json.dumps(value).encode()
    assert parsed(document, 100) == value
    assert list(faults(parsed(document, 100))) == []


@given(st.binary(max_size=60))
def test_no_bytes_break_the_reader(document: bytes) -> None:
    with suppress(Invalid):
        list(faults(parsed(document)))


@pytest.mark.parametrize(
    "document",
    [
        b"", b"{", b"[1,]", b"{'a': 1}", b"nul", b'{"a": 1} {"b": 2}', b'"\x01"', b'"\t"', b"01", b"+1", b".5", b"//",
        b"\xef\xbb\xbf{}", "{}".encode("utf-16"), "{}".encode("utf-32-be"), b'"\xff"', b'"\xc0\x80"', b'"\xed\xa0\x80"',
        b'"' + b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_json_in_utf_8_is_refused(document: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        parsed(document)
    assert refused.value.code in ("not_json", "too_deep")


@pytest.mark.parametrize(
    ("document", "where", "code"),
    [
        (b'{"a": 1, "a": 1}', "a", "duplicate_member"),
        (b'{"x": {"a": 1, "a": 2}}', "x.a", "duplicate_member"),
        (b'[{"a": 1}, {"a": 1, "\\u0061": 2}]', "[1].a", "duplicate_member"),
        (b'{"\\ud800": 1, "\\ud800": 2}', "", "duplicate_member"),
        (b"[NaN]", "[0]", "not_a_number"),
        (b"-Infinity", "", "not_a_number"),
        (b'{"a": 1e400}', "a", "not_a_number"),
        (b'{"a": 10000000000000000000}', "a", "not_a_number"),
        (b'{"a": ' + b"9" * 5000 + b"}", "a", "not_a_number"),
        (b'{"a": ["x", "\\u0000"]}', "a[1]", "forbidden_characters"),
        (b'{"a": "\\ud83d"}', "a", "forbidden_characters"),
        (b'{"a": {"\\u0000": 1}}', "a", "forbidden_characters"),
    ],
)
def test_what_cannot_be_taken_is_named(document: bytes, where: str, code: str) -> None:
    assert [(p.where, p.code) for p in faults(parsed(document))] == [(where, code)]


def test_one_fault_leaves_the_rest_readable() -> None:
    good, bad = parsed(b'[{"a": 1}, {"a": NaN}]')
    assert list(faults(good)) == []
    assert list(faults(bad)) != []


def test_a_pair_of_surrogates_is_a_character() -> None:
    assert list(faults(parsed(rb'"\ud83d\ude00"'))) == []
    assert parsed(rb'"\ud83d\ude00"') == "😀"


@pytest.mark.parametrize("mark", ["[", '{"a":'])
def test_nesting_has_an_end(mark: str) -> None:
    close = "]" if mark == "[" else "}"

    def nested(depth: int) -> bytes:
        return (mark * depth + "1" + close * depth).encode()

    assert list(faults(parsed(nested(DEEPEST)))) == []
    for depth in (DEEPEST + 1, 100_000):
        with pytest.raises(Invalid, match="deep"):
            parsed(nested(depth))


def test_brackets_inside_texts_are_no_nesting() -> None:
    assert parsed(json.dumps("[{" * 50 + '\\"[[').encode()) == "[{" * 50 + '\\"[['
