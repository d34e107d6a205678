"""Taking in what others published."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from flask_babel import gettext as _

from survey_app.db import db
from survey_app.errors import Invalid, Problem
from survey_app.figures.models import FIRST_DAY, LAST_DAY, LONGEST_SOURCE, QUALIFIERS, PublishedFigure
from survey_app.figures.queries import published_figures
from survey_app.questionnaires.content import Content
from survey_app.questionnaires.queries import version_content
from survey_app.surveys.models import Survey

COLUMNS = ("question", "option", "value_percent", "qualifier")
OPTIONAL = ("period_from", "period_to", "source")
# The name of the first column in older files.
SYNONYMS = {"criterion": "question"}
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
PERCENT = re.compile(r"\d{1,3}([.,]\d{1,3})?", re.ASCII)
LONGEST_FILE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file's lines: `stored` are new or changed, `known` were there just so."""

    read: int
    stored: int
    known: int


@dataclass(frozen=True, slots=True)
class Line:
    """One good line: a published percentage of an option in a period."""

    question: str
    option: str
    period_from: date
    period_to: date
    value: Decimal
    qualifier: str
    source: str

    @property
    def key(self) -> tuple[str, str, date, date]:
        return self.question, self.option, self.period_from, self.period_to


def import_published(path: Path, survey: Survey) -> Imported:
    """Store the published percentages of a CSV file (UTF-8; COLUMNS, and OPTIONAL ones).

    All or nothing: Invalid has one Problem for each wrong line (`where` "line 3", the header is line 1), or one for the
    whole file. Without a period a value speaks of the survey's own days. A value already there for the same option and
    period is replaced; the same file again changes nothing.
    """
    whole = (survey.opens_on or FIRST_DAY, survey.closes_on or LAST_DAY)
    lines = list(_checked(_records(path), version_content(survey.version_id), whole))
    stored = {(f.question, f.option, *f.period): f for f in published_figures(survey_id=survey.id)}
    changed = [line for line in lines if not _is_known(stored.get(line.key), line)]
    for line in changed:
        db.session.merge(
            PublishedFigure(
                survey_id=survey.id,
                question=line.question,
                option=line.option,
                period_from=line.period_from,
                period_to=line.period_to,
                value=line.value,
                qualifier=line.qualifier,
                source=line.source,
            )
        )
    db.session.flush()
    return Imported(read=len(lines), stored=len(changed), known=len(lines) - len(changed))


def _is_known(figure: PublishedFigure | None, line: Line) -> bool:
    said = (line.value, line.qualifier, line.source)
    return figure is not None and (figure.value, figure.qualifier, figure.source) == said


def _records(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The file's lines with their numbers, by column name; empty lines left out. Raises Invalid for the whole file."""
    raw = path.read_bytes()
    if len(raw) > LONGEST_FILE:
        raise _refused("size", _("The file is too large for published figures."))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused("encoding", _("The file is not UTF-8; save it as CSV UTF-8.")) from error
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader if any(cells)]
    except csv.Error as error:
        raise _refused("csv", _("The file is no CSV: %(reason)s.", reason=str(error))) from error
    return _by_column(lines)


def _by_column(lines: Sequence[tuple[int, list[str]]]) -> list[tuple[int, dict[str, str]]]:
    header = [SYNONYMS.get(name, name) for name in lines[0][1]] if lines else []
    if not set(COLUMNS) <= set(header) <= {*COLUMNS, *OPTIONAL} or len(set(header)) < len(header):
        columns, optional = ", ".join(COLUMNS), ", ".join(OPTIONAL)
        words = _("The columns must be %(columns)s; %(optional)s may be there.", columns=columns, optional=optional)
        raise _refused("columns", words)
    most = len(header)
    problems = [
        _problem(number, "cells", _("%(count)s cells where there are %(most)s columns", count=len(cells), most=most))
        for number, cells in lines[1:]
        if len(cells) != most
    ]
    if problems:
        raise Invalid(_("The file was refused; nothing was stored."), errors=tuple(problems))
    return [(number, dict(zip(header, cells, strict=True))) for number, cells in lines[1:]]


def _checked(
    records: Sequence[tuple[int, Mapping[str, str]]], content: Content, whole: tuple[date, date]
) -> Iterator[Line]:
    problems: list[Problem] = []
    good: dict[tuple[str, str, date, date], Line] = {}
    for number, record in records:
        found = [_problem(number, code, message) for code, message in _line_problems(record, content)]
        line = None if found else _line(record, whole)
        if line is not None and line.key in good:
            found = [_problem(number, "repeated", _("the same question and option a second time"))]
        elif line is not None:
            good[line.key] = line
        problems += found
    if problems:
        raise Invalid(_("The file was refused; nothing was stored."), errors=tuple(problems))
    yield from good.values()


def _line(record: Mapping[str, str], whole: tuple[date, date]) -> Line:
    first, last = record.get("period_from", ""), record.get("period_to", "")
    return Line(
        question=record["question"],
        option=record["option"],
        period_from=date.fromisoformat(first) if first else whole[0],
        period_to=date.fromisoformat(last) if last else whole[1],
        value=Decimal(record["value_percent"].replace(",", ".")),
        qualifier=record["qualifier"],
        source=record.get("source", ""),
    )


def _line_problems(record: Mapping[str, str], content: Content) -> Iterator[tuple[str, str]]:
    question = content.by_code.get(record["question"])
    if question is None or question.kind != "choice":
        yield "question", _("unknown question “%(code)s”", code=record["question"][:40])
    elif record["option"] not in {option.code for option in question.counted_options}:
        yield "option", _("unknown option “%(code)s”", code=record["option"][:40])
    text = record["value_percent"]
    if not PERCENT.fullmatch(text) or Decimal(text.replace(",", ".")) > 100:
        yield "value", _("“%(text)s” is no percentage from 0 to 100", text=text[:40])
    if record["qualifier"] not in QUALIFIERS:
        qualifiers = ", ".join(QUALIFIERS)
        yield "qualifier", _("unknown qualifier “%(text)s” (%(qualifiers)s)", text=record["qualifier"][:40],
                             qualifiers=qualifiers)  # fmt: skip
    yield from _period_problems(record.get("period_from", ""), record.get("period_to", ""))
    if len(record.get("source", "")) > LONGEST_SOURCE or not record.get("source", "").isprintable():
        yield "source", _("the source has at most %(most)s characters", most=LONGEST_SOURCE)


def _period_problems(first: str, last: str) -> Iterator[tuple[str, str]]:
    if bool(first) != bool(last):
        yield "period", _("a period has both days or none")
        return
    days = [_day(text) for text in (first, last) if text]
    if None in days:
        yield "period", _("“%(text)s” is not a day; write it as 2016-12-31", text=f"{first} – {last}"[:40])
    elif days and days[1] < days[0]:  # type: ignore[operator]
        yield "period", _("the period ends before it starts")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None


def _problem(number: int, code: str, message: str) -> Problem:
    return Problem(f"line {number}", code, message)


def _refused(code: str, message: str) -> Invalid:
    return Invalid(message, errors=(Problem("file", code, message),))
