import copy
import json
from pathlib import Path
from typing import Any

import pytest

from config import ROOT
from survey_app.errors import Invalid
from survey_app.questionnaires.rules import RESERVED, comparison_problems, content_hash, content_of, parse_content

HERE = Path(__file__).parent
DEFAULT = ROOT / "migrations" / "seed" / "five-criteria-1.json"


def example(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return document


@pytest.fixture
def document() -> dict[str, Any]:
    return example("short-1")


def problems(document: Any) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as raised:
        parse_content(document)
    assert all(problem.message for problem in raised.value.errors)
    return {(problem.where, problem.code) for problem in raised.value.errors}


@pytest.mark.parametrize("path", [DEFAULT, *sorted(HERE.glob("*.json"))], ids=lambda path: path.stem)
def test_examples_are_valid_by_themselves(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    assert parse_content(document) == content_of(document)


def test_content_says_what_the_document_says(document: dict[str, Any]) -> None:
    content = parse_content(document)
    overall, wish = content.questions
    assert content.titles["km"] == "សន្លឹកខ្លី"
    assert content.languages == ("vi", "en")
    assert [option.code for option in overall.counted_options] == ["not_satisfied", "satisfied", "very_satisfied"]
    assert [option.code for option in overall.excluded_options] == ["no_opinion"]
    assert overall.unhappy_codes == {"not_satisfied"}
    assert [reason.text["en"] for reason in overall.reasons] == ["Long wait"]
    assert (wish.kind, wish.max_length, wish.options) == ("text", 200, ())


def test_the_default_questionnaire_has_the_codes_of_the_contract() -> None:
    content = parse_content(json.loads(DEFAULT.read_text(encoding="utf-8")))
    scales = {question.code: [option.code for option in question.counted_options] for question in content.questions}
    levels = ["very_low", "low", "average", "high", "very_high"]
    assert scales == {
        "access": levels,
        "transparency": levels,
        "staff": levels,
        "timeliness": ["late", "on_time", "early"],
        "results": ["very_dissatisfied", "dissatisfied", "neutral", "satisfied", "very_satisfied"],
    }
    assert all("no_opinion" in question.option_codes for question in content.questions)


@pytest.mark.parametrize("value", [None, [], "{}", 1])
def test_what_is_no_object_is_refused(value: Any) -> None:
    assert problems(value) == {("", "object")}


@pytest.mark.parametrize("member", ["format", "titles", "questions"])
def test_a_missing_member_is_named(document: dict[str, Any], member: str) -> None:
    del document[member]
    assert problems(document) == {(member, "missing")}


def test_unknown_members_are_refused_everywhere(document: dict[str, Any]) -> None:
    document["colour"] = "red"
    document["questions"][0]["hint"] = {}
    document["questions"][0]["options"][0]["icon"] = "face"
    document["questions"][0]["reasons"][0]["order"] = 1
    document["questions"][1]["options"] = []
    assert problems(document) == {
        ("colour", "unknown"),
        ("questions[0].hint", "unknown"),
        ("questions[0].options[0].icon", "unknown"),
        ("questions[0].reasons[0].order", "unknown"),
        ("questions[1].options", "unknown"),
    }


@pytest.mark.parametrize("value", [2, "1", True, None])
def test_another_format_is_refused(document: dict[str, Any], value: Any) -> None:
    document["format"] = value
    assert problems(document) == {("format", "format")}


@pytest.mark.parametrize("code", sorted(RESERVED))
def test_reserved_names_are_refused(document: dict[str, Any], code: str) -> None:
    document["questions"][0]["code"] = code
    assert problems(document) == {("questions[0].code", "reserved")}


@pytest.mark.parametrize("code", ["", "Access", "1st", "a-b", "é", "a" * 41, None, 7])
def test_bad_codes_are_refused(document: dict[str, Any], code: Any) -> None:
    document["questions"][0]["code"] = code
    document["questions"][0]["options"][0]["code"] = code
    document["questions"][0]["reasons"][0]["code"] = code
    where = ("questions[0].code", "questions[0].options[0].code", "questions[0].reasons[0].code")
    assert problems(document) == {(each, "code") for each in where}


def test_codes_given_twice_are_refused(document: dict[str, Any]) -> None:
    first = document["questions"][0]
    first["options"].append({**first["options"][0], "order": 9})
    first["reasons"] *= 2
    document["questions"].append(copy.deepcopy(document["questions"][1]))
    assert problems(document) == {
        ("questions", "code_twice"),
        ("questions[0].options", "code_twice"),
        ("questions[0].reasons", "code_twice"),
    } | {("questions[0].options", "scores")}


@pytest.mark.parametrize("order", [0, -1, 1.5, "1", True, None])
def test_bad_orders_are_refused(document: dict[str, Any], order: Any) -> None:
    document["questions"][0]["options"][0]["order"] = order
    assert problems(document) == {("questions[0].options[0].order", "order")}


def test_an_order_given_twice_is_refused(document: dict[str, Any]) -> None:
    document["questions"][0]["options"][3]["order"] = 1
    assert problems(document) == {("questions[0].options", "order_twice")}


@pytest.mark.parametrize("score", ["1", True, float("nan"), float("inf")])
def test_bad_scores_are_refused(document: dict[str, Any], score: Any) -> None:
    document["questions"][0]["options"][0]["score"] = score
    assert problems(document) == {("questions[0].options[0].score", "score")}


@pytest.mark.parametrize("score", [None, 2, 3])
def test_scores_rise_with_the_order_or_there_are_none(document: dict[str, Any], score: Any) -> None:
    document["questions"][0]["options"][0]["score"] = score
    assert problems(document) == {("questions[0].options", "scores")}


def test_options_need_a_counted_one(document: dict[str, Any]) -> None:
    document["questions"][0]["options"] = document["questions"][0]["options"][3:]
    assert problems(document) == {("questions[0].options", "nothing_counted")}
    document["questions"][0]["options"] = []
    assert problems(document) == {("questions[0].options", "nothing_counted")}


def test_an_option_is_not_both_positive_and_excluded(document: dict[str, Any]) -> None:
    document["questions"][0]["options"][3]["positive"] = True
    assert problems(document) == {("questions[0].options[3]", "positive_excluded")}


def test_no_opinion_stands_outside_the_count(document: dict[str, Any]) -> None:
    document["questions"][0]["options"][3]["excluded"] = False
    assert problems(document) == {("questions[0].options[3]", "no_opinion_counted")}


@pytest.mark.parametrize("name", ["positive", "excluded"])
@pytest.mark.parametrize("value", [0, 1, "true", None])
def test_flags_are_true_or_false(document: dict[str, Any], name: str, value: Any) -> None:
    document["questions"][0]["options"][0][name] = value
    assert problems(document) == {(f"questions[0].options[0].{name}", name)}


def test_texts_are_required_in_the_first_language_of_the_titles(document: dict[str, Any]) -> None:
    del document["intro"]["vi"]
    del document["questions"][0]["label"]["vi"]
    del document["questions"][0]["options"][1]["text"]["vi"]
    document["questions"][1]["text"] = {}
    del document["questions"][0]["options"][2]["text"]["en"]
    assert problems(document) == {
        ("intro.vi", "text_missing"),
        ("questions[0].label.vi", "text_missing"),
        ("questions[0].options[1].text.vi", "text_missing"),
        ("questions[1].text.vi", "text_missing"),
    }


def test_a_questionnaire_without_any_title_is_refused(document: dict[str, Any]) -> None:
    document["titles"] = {}
    assert ("titles", "text_missing") in problems(document)


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        ("Phiếu", ("titles", "texts")),
        ({"vi": None}, ("titles", "texts")),
        ({"vi": "  "}, ("titles.vi", "empty")),
        ({"vi": "Phiếu", "": "x"}, ("titles", "language")),
        ({"vi": "Phiếu", "tiếng": "x"}, ("titles", "language")),
    ],
)
def test_texts_are_texts_by_language(document: dict[str, Any], texts: Any, problem: tuple[str, str]) -> None:
    document["titles"] = texts
    assert problem in problems(document)


