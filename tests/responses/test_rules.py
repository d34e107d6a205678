"""Ids, hashes, receipts, what may be stored, and what a response adds to the tallies."""

import hashlib
import json
import uuid
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.errors import Invalid
from survey_app.questionnaires.content import Content, Question
from survey_app.questionnaires.rules import content_of
from survey_app.responses import rules

SEED = Path(__file__).parents[2] / "migrations" / "seed" / "five-criteria-1.json"
CONTENT = content_of(json.loads(SEED.read_text(encoding="utf-8")))
WITH_TEXT = Content(
    CONTENT.titles, CONTENT.intro, (*CONTENT.questions, Question("why", "text", {"vi": "x"}, {"vi": "x"}, max_length=5))
)
ID = "0190a7e0-1111-7abc-8def-0123456789ab"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def problems(**given: object) -> list[tuple[str, str]]:
    fields = {"answers": {}, "reasons": {}, "texts": {}, "comment": ""} | given
    found = rules.submission_problems(WITH_TEXT, **fields)  # type: ignore[arg-type]
    return [(problem.where, problem.code) for problem in found]


@pytest.mark.parametrize(
    "spelling", [ID, ID.upper(), "{" + ID + "}", "urn:uuid:" + ID, "URN:UUID:" + ID.upper(), ID.replace("-", "")]
)
def test_every_spelling_is_the_same_id(spelling: str) -> None:
    assert rules.canonical_id(spelling) == uuid.UUID(ID)


@pytest.mark.parametrize("version", ["4", "7", "8"])
def test_versions_taken(version: str) -> None:
    assert rules.canonical_id(f"0190a7e0-1111-{version}abc-8def-0123456789ab").version == int(version)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " " + ID,
        ID + "\n",
        ID[:-1],
        ID.replace("9", "９"),
        "{" + ID,
        "urn:uuid:{" + ID + "}",
        ID.replace("-7", "-1"),
        ID.replace("-8", "-c"),
        ID.replace("-8", "-0"),
        "0190a7e01111-7abc-8def-0123456789ab",
        str(uuid.UUID(int=0)),
        str(uuid.UUID(int=2**128 - 1)),
        "0190a7e0-1111-7abc-8def-0123456789ag",
    ],
)
def test_anything_else_is_no_id(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        rules.canonical_id(text)
    assert caught.value.code == "invalid_id"
    assert [(problem.where, problem.code) for problem in caught.value.errors] == [("id", "invalid_id")]


def test_the_hash_is_over_canonical_json() -> None:
    body = {"id": ID, "comment": "Tốt “lắm” 👍\n", "answers": {"staff": "high", "access": "low"}, "completed": True}
    written = (
        '{"answers":{"access":"low","staff":"high"},"comment":"Tốt “lắm” 👍\\n","completed":true,"id":"' + ID + '"}'
    )
    assert rules.canonical_json(body) == written.encode()
    assert rules.body_hash(body) == hashlib.sha256(written.encode()).hexdigest()


@given(st.dictionaries(st.text(), st.text()))
def test_the_hash_never_fails_and_ignores_order(body: dict[str, str]) -> None:
    assert rules.body_hash(body) == rules.body_hash(dict(reversed(body.items())))


def test_half_a_surrogate_pair_is_hashed_and_then_refused() -> None:
    assert len(rules.body_hash({"comment": "\ud800"})) == 64
    assert problems(comment="\ud800") == [("comment", "forbidden_characters")]


def test_all_no_opinion_is_an_answer() -> None:
    assert problems(answers=dict.fromkeys(CONTENT.by_code, "no_opinion")) == []


def test_nothing_at_all_is_empty() -> None:
    assert problems() == [("", "empty")]
    assert problems(reasons={"access": []}, texts={"why": ""}) == [("", "empty")]


@pytest.mark.parametrize("given", [{"comment": "x"}, {"texts": {"why": "x"}}, {"answers": {"staff": "high"}}])
def test_one_thing_is_enough(given: dict[str, object]) -> None:
    assert problems(**given) == []


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ({"acces": "high"}, [("acces", "unknown_question")]),
        ({"why": "high"}, [("why", "unknown_question")]),
        ({"access": "early"}, [("access", "unknown_option")]),
        ({"access": "High"}, [("access", "unknown_option")]),
        ({"access": "", "staff": "x"}, [("access", "unknown_option"), ("staff", "unknown_option")]),
    ],
)
def test_unknown_answers(answers: dict[str, str], found: list[tuple[str, str]]) -> None:
    assert problems(answers=answers) == found


