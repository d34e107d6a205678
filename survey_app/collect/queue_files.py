"""The file into which a kiosk exports its queue: what is in it, and what became of each item.

What the officer's corner of a kiosk saves: lines of {"survey", "sha256", "state", "problem", "response": body}. Also
taken: one JSON object {"survey", "agency", "items": [body, ...]}, a list of bodies, and lines of either. Bodies are
those of `POST /api/v1/surveys/<survey>/responses`, hashed as they stand.
"""

from typing import Any, NamedTuple

from flask_babel import gettext as _

from survey_app import strict_json
from survey_app.errors import Invalid

DEEPEST = strict_json.DEEPEST + 3


class QueueItem(NamedTuple):
    """`number` is the item's place in the file, from 1; `sha256` is the kiosk's own hash, "" where none stands."""

    number: int
    survey: str
    body: Any
    sha256: str


class QueueOutcome(NamedTuple):
    """`read` = `stored` + `already` + the number of refusals (place and reason)."""

    read: int
    stored: int
    already: int
    refusals: list[tuple[int, str]]


def queue_items(document: bytes, survey: str = "") -> list[QueueItem]:
    """The items of an exported queue; `survey` is meant where the file names none.

    Raises Invalid ("file_refused") for what is no such file, where an item's survey is not known, and where no item is
    of the `survey` that is meant.
    """
    items: list[QueueItem] = []
    for value in _values(document):
        for named, body, sha256 in _bodies(value):
            items.append(QueueItem(len(items) + 1, str(named or survey), body, str(sha256 or "")))
    if not items:
        raise _refused(_("There is no answer in this file."))
    if not all(item.survey for item in items):
        raise _refused(_("This file does not say which survey it belongs to."))
    if survey and all(item.survey != survey for item in items):
        raise _refused(another_survey(items[0]))
    return items


def another_survey(item: QueueItem) -> str:
    """Why an item is not taken for the survey that is meant."""
    return _("This queue belongs to the survey %(survey)s.", survey=item.survey[:40])


def _bodies(value: Any) -> list[tuple[Any, Any, Any]]:
    """The survey's code, the body and its hash of each answer in a JSON value of the file; None where not given."""
    if isinstance(value, list):
        return [(None, body, None) for body in value]
    if isinstance(value, dict) and isinstance(value.get("items"), list):
        return [(value.get("survey"), body, None) for body in value["items"]]
    if isinstance(value, dict) and "response" in value:
        return [(value.get("survey"), value["response"], value.get("sha256"))]
    return [(None, value, None)]


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
