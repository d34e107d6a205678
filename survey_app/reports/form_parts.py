"""Form II.06a as a block, and the grid of cells that files make of it. Call in the report's language.

Source of the layout: form II.06a/VPCP/KSTT (Circular 01/2020/TT-VPCP) as described in docs/case-figures.md.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import zip_longest

from flask_babel import gettext as _

from survey_app.agencies.models import Agency
from survey_app.i18n import format_day, format_number
from survey_app.procedures.form_layout import Delivered, FormRow, form_rows
from survey_app.procedures.labels import agency_label
from survey_app.procedures.models import CaseFigures
from survey_app.procedures.rules import FORM_COLUMNS
from survey_app.reports.blocks import Form, FormLine, HeadCell
from survey_app.reports.letterhead import Head
from survey_app.reports.rules import ELLIPSIS, quarter_of

WIDTH = 2 + len(FORM_COLUMNS)
# Parts of a form's width that the number and the name take; the counts share what is left.
ORDER_PART, NAME_PART = 0.05, 0.25
Cell = str | int | None
Figures = Sequence[tuple[Agency, CaseFigures]]


def form_block(rows: Figures, about: Agency, from_on: date, to_on: date, head: Head) -> Form:
    """The figures of one period as the form that `about` sends."""
    reporter = agency_label(about, to_on)
    labels = {agency.id: agency_label(agency, to_on) for agency, _figures in rows}
    delivered = [Delivered(agency.tier, labels[agency.id], figures.field, figures.counts) for agency, figures in rows]
    return Form(
        label=_("Form II.06a"),
        title=form_title(reporter).upper(),
        period=_period(from_on, to_on),
        reporter=_("Reporting agency: %(agency)s", agency=reporter),
        receiver=_("Receiving agency: %(agency)s", agency=head.addressed_to or head.superior or ELLIPSIS),
        unit=_("Unit: number of cases"),
        head=_head(),
        numbers=("(1)", "(2)", *(NUMBERS.get(number, f"({number})") for number in FORM_COLUMNS)),
        lines=tuple(_lines(form_rows(delivered, reporter=reporter))),
    )


def _lines(rows: Sequence[FormRow]) -> Iterator[FormLine]:
    for row, below in zip_longest(rows, rows[1:]):
        has_fields = below is not None and row.kind == "agency" and below.kind == "field"
        counts = tuple(row.counts.get(name) for name in FORM_COLUMNS.values())
        yield FormLine(row.kind in ("tier", "total") or has_fields, row.order, row.name, counts)


def form_title(agency: str) -> str:
    """What the form tells of an agency."""
    return _("Handling of administrative procedures at %(agency)s: situation and results", agency=agency)


NUMBERS = {3: "(3) = (4) + (5) + (6)", 7: "(7) = (8) + (9) + (10)", 11: "(11) = (12) + (13)"}


def _period(from_on: date, to_on: date) -> str:
    quarter = quarter_of(from_on, to_on)
    named = _("quarter %(number)s of %(year)s", number=quarter[0], year=quarter[1]) if quarter else ELLIPSIS
    days = _("(From %(first)s to %(last)s)", first=format_day(from_on), last=format_day(to_on))
    return _("Reporting period: %(period)s", period=f"{named} {days}" if quarter else days)


def _head() -> tuple[tuple[HeadCell, ...], ...]:
    total, of_which = _("Total number"), _("Of which")
    return (
        (
            HeadCell(_("Item"), rows=3),
            HeadCell(_("Field, work by tier"), rows=3),
            HeadCell(_("Received"), columns=4),
            HeadCell(_("Resolved"), columns=4),
            HeadCell(_("In progress"), columns=3),
        ),
        (
            HeadCell(total, rows=2),
            HeadCell(of_which, columns=2),
            HeadCell(_("From the period before"), rows=2),
            *(HeadCell(words, rows=2) for words in (total, _("Early"), _("On time"), _("Overdue"))),
            *(HeadCell(words, rows=2) for words in (total, _("In time"), _("Overdue"))),
        ),
        (HeadCell(_("Online")), HeadCell(_("In person, by post"))),
    )


def placed(head: Sequence[Sequence[HeadCell]]) -> Iterator[tuple[int, int, HeadCell]]:
    """Each cell of a heading with the row and column (from 0) of its first corner."""
    taken: set[tuple[int, int]] = set()
    for row, cells in enumerate(head):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            yield row, column, cell
            taken |= {(row + down, column + across) for down in range(cell.rows) for across in range(cell.columns)}


def head_lines(form: Form) -> list[list[str]]:
    """The heading and the column numbers as rows of cells; a merged cell's words stand in its first one."""
    lines = [[""] * WIDTH for _row in form.head]
    for row, column, cell in placed(form.head):
        lines[row][column] = cell.text
    return [*lines, list(form.numbers)]


def grid(form: Form) -> Iterator[Sequence[Cell]]:
    """The form as rows of as many cells as it has columns: what stands over it, its heading, its rows."""
    for words in (form.label, form.title, form.period, form.reporter, form.receiver, form.unit):
        yield [None, words, *[None] * (WIDTH - 2)]
    yield from head_lines(form)
    for line in form.lines:
        yield [line.order, line.name, *line.counts]


def shown_counts(line: FormLine) -> tuple[str, ...]:
    """The counts as they are printed; "" for what nobody delivered."""
    return tuple("" if count is None else format_number(count) for count in line.counts)


def form_widths(form: Form, room: float) -> list[float]:
    """How wide the columns are, in the unit of the room that they fill."""
    counts = len(form.numbers) - 2
    return [room * ORDER_PART, room * NAME_PART, *[room * (1 - ORDER_PART - NAME_PART) / counts] * counts]
