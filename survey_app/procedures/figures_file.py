"""The file that a case system delivers, CSV or XLSX: the packaged columns, or the official form II.06a as exported."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flask_babel import gettext as _

from survey_app.procedures.form_06a import form_lines, is_form
from survey_app.procedures.rules import COUNTS, KEY, LONGEST_FIELD, OPTIONAL_KEY, parse_count, parse_day
from survey_app.sheets.sources import Row, file_rows, refused

COLUMNS = frozenset((*KEY, *OPTIONAL_KEY, *COUNTS))


@dataclass(frozen=True, slots=True)
class Line:
    """One line, read but for its agency, which is a code or a name. What is empty is unknown, and so is what a table
    has no column for; the form says nothing of counts that it has no column for, and they are not among its counts.

    `field` is "" for all of the agency's fields together.
    """

    number: int
    agency: str
    period_from: date
    period_to: date
    counts: dict[str, int | None]
    field: str = ""


def read_lines(path: Path) -> Iterator[Line | tuple[int, str]]:
    """Each line of the file, or its number and what is wrong with it in words for the reader.

    Raises Invalid ("file_refused") for the whole file.
    """
    rows = [Row(row.line, [cell.strip() for cell in row.cells]) for row in file_rows(path)]
    if not any(cell for row in rows for cell in row.cells):
        raise refused(_("The file is empty."))
    if is_form(rows):
        for each in form_lines(rows):
            yield each if isinstance(each, tuple) else Line(**each)
        return
    header = rows[0]
    _check_header(header.cells)
    for row in rows[1:]:
        if any(row.cells):
            yield _checked(header, row)


def _checked(header: Row, row: Row) -> Line | tuple[int, str]:
    try:
        return _line(header, row)
    except ValueError as error:
        return row.line, str(error)


def _line(header: Row, row: Row) -> Line:
    """Raises ValueError, in words for the reader."""
    if len(row.cells) != len(header.cells):
        raise ValueError(_("%(found)s cells instead of %(expected)s", found=len(row.cells), expected=len(header.cells)))
    cells = dict(zip(header.cells, row.cells, strict=True))
    period_from, period_to = (_day(name, cells[name]) for name in ("period_from", "period_to"))
    if period_to < period_from:
        raise ValueError(_("The last day lies before the first."))
    counts = {name: _count(name, cells.get(name, "")) for name in COUNTS}
    return Line(row.line, cells["agency"], period_from, period_to, counts, _field(cells.get("field", "")))


def _check_header(header: Sequence[str]) -> None:
    missing = [column for column in KEY if column not in header]
    unknown = [column for column in header if column not in COLUMNS]
    if missing or unknown or len(set(header)) < len(header):
        columns = ", ".join((*KEY, *OPTIONAL_KEY, *COUNTS))
        words = _(
            "The columns must be %(columns)s, each once (only the field and the counts may be left out), "
            "or the sheet must be form II.06a with its row of column numbers (1) to (13).",
            columns=columns,
        )
        raise refused(words)


def _field(text: str) -> str:
    if len(text) > LONGEST_FIELD:
        raise ValueError(_("The name of a field has at most %(most)s characters.", most=LONGEST_FIELD))
    return text


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
