"""Form II.06a as case systems export it: merged headings, a row of column numbers, groups of fields, totals.

Source: form II.06a/VPCP/KSTT of Circular 01/2020/TT-VPCP as described in docs/case-figures.md. Columns are found by the
row "(1) (2) ... (13)", never by the words above it; the period and the agency by the lines over the table. What
form_layout writes is read back as it was.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from survey_app.procedures.form_layout import sum_marks, tier_names
from survey_app.procedures.rules import FORM_COLUMNS, LONGEST_FIELD, parse_count
from survey_app.sheets.sources import Row, refused

NUMBER = re.compile(r"\(?(\d{1,2})\)?")
PERIOD = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
REPORTER = re.compile(r"(?:đơn vị báo cáo|reporting agency)\s*:?\s*(.*)", re.IGNORECASE)
# TT of a group: a Roman number or a capital letter; of a field (or an agency of a tier): a number.
GROUP = re.compile(r"[IVXLC]+|[A-Z]")
NUMBERED = re.compile(r"[0-9]+(\.[0-9]+)*\.?")
TOTAL = re.compile(r"(tổng (số|cộng)|cộng|total)\b", re.IGNORECASE)
NAME_COLUMN, ORDER_COLUMN = 2, 1


def is_form(rows: Sequence[Row]) -> bool:
    """Whether the rows are the form rather than a table with a line of column names."""
    return _numbering(rows) is not None


def form_lines(rows: Sequence[Row]) -> Iterator[dict[str, Any] | tuple[int, str]]:
    """The members of a figures_file.Line for each agency and field, or a line's number and what is wrong with it.

    A group whose name stands alone starts an agency; its own counts, where it has any, are all fields together. Below
    a row that names a tier the agencies are numbered 1, 2, ... and their fields 1.1, 1.2, ... Without groups, the rows
    are the reporting agency's fields and the total is all of them.
    """
    found = _numbering(rows)
    if found is None:
        raise refused(_("The row of column numbers (1) to (13) is missing."))
    start, columns = found
    period, reading = _period(rows[:start]), Reading(tier_names(), sum_marks(), _reporter(rows[:start]))
    for row in rows[start + 1 :]:
        place = reading.place(_cell(row, columns.get(ORDER_COLUMN)), _cell(row, columns[NAME_COLUMN]))
        if place is not None:
            yield from _one(row, columns, period, place)


@dataclass(frozen=True, slots=True)
class Place:
    """Whose counts a row holds; `optional`: it may hold none."""

    agency: str
    field: str
    optional: bool


@dataclass(slots=True)
class Reading:
    """How far the rows have been read: whose fields follow, and whether they stand below tiers or agencies."""

    tiers: frozenset[str]
    marks: frozenset[str]
    agency: str
    in_tier: bool = False
    grouped: bool = False

    def place(self, order: str, name: str) -> Place | None:
        """Whose counts stand in the row of that number and name; None for a tier, a sum or a row of words."""
        mark = next((mark for mark in self.marks if name.endswith(mark)), "")
        if TOTAL.match(name or order) and not NUMBERED.fullmatch(order):
            # The total over several agencies is nobody's own: every agency's is there.
            return None if self.grouped or mark else Place(self.agency, "", optional=False)
        if not name:
            return None
        if GROUP.fullmatch(order) and name.casefold() in self.tiers:
            self.in_tier = self.grouped = True
            return None
        if GROUP.fullmatch(order) or (self.in_tier and order.isdecimal()):
            self.in_tier = self.in_tier and order.isdecimal()
            self.agency, self.grouped = name.removesuffix(mark).rstrip(), True
            return None if mark else Place(name, "", optional=True)
        return Place(self.agency, name, optional=False)


def _one(
    row: Row, columns: Mapping[int, int], period: tuple[date, date], place: Place
) -> Iterator[dict[str, Any] | tuple[int, str]]:
    try:
        counts = _counts(row, columns)
    except ValueError as error:
        yield row.line, str(error)
        return
    if place.optional and all(count is None for count in counts.values()):
        return
    if len(place.field) > LONGEST_FIELD:
        yield row.line, _("The name of a field has at most %(most)s characters.", most=LONGEST_FIELD)
        return
    first, last = period
    yield {
        "number": row.line,
        "agency": place.agency,
        "period_from": first,
        "period_to": last,
        "counts": counts,
        "field": place.field,
    }


def _counts(row: Row, columns: Mapping[int, int]) -> dict[str, int | None]:
    """The counts of the form's columns; of others it says nothing. Raises ValueError, in words for the reader."""
    counts: dict[str, int | None] = {}
    for number, name in FORM_COLUMNS.items():
        text = _cell(row, columns.get(number))
        try:
            # A dash is how the form writes nothing.
            counts[name] = parse_count("0" if text in ("-", "–") else text.replace(".", ""))
        except ValueError as error:
            words = _("column (%(number)s): “%(text)s” is not a whole number of at least 0", number=number, text=text)
            raise ValueError(words) from error
    return counts


def _numbering(rows: Sequence[Row]) -> tuple[int, dict[int, int]] | None:
    """Where the row of column numbers stands, and the position of each column."""
    for position, row in enumerate(rows):
        numbers: dict[int, int] = {}
        for place, cell in enumerate(row.cells):
            if match := NUMBER.match(cell):
                numbers.setdefault(int(match[1]), place)
        if row.cells and numbers.keys() >= {NAME_COLUMN, *FORM_COLUMNS}:
            return position, numbers
    return None


def _period(rows: Sequence[Row]) -> tuple[date, date]:
    cells = [cell for row in rows for cell in row.cells]
    # A name above the table may hold a day too.
    text = next((cell for cell in cells if len(PERIOD.findall(cell)) == 2), " ".join(cells))
    days = [(int(year), int(month), int(day)) for day, month, year in PERIOD.findall(text)]
    try:
        first, last = (date(*each) for each in days[:2])
    except ValueError as error:
        raise refused(_("The period is missing: “From 01/01/2021 to 31/03/2021” above the table.")) from error
    if last < first:
        raise refused(_("The last day lies before the first."))
    return first, last


def _reporter(rows: Sequence[Row]) -> str:
    """Whose report it is; "" where the sheet does not say."""
    for row in rows:
        for place, cell in enumerate(row.cells):
            if match := REPORTER.search(unicodedata.normalize("NFC", cell)):
                beside = next((text for text in row.cells[place + 1 :] if text), "")
                return match[1].strip() or beside
    return ""


def _cell(row: Row, place: int | None) -> str:
    return "" if place is None or place >= len(row.cells) else row.cells[place]
