"""The file that a case system delivers: CSV (UTF-8, or UTF-16 with its mark), one line an agency and period."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from flask_babel import gettext as _

from survey_app.errors import Invalid
from survey_app.procedures.rules import COUNTS, KEY, parse_count, parse_day

COLUMNS = frozenset((*KEY, *COUNTS))


class Row(NamedTuple):
    """One line of the file as it stands there; `number` counts the header as 1."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Line:
    """One line, read but for its agency, which is a code or a name. What is empty or has no column is unknown."""

    number: int
    agency: str
    period_from: date
    period_to: date
    counts: dict[str, int | None]


def read_rows(path: Path) -> Iterator[Row]:
    """The header, which is checked, and each line that is not blank. Raises Invalid for the whole file."""
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    start = 1
    try:
        for cells in reader:
            cells = [cell.strip() for cell in cells]
            if start == 1:
                _check_header(cells)
            if any(cells):
                yield Row(start, cells)
            start = reader.line_num + 1
    except csv.Error as error:
        raise _refused(_("Line %(line)s: the quotation marks are wrong.", line=start)) from error


def read_line(header: Row, row: Row) -> Line:
    """Raises ValueError, in words for the reader."""
    if len(row.cells) != len(header.cells):
        raise ValueError(_("%(found)s cells instead of %(expected)s", found=len(row.cells), expected=len(header.cells)))
    cells = dict(zip(header.cells, row.cells, strict=True))
    period_from, period_to = (_day(name, cells[name]) for name in ("period_from", "period_to"))
    if period_to < period_from:
        raise ValueError(_("The last day lies before the first."))
    counts = {name: _count(name, cells.get(name, "")) for name in COUNTS}
    return Line(row.number, cells["agency"], period_from, period_to, counts)


def _text(path: Path) -> str:
    raw = path.read_bytes()
    marks = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    try:
        return raw.decode("utf-16" if raw.startswith(marks) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(_("The file is not in UTF-8: save it as CSV UTF-8.")) from error


def _check_header(header: list[str]) -> None:
    missing = [column for column in KEY if column not in header]
    unknown = [column for column in header if column not in COLUMNS]
    if missing or unknown or len(set(header)) < len(header):
        columns = ", ".join((*KEY, *COUNTS))
        words = _("The columns must be %(columns)s, each once; only the counts may be left out.", columns=columns)
        raise _refused(words)


def _day(name: str, text: str) -> date:
    try:
        return parse_day(text)
    except ValueError as error:
        words = _("%(column)s: “%(text)s” is not a day such as 2021-03-31", column=name, text=text)
        raise ValueError(words) from error


def _count(name: str, text: str) -> int | None:
    try:
        return parse_count(text)
    except ValueError as error:
        words = _("%(column)s: “%(text)s” is not a whole number of at least 0", column=name, text=text)
        raise ValueError(words) from error


def _refused(message: str) -> Invalid:
    return Invalid(message, code="file_refused")
