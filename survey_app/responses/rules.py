"""What a response must look like, its hash, its receipt and what it adds to the tallies. Pure."""

import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from survey_app.errors import Invalid, Problem
from survey_app.questionnaires.content import COMMENT, Content, Question

COMMENT_LENGTH = 1000
ID_VERSIONS = (4, 7, 8)
HEX = r"[0-9a-fA-F]"
ID = re.compile(
    rf"(?:[uU][rR][nN]:[uU][uU][iI][dD]:)?({HEX}{{8}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{12}})"
    rf"|\{{({HEX}{{8}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{12}})\}}"
    rf"|({HEX}{{32}})"
)
# All control characters but TAB and LF, and halves of surrogate pairs: no text holds them, PostgreSQL stores neither.
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# As long as their columns at most.
LANGUAGE = re.compile(r"(?=.{2,20}$)[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
END_REASONS = ("done", "timeout")
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Marks a text for translation; the edge translates it.
N_ = str
MESSAGES = {
    "empty": N_("Please answer at least one question or write a comment."),
    "unknown_question": N_("This questionnaire has no such question."),
    "unknown_option": N_("This question has no such answer."),
    "unknown_reason": N_("This question has no such reason."),
    "reason_not_asked": N_("Reasons belong to an answer that is not positive."),
    "too_long": N_("This text is too long."),
    "forbidden_characters": N_("This text holds characters that cannot be stored."),
}


class TallyKey(NamedTuple):
    """Where one count goes; question "" (option "") counts the response itself. `day` is the local day on which it is
    counted, `named_on` that on which it is counted by procedure; procedure "" is none."""

    survey_id: int
    version_id: int
    day: date
    channel: str
    verified: bool
    flagged: bool
    procedure: str
    named_on: date | None
    question: str
    option: str


def canonical_id(text: str) -> UUID:
    """The id that a text writes: upper case, braces, `urn:uuid:` and no hyphens are spellings of the same id.

    Raises Invalid ("invalid_id") unless it is an RFC 9562 UUID of version 4, 7 or 8 in ASCII.
    """
    found = ID.fullmatch(text)
    if found:
        value = UUID(found[1] or found[2] or found[3])
        if value.variant == "specified in RFC 4122" and value.version in ID_VERSIONS:
            return value
    raise Invalid(code="invalid_id", errors=(Problem("id", "invalid_id", N_("The id is not a UUID.")),))


def canonical_json(body: Mapping[str, Any]) -> bytes:
    """Sorted keys, no spaces, UTF-8, nothing escaped that need not be."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    # Half a surrogate pair must not break the hash: `submission_problems` names it.
    return text.encode("utf-8", "surrogatepass")


def body_hash(body: Mapping[str, Any]) -> str:
    """SHA-256, in hexadecimal, over the canonical JSON of a body (its `id` in canonical form, without `ticket`)."""
    return hashlib.sha256(canonical_json(body)).hexdigest()


def clean_text(text: str) -> str:
    """A free text as it is stored: NFC, LF at line ends, nothing around it."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def submission_problems(
    content: Content,
    answers: Mapping[str, str],
    reasons: Mapping[str, Sequence[str]],
    texts: Mapping[str, str],
    comment: str,
) -> tuple[Problem, ...]:
    """Everything that keeps these answers from being stored; texts as `clean_text` leaves them.

    `where` is the question's code, "comment", or "" for the whole; `no_opinion` everywhere is an answer.
    """
    problems = [*_answer_problems(content, answers), *_reason_problems(content, answers, reasons)]
    problems += _text_problems(content, texts)
    problems += _plain_text_problems(COMMENT, comment, COMMENT_LENGTH)
    if not problems and not answers and not comment and not any(texts.values()):
        problems.append(_problem("", "empty"))
    return tuple(problems)


def receipt(secret: str, agency_id: int, response_id: UUID) -> str:
    """What a citizen may write down, "ABCD-EFGH": 40 bits of an HMAC-SHA256 in Crockford's base 32, never drawn."""
    digest = hmac.digest(secret.encode(), f"receipt {agency_id} {response_id}".encode(), "sha256")
    bits = int.from_bytes(digest[:5], "big")
    letters = "".join(CROCKFORD[bits >> shift & 31] for shift in range(35, -1, -5))
    return f"{letters[:4]}-{letters[4:]}"


def counted_form(
    *,
    survey_id: int,
    version_id: int,
    day: date,
    channel: str,
    verified: bool,
    flagged: bool,
    procedure: str,
    named_on: date | None,
    answers: Mapping[str, str],
    unit: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What the tallies hold of one response, as `tally_queue.counted` keeps it (JSON): channel "" where it is told by
    no mark, procedure "" where it is not told by procedure. While it waits for its procedure, `unit` names those
    with whom it was told first (`id`), and says how many of them name none (`nameless`)."""
    return {
        "survey_id": survey_id,
        "version_id": version_id,
        "day": day.isoformat(),
        "channel": channel,
        "verified": verified,
        "flagged": flagged,
        "procedure": procedure,
        "named_on": named_on and named_on.isoformat(),
        "answers": dict(answers),
        **({"unit": dict(unit)} if unit else {}),
    }


def contribution(counted: Mapping[str, Any]) -> list[TallyKey]:
    """The keys to which a response in its counted form adds one each; none for {}.

    A form without procedure was written before procedures were counted; one without the day of the procedure before
    that could be another.
    """
    if not counted:
        return []
    procedure = counted.get("procedure", "")
    named_on = date.fromisoformat(counted.get("named_on") or counted["day"]) if procedure else None
    common = (
        counted["survey_id"],
        counted["version_id"],
        date.fromisoformat(counted["day"]),
        counted["channel"],
        counted["verified"],
        counted["flagged"],
        procedure,
        named_on,
    )
    return [TallyKey(*common, question, option) for question, option in (("", ""), *counted["answers"].items())]


def _problem(where: str, code: str) -> Problem:
    return Problem(where, code, MESSAGES[code])


def _answer_problems(content: Content, answers: Mapping[str, str]) -> Iterator[Problem]:
    for code, option in answers.items():
        question = content.by_code.get(code)
        if question is None or question.kind != "choice":
            yield _problem(code, "unknown_question")
        elif option not in question.option_codes:
            yield _problem(code, "unknown_option")


def _reason_problems(
    content: Content, answers: Mapping[str, str], reasons: Mapping[str, Sequence[str]]
) -> Iterator[Problem]:
    for code, chosen in reasons.items():
        question = content.by_code.get(code)
        if question is None or question.kind != "choice":
            yield _problem(code, "unknown_question")
        elif chosen and answers.get(code) not in question.unhappy_codes:
            yield _problem(code, "reason_not_asked")
        elif len(set(chosen)) < len(chosen) or not _reason_codes(question).issuperset(chosen):
            yield _problem(code, "unknown_reason")


def _reason_codes(question: Question) -> frozenset[str]:
    return frozenset(reason.code for reason in question.reasons)


def _text_problems(content: Content, texts: Mapping[str, str]) -> Iterator[Problem]:
    for code, text in texts.items():
        question = content.by_code.get(code)
        if question is None or question.kind != "text":
            yield _problem(code, "unknown_question")
        else:
            yield from _plain_text_problems(code, text, question.max_length)


def _plain_text_problems(where: str, text: str, longest: int) -> Iterator[Problem]:
    if len(text) > longest:
        yield _problem(where, "too_long")
    if FORBIDDEN.search(text):
        yield _problem(where, "forbidden_characters")
