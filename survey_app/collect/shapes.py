"""What a JSON body must look like, as data: which members, of what kind. Pure."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from survey_app.errors import Problem
from survey_app.responses.rules import END_REASONS, LANGUAGE
from survey_app.strict_json import N_
from survey_app.surveys.rules import CHANNELS, PROCEDURE

DAY, TIME, ZONE = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?",
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})",
)
MOMENT = re.compile(f"{DAY}[Tt ]{TIME}{ZONE}")
# A clock without a battery starts in 1970, in some zones the year before.
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
MESSAGES = {
    "not_an_object": N_("This must be a JSON object."),
    "missing": N_("This member is missing."),
    "unknown_member": N_("There is no such member."),
    "wrong_type": N_("This value is not of the right kind."),
    "bad_value": N_("This value cannot be taken."),
    "bad_time": N_("A time looks like 2026-11-22T08:15:00+07:00; its zone is required."),
}
# A check gives the code of what is wrong with a value, or None.
Check = Callable[[Any], str | None]


class Member(NamedTuple):
    """One member of an object."""

    check: Check
    required: bool = False
    may_be_null: bool = False


Shape = Mapping[str, Member]


def shape_problems(body: Any, shape: Shape) -> list[Problem]:
    """What keeps a value from being an object of this shape; `where` is the member."""
    return list(_problems(body, shape))


def moment(text: str) -> datetime | None:
    """The instant (UTC) that a text of RFC 3339 writes; None where it has no zone, or is none between 1900 and 9999."""
    if not MOMENT.fullmatch(text):
        return None
    try:
        instant = datetime.fromisoformat(text.upper().replace(" ", "T")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    # The last day is left free: no time zone must lead out of the calendar.
    return instant if EARLIEST <= instant < datetime(9999, 12, 31, tzinfo=UTC) else None


def day(text: str) -> date | None:
    """The day that a text writes, 2026-11-22; None where it is none."""
    try:
        return date.fromisoformat(text) if re.fullmatch(DAY, text) else None
    except ValueError:
        return None


def is_text(value: Any) -> str | None:
    return None if isinstance(value, str) else "wrong_type"


def is_switch(value: Any) -> str | None:
    return None if isinstance(value, bool) else "wrong_type"


def is_list(value: Any) -> str | None:
    return None if isinstance(value, list) else "wrong_type"


def is_count(value: Any) -> str | None:
    """A whole number from 0 on, as databases store it; True and 1.0 are none."""
    if type(value) is not int:
        return "wrong_type"
    return None if 0 <= value < 2**31 else "bad_value"


def is_moment(value: Any) -> str | None:
    if not isinstance(value, str):
        return "wrong_type"
    return None if moment(value) else "bad_time"


def is_day(value: Any) -> str | None:
    if not isinstance(value, str):
        return "wrong_type"
    return None if day(value) else "bad_value"


def one_of(values: Collection[str]) -> Check:
    return lambda value: is_text(value) or (None if value in values else "bad_value")


def matching(pattern: re.Pattern[str]) -> Check:
    return lambda value: is_text(value) or (None if pattern.fullmatch(value) else "bad_value")


def text_by_name(value: Any) -> str | None:
    """{name: text}"""
    return None if isinstance(value, dict) and all(isinstance(text, str) for text in value.values()) else "wrong_type"


def texts_by_name(value: Any) -> str | None:
    """{name: [text]}"""
    if not isinstance(value, dict) or not all(isinstance(texts, list) for texts in value.values()):
        return "wrong_type"
    return None if all(isinstance(text, str) for texts in value.values() for text in texts) else "wrong_type"


def _problems(body: Any, shape: Shape) -> Iterator[Problem]:
    if not isinstance(body, dict):
        yield _problem("", "not_an_object")
        return
    for name in body.keys() - shape.keys():
        yield _problem(name, "unknown_member")
    for name, member in shape.items():
        if name not in body:
            if member.required:
                yield _problem(name, "missing")
        elif body[name] is None and member.may_be_null:
            continue
        elif code := member.check(body[name]):
            yield _problem(name, code)


def _problem(where: str, code: str) -> Problem:
    return Problem(where, code, MESSAGES[code])


# What `POST /api/v1/surveys/<survey>/responses` takes.
RESPONSE: Shape = {
    "id": Member(is_text, required=True),
    "agency": Member(is_text, required=True),
    "answered_at": Member(is_moment, required=True),
    "language": Member(matching(LANGUAGE), required=True),
    "channel": Member(one_of(CHANNELS), required=True),
    "answers": Member(text_by_name, required=True),
    "comment": Member(is_text, may_be_null=True),
    "ticket": Member(is_text, may_be_null=True),
    "version": Member(is_count),
    "procedure": Member(matching(PROCEDURE)),
    "started_at": Member(is_moment),
    "completed": Member(is_switch),
    "end_reason": Member(one_of(END_REASONS)),
    "reasons": Member(texts_by_name),
}
