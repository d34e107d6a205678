"""JSON read strictly (RFC 8259 and more): what two readers could understand differently is refused. Pure.

`parsed` refuses what is no JSON at all. What is wrong inside stays in the value as a Fault and is named by `faults`,
so that one bad item of a list does not spoil the others.
"""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from survey_app.errors import Invalid, Problem

DEEPEST = 10
LONGEST_NUMBER = 16
STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
BRACKET = re.compile(rb"[][{}]")
SURROGATE_OR_NUL = re.compile("[\x00\ud800-\udfff]")
# Marks a text for translation; the edge translates it.
N_ = str
MESSAGES = {
    "not_json": N_("This is not JSON in UTF-8 without a byte order mark."),
    "too_deep": N_("This JSON is nested too deeply."),
    "duplicate_member": N_("This member stands there twice."),
    "not_a_number": N_("This number cannot be taken."),
    "forbidden_characters": N_("This text holds characters that cannot be stored."),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What stands in place of a value that cannot be taken; `name` is the member that stood there twice, else ""."""

    code: str
    name: str = ""


def parsed(document: bytes, deepest: int = DEEPEST) -> Any:
    """The value that a document writes, with a Fault for each number or object that cannot be taken.

    Raises Invalid ("not_json", "too_deep"). Objects become dicts in the order given.
    """
    if _depth(document) > deepest:
        raise _refusal("too_deep")
    try:
        # A byte order mark is no part of JSON, and json.loads would guess UTF-16 and UTF-32 out of bytes.
        return json.loads(
            document.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=lambda _word: Fault("not_a_number"),
            parse_float=_float,
            parse_int=_integer,
        )
    except (ValueError, RecursionError) as error:
        raise _refusal("not_json") from error


def faults(value: Any, where: str = "") -> Iterator[Problem]:
    """Everything in a parsed value that cannot be taken; `where` is the path to it, "answers.access"."""
    if isinstance(value, Fault):
        yield problem(f"{where}.{value.name}".strip("."), value.code)
    elif isinstance(value, str):
        if SURROGATE_OR_NUL.search(value):
            yield problem(where, "forbidden_characters")
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from faults(item, f"{where}[{place}]")
    elif isinstance(value, dict):
        for name, item in value.items():
            if SURROGATE_OR_NUL.search(name):
                yield problem(where, "forbidden_characters")
            else:
                yield from faults(item, f"{where}.{name}" if where else name)


def depth(value: Any) -> int:
    """How deep the objects and lists of a value are nested; 0 for what is neither."""
    if isinstance(value, dict | list):
        return 1 + max(map(depth, value.values() if isinstance(value, dict) else value), default=0)
    return 0


def _depth(document: bytes) -> int:
    """How deep objects and lists are nested: counted before they are read, as the reader itself is recursive."""
    depth = deepest = 0
    for bracket in BRACKET.findall(STRING.sub(b"", document)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | Fault:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    names = [name for name, _value in pairs]
    repeated = next(name for name in names if names.count(name) > 1)
    return Fault("duplicate_member", "" if SURROGATE_OR_NUL.search(repeated) else repeated)


def _float(text: str) -> float | Fault:
    number = float(text)
    return number if math.isfinite(number) else Fault("not_a_number")


def _integer(text: str) -> int | Fault:
    return int(text) if len(text) <= LONGEST_NUMBER else Fault("not_a_number")


def _refusal(code: str) -> Invalid:
    return Invalid(MESSAGES[code], errors=(problem("", code),), code=code)


def problem(where: str, code: str) -> Problem:
    """One of MESSAGES at a place."""
    return Problem(where, code, MESSAGES[code])
