"""The file into which a kiosk exports its queue: what is in it, and what became of each item.

Either one JSON object {"survey", "agency", "items": [body, ...]} or the same as lines, one object each: a body, or an
object of the first kind. Bodies are those of `POST /api/v1/surveys/<survey>/responses`, hashed as they stand.
"""

from typing import Any, NamedTuple

from flask_babel import gettext as _

from survey_app import strict_json
from survey_app.errors import Invalid

DEEPEST = strict_json.DEEPEST + 3


class QueueItem(NamedTuple):
    """`number` is the item's place in the file, from 1; `agency` is the file's, "" where only the body says it."""

    number: int
    survey: str
    agency: str
    body: Any


class QueueOutcome(NamedTuple):
    """`read` = `stored` + `already` + the number of refusals (place and reason)."""

    read: int
    stored: int
    already: int
    refusals: list[tuple[int, str]]


def queue_items(document: bytes, survey: str = "") -> list[QueueItem]:
    """The items of an exported queue; `survey` is meant where the file names none.

    Raises Invalid ("file_refused") for what is no such file, or where an item's survey is not known.
    """
    items: list[QueueItem] = []
    for value in _values(document):
        whole = isinstance(value, dict) and isinstance(value.get("items"), list)
        bodies = value["items"] if whole else value if isinstance(value, list) else [value]
        named = value.get("survey") if whole else None
        if named and survey and named != survey:
            raise _refused(_("This queue belongs to the survey %(survey)s.", survey=str(named)[:40]))
        agency = value.get("agency") if whole else None
        for body in bodies:
            items.append(QueueItem(len(items) + 1, str(named or survey), str(agency or ""), body))
    if not items:
        raise _refused(_("There is no answer in this file."))
    if not all(item.survey for item in items):
        raise _refused(_("This file does not say which survey it belongs to."))
    return items


def _values(document: bytes) -> list[Any]:
    try:
        return [strict_json.parsed(document, DEEPEST)]
    except Invalid:
        pass
    try:
        return [strict_json.parsed(line, DEEPEST) for line in document.splitlines() if line.strip()]
    except Invalid as error:
        raise _refused(_("This is no queue that a kiosk exported: neither JSON nor JSON lines.")) from error


def _refused(words: str) -> Invalid:
    return Invalid(words, code="file_refused")
