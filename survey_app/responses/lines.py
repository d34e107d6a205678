"""One line of an imported file, checked: what its columns may be, and what its cells mean."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from survey_app.clock import uuid7_of
from survey_app.errors import Invalid
from survey_app.questionnaires.content import COMMENT, Content, Question
from survey_app.responses.rules import (
    LANGUAGE,
    body_hash,
    canonical_id,
    canonical_json,
    clean_text,
    submission_problems,
)
from survey_app.surveys.rules import CHANNELS, PROCEDURE

DAY_COLUMNS = ("answered_on", "answered_at")
OPTIONAL_COLUMNS = ("id", "agency", "channel", "procedure", "language", COMMENT, "version", "reasons")
EARLIEST = date(1970, 1, 1)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SHOWN = 40


class LineRefused(Exception):
    """Why one line is not taken, in the reader's language."""


class Line(NamedTuple):
    """A good line, in values that JSON keeps.

    `content` holds what the file says and nothing else: agency (code, the survey's own where the file names none),
    answered_on, and where given answered_at (UTC), channel, language, procedure, answers, reasons, texts (the
    comment among them). `own_id`: the file brings the id.
    """

    number: int
    id: str
    own_id: bool
    agency_id: int
    content: dict[str, Any]
    sha256: str


class Setting(NamedTuple):
    """What lines are read against. `agencies` are those the survey collects at: {code: id}."""

    survey_code: str
    version: int
    content: Content
    agencies: Mapping[str, int]
    own_agency: str
    today: date
    timezone: ZoneInfo


def column_names(header: Sequence[str], content: Content) -> list[str]:
    """The column of each header cell, in any case.

    Raises Invalid ("file_refused") that names what is unknown, there twice or missing.
    """
    known = {name.casefold(): name for name in (*DAY_COLUMNS, *OPTIONAL_COLUMNS, *content.by_code)}
    given = [unicodedata.normalize("NFC", cell).strip() for cell in header]
    unknown = [name for name in given if name.casefold() not in known]
    if unknown:
        shown = ", ".join(quoted(name) for name in unknown[:5])
        raise Invalid(_("Unknown column: %(columns)s.", columns=shown), code="file_refused")
    names = [known[name.casefold()] for name in given]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise Invalid(_("Repeated column: %(columns)s.", columns=", ".join(repeated)), code="file_refused")
    missing = [code for code in content.by_code if code not in names]
    if not set(DAY_COLUMNS) & set(names):
        missing.insert(0, DAY_COLUMNS[0])
    if missing:
        raise Invalid(_("Missing column: %(columns)s.", columns=", ".join(missing)), code="file_refused")
    return names


class LineReader:
    """Turns rows of cells into lines; knows how often each content came, so that lines that are alike are all kept."""

    def __init__(self, names: Sequence[str], setting: Setting) -> None:
        self._names = names
        self._setting = setting
        self._latest = setting.today + timedelta(days=1)
        self._options = {question.code: _spellings(question) for question in setting.content.choices}
        self._text_columns = [question.code for question in setting.content.text_questions] + [COMMENT]
        self._occurrences: dict[bytes, int] = {}

    def line(self, number: int, cells: Sequence[str]) -> Line:
        """The line that these cells make. Raises LineRefused with the first thing that is wrong."""
        if len(cells) != len(self._names):
            words = _("%(given)s cells instead of %(wanted)s", given=len(cells), wanted=len(self._names))
            raise LineRefused(words)
        row = {name: text for name, cell in zip(self._names, cells, strict=True) if (text := cell.strip())}
        content = self._content(row)
        self._check_answers(content)
        if "id" in row:
            line_id, own_id = _own_id(row["id"]), True
        else:
            line_id, own_id = self._derived_id(content), False
        return Line(
            number=number,
            id=str(line_id),
            own_id=own_id,
            agency_id=self._setting.agencies[content["agency"]],
            content=content,
            sha256=body_hash({"id": str(line_id), **content}),
        )

    def _content(self, row: Mapping[str, str]) -> dict[str, Any]:
        if "version" in row and row["version"] != str(self._setting.version):
            given, wanted = quoted(row["version"]), self._setting.version
            raise LineRefused(_("version: %(given)s instead of %(wanted)s", given=given, wanted=wanted))
        answered_on, answered_at = self._answered(row)
        content = {
            "agency": self._agency(row),
            "answered_on": answered_on.isoformat(),
            "answered_at": answered_at and answered_at.astimezone(UTC).isoformat(),
            "channel": _channel(row),
            "language": _matching(row, "language", LANGUAGE),
            "procedure": _matching(row, "procedure", PROCEDURE),
            "answers": {code: self._option(code, row[code]) for code in self._options if code in row},
            "reasons": _reasons(row.get("reasons", "")),
            "texts": {code: clean_text(row[code]) for code in self._text_columns if code in row},
        }
        return {key: value for key, value in content.items() if value}

    def _answered(self, row: Mapping[str, str]) -> tuple[date, datetime | None]:
        """The local day and, where the file says it, the instant; a time without a zone is local."""
        day, at = _day(row.get("answered_on", "")), None
        if text := row.get("answered_at"):
            written, has_time = _moment(text)
            if day and abs(day - written.date()) > timedelta(days=1):
                raise LineRefused(_("answered_on and answered_at are different days"))
            self._check_day(written.date(), timedelta(days=1))
            if has_time:
                at = written if written.tzinfo else written.replace(tzinfo=self._setting.timezone)
            day = day or (at.astimezone(self._setting.timezone) if at else written).date()
        if day is None:
            raise LineRefused(_("answered_on: no date"))
        self._check_day(day)
        return day, at

    def _check_day(self, day: date, tolerance: timedelta = timedelta(0)) -> None:
        if day < EARLIEST:
            raise LineRefused(_("%(day)s is before 1970", day=day.isoformat()))
        if day > self._latest + tolerance:
            raise LineRefused(_("%(day)s lies in the future", day=day.isoformat()))

    def _agency(self, row: Mapping[str, str]) -> str:
        code = row.get("agency", self._setting.own_agency)
        if code not in self._setting.agencies:
            raise LineRefused(_("agency: this survey does not collect at %(agency)s", agency=quoted(code)))
        return code

    def _option(self, question: str, cell: str) -> str:
        spellings = self._options[question]
        option = spellings.get(cell) or spellings.get(_key(cell))
        if option is None:
            raise LineRefused(_("%(question)s: unknown answer %(answer)s", question=question, answer=quoted(cell)))
        return option

    def _check_answers(self, content: Mapping[str, Any]) -> None:
        texts = dict(content.get("texts", {}))
        comment = texts.pop(COMMENT, "")
        problems = submission_problems(
            self._setting.content, content.get("answers", {}), content.get("reasons", {}), texts, comment
        )
        if problems:
            first = problems[0]
            raise LineRefused(f"{first.where}: {_(first.message)}" if first.where else _(first.message))

    def _derived_id(self, content: Mapping[str, Any]) -> UUID:
        digest = sha256(canonical_json(content)).digest()[:16]
        occurrence = self._occurrences.get(digest, 0)
        self._occurrences[digest] = occurrence + 1
        return line_id(self._setting.survey_code, content, occurrence)


