"""A version in one more language: which texts there are, what is refused, what a citizen reads."""

import json
from pathlib import Path

import pytest

from config import ROOT
from survey_app.questionnaires.rules import content_of, is_language
from survey_app.questionnaires.translation import (
    LONGEST,
    WORDS,
    missing_places,
    places,
    translated,
    translation_problems,
)

SEEDS = ROOT / "migrations" / "seed"
CONTENT = content_of(json.loads((SEEDS / "five-criteria-1.json").read_text(encoding="utf-8")))
KHMER: dict[str, str] = json.loads((SEEDS / "five-criteria-1.km.json").read_text(encoding="utf-8"))
SHORT = content_of(json.loads((Path(__file__).parent / "short-1.json").read_text(encoding="utf-8")))


def test_the_khmer_of_the_default_questionnaire_is_whole() -> None:
    assert KHMER.keys() == places(CONTENT).keys()
    assert translation_problems(CONTENT, KHMER) == ()
    assert missing_places(translated(CONTENT, {"km": KHMER}), "km", has_catalogue=False) == ()
    # Khmer letters and nothing of another script but digits and brackets.
    assert all(any("\u1780" <= sign <= "\u17ff" for sign in text) for text in KHMER.values())
    assert not any(sign.isascii() and sign.isalpha() for text in KHMER.values() for sign in text)


def test_words_are_added_and_what_the_version_says_is_never_replaced() -> None:
    content = translated(CONTENT, {"km": KHMER, "en": {"titles": "Other"}})
    assert content.languages == ("vi", "en", "km")
    assert content.titles["en"] == CONTENT.titles["en"]
    assert content.by_code["access"].options[0].text["km"] == KHMER["access.options.very_low"]
    assert content.by_code["staff"].reasons[0].text["km"] == KHMER["staff.reasons.impolite"]
    assert content.words["start"] == {"km": KHMER["words.start"]}
    assert [q.option_codes for q in content.questions] == [q.option_codes for q in CONTENT.questions]
    assert translated(CONTENT, {}) is CONTENT


def test_a_part_of_a_language_is_not_yet_a_language_to_choose() -> None:
    content = translated(CONTENT, {"tyz": {"access.text": "..."}})
    assert "tyz" not in content.languages
    assert content.by_code["access"].text["tyz"] == "..."
    assert len(missing_places(content, "tyz", has_catalogue=False)) == len(places(CONTENT)) - 1


def test_a_language_with_a_catalogue_needs_no_fixed_words() -> None:
    assert missing_places(CONTENT, "en", has_catalogue=True) == ()
    assert set(missing_places(CONTENT, "en", has_catalogue=False)) == {f"words.{name}" for name in WORDS}


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ({}, "empty"),
        ({"titles": " "}, "empty"),
        ({"titles": 7}, "empty"),
        ({"titles": "x" * (LONGEST + 1)}, "too_long"),
        ({"access.options.best": "x"}, "unknown"),
        ({"words.hello": "x"}, "unknown"),
    ],
)
def test_what_is_wrong_is_named(texts: dict[str, object], code: str) -> None:
    assert [problem.code for problem in translation_problems(CONTENT, texts)] == [code]


def test_a_text_question_has_places_too() -> None:
    assert {path for path in places(SHORT) if path.endswith(".text")} == {f"{q.code}.text" for q in SHORT.questions}


@pytest.mark.parametrize(
    ("tag", "good"),
    [("km", True), ("mww-Latn", True), ("tyz", True), ("K", False), ("km_KH", False), ("x" * 21, False)],
)
def test_language_tags(tag: str, good: bool) -> None:
    assert is_language(tag) == good
