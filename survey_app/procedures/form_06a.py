"""Form II.06a as case systems export it: merged headings, a row of column numbers, groups of fields, totals.

Source: form II.06a/VPCP/KSTT of Circular 01/2020/TT-VPCP as described in docs/case-figures.md. Columns are found by the
row "(1) (2) ... (13)", never by the words above it; the period and the agency by the lines over the table.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from survey_app.procedures.rules import COUNTS, FORM_COLUMNS, LONGEST_FIELD, parse_count
from survey_app.sheets.sources import Row, refused

NUMBER = re.compile(r"\(?(\d{1,2})\)?")
PERIOD = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
REPORTER = re.compile(r"đơn vị báo cáo\s*:?\s*(.*)", re.IGNORECASE)
# TT of a group: a Roman number or a capital letter; of a field: a number.
GROUP = re.compile(r"[IVXLC]+|[A-Z]")
TOTAL = re.compile(r"tổng (số|cộng)|cộng", re.IGNORECASE)
NAME_COLUMN, ORDER_COLUMN = 2, 1


def is_form(rows: Sequence[Row]) -> bool:
    """Whether the rows are the form rather than a table with a line of column names."""
    return _numbering(rows) is not None


def form_lines(rows: Sequence[Row]) -> Iterator[dict[str, Any] | tuple[int, str]]:
    """The members of a figures_file.Line for each agency and field, or a line's number and what is wrong with it.

    A group whose name stands alone starts an agency; its own counts, where it has any, are the sum of its fields and
    all fields together. Without groups, the rows are the reporting agency's fields and the total is all of them.
    """
    found = _numbering(rows)
    if found is None:
        raise refused(_("The row of column numbers (1) to (13) is missing."))
    start, columns = found
    period = _period(rows[:start])
    agency, grouped = _reporter(rows[:start]), False
    for row in rows[start + 1 :]:
        order, name = _cell(row, columns.get(ORDER_COLUMN)), _cell(row, columns[NAME_COLUMN])
        is_group = GROUP.fullmatch(order) is not None
        is_total = TOTAL.match(name or order) is not None
        if not name and not is_total:
            continue
        if is_group and not is_total:
            agency, grouped = name, True
        # The total over several agencies is nobody's own: every agency's is there.
        if is_total and grouped:
            continue
        yield from _one(row, columns, period, agency, "" if is_group or is_total else name, optional=is_group)


def _one(
    row: Row, columns: Mapping[int, int], period: tuple[date, date], agency: str, field: str, *, optional: bool
) -> Iterator[dict[str, Any] | tuple[int, str]]:
    try:
        counts = _counts(row, columns)
    except ValueError as error:
        yield row.line, str(error)
        return
    if optional and all(count is None for count in counts.values()):
        return
    if len(field) > LONGEST_FIELD:
        yield row.line, _("The name of a field has at most %(most)s characters.", most=LONGEST_FIELD)
        return
    first, last = period
    yield {
        "number": row.line,
        "agency": agency,
        "period_from": first,
        "period_to": last,
        "counts": counts,
        "field": field,
    }


def _counts(row: Row, columns: Mapping[int, int]) -> dict[str, int | None]:
    """Raises ValueError, in words for the reader."""
    counts: dict[str, int | None] = dict.fromkeys(COUNTS)
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
    text = " ".join(cell for row in rows for cell in row.cells)
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
