"""What a questionnaire document must look like, its fingerprint, and when two versions can be compared. Pure."""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import pairwise
from typing import Any

from survey_app.errors import Invalid, Problem
from survey_app.questionnaires.content import COMMENT, NO_OPINION, Content, Option, Question, Reason

FORMAT = 1
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
VERSION_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
LONGEST_TAG = 20
LONGEST_TEXT = 10_000
NEW_CODE = "give the question a new code"
BAD_CODE = "must be lower-case letters, digits and _, begin with a letter, at most 40 characters"
# Names that forms, imports and exports use for something else: a question named so would be mistaken for it.
RESERVED = frozenset(
    {COMMENT, "id", "agency", "survey", "channel", "procedure", "language", "version", "reasons", "answers", "flags"}
    | {"answered_on", "answered_at", "started_at", "completed", "end_reason", "ticket", "verified", "sha256", "receipt"}
    | {"csrf_token", "response_id"}
)


def is_code(text: str) -> bool:
    """Whether a text can be a questionnaire's code: lower-case letters, digits and hyphen, at most 40."""
    return VERSION_CODE.fullmatch(text) is not None


def is_language(text: str) -> bool:
    """Whether a text is a language tag (BCP 47) of at most 20 characters, such as km or mww-Latn."""
    return len(text) <= LONGEST_TAG and LANGUAGE.fullmatch(text) is not None


def parse_content(document: Mapping[str, Any]) -> Content:
    """The content that a document describes. Raises Invalid with one Problem for each thing wrong in it.

    Texts are required in the first language of `titles` and may be given in others; `where` of a Problem is the
    path in the document: "questions[0].options[2].score".
    """
    if problems := tuple(_document(document)):
        raise Invalid("the questionnaire is not valid", errors=problems)
    return content_of(document)


def content_of(document: Mapping[str, Any]) -> Content:
    """The content of a document that `parse_content` has accepted before: not checked again.

    (Databases may reorder the members of an object, so "the first language" is known only when a document comes in.)
    """
    return Content(
        titles=dict(document["titles"]),
        intro=dict(document.get("intro", {})),
        questions=tuple(_question_of(question) for question in document["questions"]),
    )