@pytest.mark.parametrize(
    ("answers", "reasons", "found"),
    [
        ({"access": "low"}, {"access": ["no_guide", "hard_to_find"]}, []),
        ({"access": "average"}, {"access": ["no_guide"]}, []),
        ({"access": "high"}, {"access": []}, []),
        ({"access": "high"}, {"access": ["no_guide"]}, [("access", "reason_not_asked")]),
        ({"access": "no_opinion"}, {"access": ["no_guide"]}, [("access", "reason_not_asked")]),
        ({"staff": "high"}, {"access": ["no_guide"]}, [("access", "reason_not_asked")]),
        ({"access": "low"}, {"access": ["impolite"]}, [("access", "unknown_reason")]),
        ({"access": "low"}, {"access": ["no_guide", "no_guide"]}, [("access", "unknown_reason")]),
        ({"access": "low"}, {"nothing": ["no_guide"]}, [("nothing", "unknown_question")]),
    ],
)
def test_reasons(answers: dict[str, str], reasons: dict[str, list[str]], found: list[tuple[str, str]]) -> None:
    assert problems(answers=answers, reasons=reasons) == found


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\udfff", "\r"])
def test_characters_that_no_text_holds(character: str) -> None:
    assert problems(comment=f"a{character}b") == [("comment", "forbidden_characters")]


def test_lines_tabs_and_every_script_are_text() -> None:
    assert problems(comment="a\tb\nTốt 👍🏽 ﷺ") == []


def test_lengths() -> None:
    assert problems(comment="x" * rules.COMMENT_LENGTH) == []
    assert problems(comment="x" * (rules.COMMENT_LENGTH + 1)) == [("comment", "too_long")]
    assert problems(texts={"why": "x" * 6}) == [("why", "too_long")]
    assert problems(texts={"access": "x"}) == [("access", "unknown_question")]


@given(st.text())
def test_a_text_is_cleaned_once(text: str) -> None:
    cleaned = rules.clean_text(text)
    assert rules.clean_text(cleaned) == cleaned
    assert "\r" not in cleaned


def test_cleaning_composes_letters_and_ends_lines_alike() -> None:
    assert rules.clean_text("  Tô\u0301t\r\nla\u0306\u0301m\r ") == "Tốt\nlắm"


def test_the_receipt_is_derived_from_key_agency_and_id() -> None:
    one = rules.receipt("k" * 40, 1, uuid.UUID(ID))
    assert one == rules.receipt("k" * 40, 1, uuid.UUID(ID))
    others = [
        rules.receipt("l" * 40, 1, uuid.UUID(ID)),
        rules.receipt("k" * 40, 2, uuid.UUID(ID)),
        rules.receipt("k" * 40, 1, uuid.uuid4()),
    ]
    assert one not in others
    for code in (one, *others):
        assert len(code) == 9
        assert code[4] == "-"
        assert set(code) <= set(rules.CROCKFORD) | {"-"}


def test_receipts_use_every_letter() -> None:
    letters = {letter for number in range(200) for letter in rules.receipt("k" * 40, number, uuid.UUID(ID))}
    assert letters == set(rules.CROCKFORD) | {"-"}


def test_a_contribution_is_one_for_the_response_and_one_for_each_answer() -> None:
    counted = rules.counted_form(
        survey_id=3,
        version_id=4,
        day=date(2016, 1, 7),
        channel="paper",
        verified=False,
        flagged=True,
        procedure="1.004",
        named_on=date(2016, 2, 1),
        answers={"access": "high", "staff": "no_opinion"},
    )
    common = (3, 4, date(2016, 1, 7), "paper", False, True)
    about = ("1.004", date(2016, 2, 1))
    assert rules.contribution(json.loads(json.dumps(counted))) == [
        (*common, *about, "", ""),
        (*common, *about, "access", "high"),
        (*common, *about, "staff", "no_opinion"),
    ]
    # As it was written before procedures had a day of their own, and before they were counted.
    del counted["named_on"]
    assert rules.contribution(counted)[0] == (*common, "1.004", date(2016, 1, 7), "", "")
    del counted["procedure"]
    assert rules.contribution(counted)[0] == (*common, "", None, "", "")
    assert rules.contribution({}) == []