def line_id(survey_code: str, content: Mapping[str, Any], occurrence: int) -> UUID:
    """The id of a line that brings none: the same line of the same survey gets the same one at every import.

    UUIDv7 layout: 48 bits of the answered day (its midnight in UTC, so that no setting moves an id), the rest of
    SHA-256 over the survey, the line's canonical JSON and its how-manieth occurrence in the file (from 0).
    """
    seed = canonical_json({"survey": survey_code, "line": content, "occurrence": occurrence})
    midnight = datetime.fromisoformat(content["answered_on"]).replace(tzinfo=UTC)
    return uuid7_of(int(midnight.timestamp() * 1000), sha256(seed).digest())


def quoted(text: str) -> str:
    """A piece of a file as a message may show it: short, on one line, nothing that steers a terminal."""
    shown = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text[:SHOWN])
    return f"“{shown}…”" if len(text) > SHOWN else f"“{shown}”"


def _key(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _spellings(question: Question) -> dict[str, str]:
    """{as it may be written: option code}: its code or a label in any language; what two options share is neither's."""
    options: dict[str, set[str]] = {}
    for option in question.options:
        for text in option.text.values():
            options.setdefault(_key(text), set()).add(option.code)
    labels = {key: min(codes) for key, codes in options.items() if len(codes) == 1}
    return {**labels, **{_key(option.code): option.code for option in question.options}}


def _own_id(text: str) -> UUID:
    try:
        return canonical_id(text)
    except Invalid as error:
        raise LineRefused(_("id: %(id)s is no UUID of version 4, 7 or 8", id=quoted(text))) from error


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise LineRefused(_("answered_on: %(text)s is no date such as 2016-01-31", text=quoted(text)))


def _moment(text: str) -> tuple[datetime, bool]:
    """The written instant, and whether it has a time of day or is but a day."""
    try:
        if text.isascii():
            return datetime.fromisoformat(text), len(text) > len("2016-01-31")
    except ValueError:
        pass
    raise LineRefused(_("answered_at: %(text)s is no time such as 2016-01-31T08:15:00+07:00", text=quoted(text)))


def _channel(row: Mapping[str, str]) -> str | None:
    channel = row.get("channel", "").casefold()
    if channel and channel not in CHANNELS:
        channels = ", ".join(CHANNELS)
        words = _("channel: %(channel)s is none of %(channels)s", channel=quoted(channel), channels=channels)
        raise LineRefused(words)
    return channel or None


def _matching(row: Mapping[str, str], name: str, pattern: re.Pattern[str]) -> str | None:
    text = row.get(name)
    if text and not pattern.fullmatch(text):
        raise LineRefused(_("%(column)s: %(text)s cannot be taken", column=name, text=quoted(text)))
    return text


def _reasons(cell: str) -> dict[str, list[str]]:
    """`question:reason question:reason ...`, in the order of their names."""
    reasons: dict[str, list[str]] = {}
    for word in sorted(re.split(r"[\s,;]+", cell)):
        question, _colon, reason = word.partition(":")
        if word and not (question and reason):
            raise LineRefused(_("reasons: %(text)s is not written as question:reason", text=quoted(word)))
        if word:
            reasons.setdefault(question, []).append(reason)
    return reasons
