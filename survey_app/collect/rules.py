"""What a sent form says, and which picture stands beside an option. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from survey_app.questionnaires.content import COMMENT, Content, Question
from survey_app.responses.rules import FORBIDDEN, clean_text

TOKEN, RESPONSE_ID, TICKET = "csrf_token", "response_id", "ticket"
REASONS = "reasons-"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_VISIT = timedelta(days=7)
# Days that a batch may be open before somebody should look after it.
LONG_OPEN = 3
CLOCKS = {
    "early": "clock-early",
    "on_time": "clock-on-time",
    "late": "clock-late",
    "not_received": "clock-none",
}
FACES = ("face-1", "face-2", "face-3", "face-4", "face-5")


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What somebody filled in, by question code; not yet checked against the options that there are."""

    answers: dict[str, str]
    reasons: dict[str, list[str]]
    texts: dict[str, str]
    comment: str


BLANK = FilledForm({}, {}, {}, "")


def filled_form(content: Content, fields: Iterable[tuple[str, str]]) -> FilledForm:
    """The fields of a form (name and value, in the order sent) as answers, reasons and texts.

    A field that is no question becomes an answer to a question that does not exist; two answers to one question become
    one that does not exist: whoever checks them finds both. Reasons count only after an answer that is not positive.
    """
    answers: dict[str, str] = {}
    reasons: dict[str, list[str]] = {}
    texts: dict[str, str] = {}
    for name, value in fields:
        question = content.by_code.get(name)
        if name in (TOKEN, RESPONSE_ID, TICKET):
            continue
        if name == COMMENT or (question and question.kind == "text"):
            texts.setdefault(name, stored_text(value))
        elif name.startswith(REASONS):
            reasons.setdefault(name.removeprefix(REASONS), []).append(value)
        elif value or not question:
            answers[name] = value if answers.get(name, value) == value else f"{answers[name]} {value}"
    comment = texts.pop(COMMENT, "")
    return FilledForm(answers, _reasons_asked(content, answers, reasons), texts, comment)


def stored_text(text: str) -> str:
    """A free text as it is stored: NFC, LF at line ends, nothing around it, no control character, no half surrogate."""
    return FORBIDDEN.sub("", clean_text(text)).strip()


def option_icon(question: Question, code: str) -> str | None:
    """The symbol beside an option: a clock for the time of the result, one of five faces for a scale of five."""
    counted = [option.code for option in question.counted_options]
    if code in CLOCKS:
        return CLOCKS[code]
    return FACES[counted.index(code)] if len(counted) == len(FACES) and code in counted else None


def opened_at(response_id: UUID, now: datetime) -> datetime | None:
    """When the form was opened: its id is a UUIDv7 made then. None where the id says nothing believable."""
    if response_id.version != 7:
        return None
    # Compared as a number first: not every 48 bits are a date.
    age = timedelta(milliseconds=int(now.timestamp() * 1000) - (response_id.int >> 80))
    return EPOCH + timedelta(milliseconds=response_id.int >> 80) if timedelta(0) <= age <= LONGEST_VISIT else None


def _reasons_asked(content: Content, answers: dict[str, str], reasons: dict[str, list[str]]) -> dict[str, list[str]]:
    """Without those of a question whose answer is positive or missing; each once."""
    return {
        code: list(dict.fromkeys(given))
        for code, given in reasons.items()
        if code not in content.by_code or answers.get(code) in content.by_code[code].unhappy_codes
    }