@pytest.mark.parametrize("value", [0, -1, 1.0, "9", True, 10_001])
def test_a_text_question_has_a_sensible_length(document: dict[str, Any], value: Any) -> None:
    document["questions"][1]["max_length"] = value
    assert problems(document) == {("questions[1].max_length", "max_length")}


@pytest.mark.parametrize("kind", ["number", "", None, 1])
def test_an_unknown_kind_is_refused(document: dict[str, Any], kind: Any) -> None:
    document["questions"][0]["kind"] = kind
    assert problems(document) == {("questions[0].kind", "kind")}


@pytest.mark.parametrize("value", [{}, "abc", None, []])
def test_questions_are_a_list_of_at_least_one(document: dict[str, Any], value: Any) -> None:
    document["questions"] = value
    assert problems(document) == {("questions", "questions")}


@pytest.mark.parametrize(("member", "value"), [("options", "abc"), ("options", {}), ("reasons", "abc"), ("reasons", 1)])
def test_lists_are_lists(document: dict[str, Any], member: str, value: Any) -> None:
    document["questions"][0][member] = value
    assert problems(document) == {(f"questions[0].{member}", member)}


def test_parsing_changes_nothing(document: dict[str, Any]) -> None:
    before = copy.deepcopy(document)
    parse_content(document)
    assert document == before


def test_the_hash_does_not_depend_on_the_order_of_members(document: dict[str, Any]) -> None:
    turned = dict(reversed(document.items()))
    assert list(turned) != list(document)
    assert content_hash(turned) == content_hash(document)
    assert content_hash({**document, "format": 2}) != content_hash(document)


def test_a_reworded_version_is_comparable(document: dict[str, Any]) -> None:
    assert comparison_problems(content_of(document), content_of(example("short-2-comparable"))) == ()


def test_a_rescaled_question_is_not_comparable(document: dict[str, Any]) -> None:
    found = comparison_problems(content_of(document), content_of(example("short-2-incomparable")))
    assert {(problem.where, problem.code) for problem in found} == {
        ("overall.no_opinion", "option_removed"),
        ("overall.delighted", "option_added"),
        ("overall.not_satisfied", "score_changed"),
        ("overall.satisfied", "positive_changed"),
        ("wish", "kind_changed"),
    }


@pytest.mark.parametrize(
    ("option", "change", "code"), [(3, {"order": 9}, "order_changed"), (2, {"excluded": True}, "excluded_changed")]
)
def test_order_and_exclusion_are_kept(document: dict[str, Any], option: int, change: Any, code: str) -> None:
    other = copy.deepcopy(document)
    other["questions"][0]["options"][option].update(change)
    assert [problem.code for problem in comparison_problems(content_of(document), content_of(other))] == [code]