def content_hash(document: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over the canonical JSON of a document: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return sha256(canonical.encode()).hexdigest()


def comparison_problems(previous: Content, following: Content) -> tuple[Problem, ...]:
    """Why answers to a question that both versions ask could not be put into one series; empty when they can.

    Words, reasons and the order of questions may change; kind, options and each option's order, score and flags may
    not: a question that asks something else needs a code of its own.
    """
    kept = [question for question in following.questions if question.code in previous.by_code]
    return tuple(
        problem for question in kept for problem in question_differences(previous.by_code[question.code], question)
    )


def question_differences(before: Question, after: Question) -> Iterator[Problem]:
    """Why answers to two questions could not be counted together: kind, options and their order, score and flags."""
    if before.kind != after.kind:
        yield Problem(after.code, "kind_changed", f"was a {before.kind} question, now {after.kind}: {NEW_CODE}")
        return
    for code in sorted(before.option_codes - after.option_codes):
        yield Problem(f"{after.code}.{code}", "option_removed", f"was taken away: {NEW_CODE}")
    for code in sorted(after.option_codes - before.option_codes):
        yield Problem(f"{after.code}.{code}", "option_added", f"is new: {NEW_CODE}")
    earlier = {option.code: option for option in before.options}
    for option in after.options:
        if (was := earlier.get(option.code)) is None:
            continue
        for name in ("order", "score", "positive", "excluded"):
            if (old := getattr(was, name)) != (now := getattr(option, name)):
                words = f"{name} was {old}, now {now}: {NEW_CODE}"
                yield Problem(f"{after.code}.{option.code}", f"{name}_changed", words)


def _question_of(question: Mapping[str, Any]) -> Question:
    options = question.get("options", ())
    return Question(
        code=question["code"],
        kind=question["kind"],
        label=dict(question["label"]),
        text=dict(question["text"]),
        scale=question.get("scale", ""),
        options=tuple(
            Option(o["code"], o["order"], o["score"], o["positive"], o["excluded"], dict(o["text"])) for o in options
        ),
        reasons=tuple(Reason(r["code"], dict(r["text"])) for r in question.get("reasons", ())),
        max_length=question.get("max_length", 1000),
    )


def _document(document: object) -> Iterator[Problem]:
    wrong = tuple(_members("", document, {"format", "titles", "questions"}, {"intro"}))
    yield from wrong
    if any(problem.code != "unknown" for problem in wrong) or not isinstance(document, Mapping):
        return
    if document["format"] != FORMAT or isinstance(document["format"], bool):
        yield Problem("format", "format", f"must be {FORMAT}")
    titles = document["titles"]
    first = next(iter(titles), "") if isinstance(titles, Mapping) else ""
    yield from _texts("titles", titles, first)
    if "intro" in document:
        yield from _texts("intro", document["intro"], first)
    questions = document["questions"]
    if not _is_list(questions) or not questions:
        yield Problem("questions", "questions", "must be a list of at least one question")
        return
    for index, question in enumerate(questions):
        yield from _question(f"questions[{index}]", question, first)
    yield from _twice("questions", questions)


def _question(where: str, question: object, first: str) -> Iterator[Problem]:
    kind = question.get("kind") if isinstance(question, Mapping) else None
    if isinstance(question, Mapping) and kind not in ("choice", "text"):
        yield Problem(f"{where}.kind", "kind", 'must be "choice" or "text"')
        return
    choice = kind == "choice"
    required = {"code", "kind", "label", "text"} | ({"options"} if choice else set())
    wrong = tuple(_members(where, question, required, {"scale", "reasons"} if choice else {"max_length"}))
    yield from wrong
    if any(problem.code != "unknown" for problem in wrong) or not isinstance(question, Mapping):
        return
    yield from _code(f"{where}.code", question["code"])
    if isinstance(question["code"], str) and question["code"] in RESERVED:
        yield Problem(f"{where}.code", "reserved", f'"{question["code"]}" has another meaning in forms and files')
    for name in ("label", "text"):
        yield from _texts(f"{where}.{name}", question[name], first)
    yield from _scale(where, question, first) if choice else _length(f"{where}.max_length", question)


def _length(where: str, question: Mapping[str, Any]) -> Iterator[Problem]:
    longest = question.get("max_length", 1000)
    if not _is_int(longest) or not 1 <= longest <= LONGEST_TEXT:
        yield Problem(where, "max_length", f"must be a whole number from 1 to {LONGEST_TEXT}")


def _scale(where: str, question: Mapping[str, Any], first: str) -> Iterator[Problem]:
    if not isinstance(question.get("scale", ""), str):
        yield Problem(f"{where}.scale", "scale", "must be a name")
    options = question["options"]
    if not _is_list(options):
        yield Problem(f"{where}.options", "options", "must be a list")
        return
    problems = [p for index, o in enumerate(options) for p in _option(f"{where}.options[{index}]", o, first)]
    yield from problems
    yield from _twice(f"{where}.options", options)
    if not problems:
        yield from _order(f"{where}.options", options)
    yield from _reasons(f"{where}.reasons", question.get("reasons", []), first)


def _option(where: str, option: object, first: str) -> Iterator[Problem]:
    wrong = tuple(_members(where, option, {"code", "order", "score", "positive", "excluded", "text"}, set()))
    yield from wrong
    if any(problem.code != "unknown" for problem in wrong) or not isinstance(option, Mapping):
        return
    yield from _code(f"{where}.code", option["code"])
    yield from _texts(f"{where}.text", option["text"], first)
    if not _is_int(option["order"]) or option["order"] < 1:
        yield Problem(f"{where}.order", "order", "must be a whole number of at least 1")
    if option["score"] is not None and not _is_number(option["score"]):
        yield Problem(f"{where}.score", "score", "must be a number or null")
    for name in ("positive", "excluded"):
        if not isinstance(option[name], bool):
            yield Problem(f"{where}.{name}", name, "must be true or false")
    if option["positive"] is True and option["excluded"] is True:
        yield Problem(where, "positive_excluded", "cannot be counted as positive and stand outside the count")
    if option["code"] == NO_OPINION and option["excluded"] is not True:
        yield Problem(where, "no_opinion_counted", "having no opinion stands outside the count: excluded must be true")


def _order(where: str, options: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    """Orders differ; at least one option counts; scores, where there are any, rise with the order."""
    orders = [option["order"] for option in options]
    for order in sorted({order for order in orders if orders.count(order) > 1}):
        yield Problem(where, "order_twice", f"the order {order} is given more than once")
    counted = sorted((o for o in options if not o["excluded"]), key=lambda o: int(o["order"]))
    if not counted:
        yield Problem(where, "nothing_counted", "at least one option must be counted (not excluded)")
    scores = [option["score"] for option in counted]
    numbers = [score for score in scores if score is not None]
    if numbers and (len(numbers) < len(scores) or any(a >= b for a, b in pairwise(numbers))):
        yield Problem(where, "scores", "counted options have all no score, or scores that rise with the order")


def _reasons(where: str, reasons: object, first: str) -> Iterator[Problem]:
    if not isinstance(reasons, Sequence) or isinstance(reasons, str):
        yield Problem(where, "reasons", "must be a list")
        return
    for index, reason in enumerate(reasons):
        wrong = tuple(_members(f"{where}[{index}]", reason, {"code", "text"}, set()))
        yield from wrong
        if isinstance(reason, Mapping) and not any(problem.code != "unknown" for problem in wrong):
            yield from _code(f"{where}[{index}].code", reason["code"])
            yield from _texts(f"{where}[{index}].text", reason["text"], first)
    yield from _twice(where, reasons)


def _members(where: str, value: object, required: set[str], optional: set[str]) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield Problem(where, "object", "must be an object")
        return
    for name in sorted(required - value.keys()):
        yield Problem(f"{where}.{name}".lstrip("."), "missing", "is missing")
    for name in sorted(str(key) for key in value.keys() - required - optional):
        yield Problem(f"{where}.{name}".lstrip("."), "unknown", "is not known here")


def _code(where: str, code: object) -> Iterator[Problem]:
    if not isinstance(code, str) or not CODE.fullmatch(code):
        yield Problem(where, "code", BAD_CODE)


def _texts(where: str, texts: object, first: str) -> Iterator[Problem]:
    """A {language tag: text} with no empty text, and one in the first language."""
    if not isinstance(texts, Mapping) or not all(isinstance(text, str) for text in texts.values()):
        yield Problem(where, "texts", 'must be texts by language: {"vi": "..."}')
        return
    for tag, text in texts.items():
        if not isinstance(tag, str) or not LANGUAGE.fullmatch(tag):
            yield Problem(where, "language", f"{tag!r} is no language tag")
        elif not text.strip():
            yield Problem(f"{where}.{tag}", "empty", "is empty")
    if first not in texts:
        yield Problem(f"{where}.{first}".rstrip("."), "text_missing", "has no text in the first language of the titles")


def _twice(where: str, items: Sequence[object]) -> Iterator[Problem]:
    codes = [item["code"] for item in items if isinstance(item, Mapping) and isinstance(item.get("code"), str)]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield Problem(where, "code_twice", f'the code "{code}" is given more than once')


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
