"""Taking in what others published."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from flask_babel import gettext as _

from survey_app.db import db
from survey_app.errors import Invalid, Problem
from survey_app.figures.models import QUALIFIERS, PublishedFigure
from survey_app.figures.queries import published_figures
from survey_app.questionnaires.content import Content
from survey_app.questionnaires.queries import version_content
from survey_app.surveys.models import Survey

COLUMNS = ("question", "option", "value_percent", "qualifier")
# The name of the first column in older files.
SYNONYMS = {"criterion": "question"}
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
    """One good line: a published percentage of an option."""

    question: str
    option: str
    value: Decimal
    qualifier: str


def import_published(path: Path, survey: Survey) -> Imported:
    """Store the published percentages of a CSV file (UTF-8; columns question, option, value_percent, qualifier).

    All or nothing: Invalid has one Problem for each wrong line (`where` "line 3", the header is line 1), or one for the
    whole file. A value already there for the same option is replaced; the same file again changes nothing.
    """
    lines = list(_checked(_records(path), version_content(survey.version_id)))
    stored = {(figure.question, figure.option): figure for figure in published_figures(survey_id=survey.id)}
    changed = [line for line in lines if not _is_known(stored.get((line.question, line.option)), line)]
    for line in changed:
        db.session.merge(
            PublishedFigure(
                survey_id=survey.id,
                question=line.question,
                option=line.option,
                value=line.value,
                qualifier=line.qualifier,
            )
        )
    db.session.flush()
    return Imported(read=len(lines), stored=len(changed), known=len(lines) - len(changed))


def _is_known(figure: PublishedFigure | None, line: Line) -> bool:
    return figure is not None and figure.value == line.value and figure.qualifier == line.qualifier


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
    if sorted(header) != sorted(COLUMNS):
        raise _refused("columns", _("The columns must be %(columns)s.", columns=", ".join(COLUMNS)))
    problems = [
        _problem(number, "cells", _("%(count)s cells where there are 4 columns", count=len(cells)))
        for number, cells in lines[1:]
        if len(cells) != len(COLUMNS)
    ]
    if problems:
        raise Invalid(_("The file was refused; nothing was stored."), errors=tuple(problems))
    return [(number, dict(zip(header, cells, strict=True))) for number, cells in lines[1:]]


def _checked(records: Sequence[tuple[int, Mapping[str, str]]], content: Content) -> Iterator[Line]:
    problems: list[Problem] = []
    good: dict[tuple[str, str], Line] = {}
    for number, record in records:
        found = [_problem(number, code, message) for code, message in _line_problems(record, content)]
        key = (record["question"], record["option"])
        if not found and key in good:
            found = [_problem(number, "repeated", _("the same question and option a second time"))]
        if not found:
            value = Decimal(record["value_percent"].replace(",", "."))
            good[key] = Line(*key, value, record["qualifier"])
        problems += found
    if problems:
        raise Invalid(_("The file was refused; nothing was stored."), errors=tuple(problems))
    yield from good.values()


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


def _problem(number: int, code: str, message: str) -> Problem:
    return Problem(f"line {number}", code, message)


def _refused(code: str, message: str) -> Invalid:
    return Invalid(message, errors=(Problem("file", code, message),))
