"""The workbook of a report: its three sheets, their pages and the formats of their cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from xlsxwriter import Workbook

from survey_app.reports.rules import ELLIPSIS, line_count
from survey_app.reports.writers.office_chart import EDGE

FONT = "Times New Roman"
# The columns of figures in letters.
COLUMN = 9.5
# A letter of a column's width in millimetres; a line in points for each point of its letters.
LETTER, LINE = 7 * 25.4 / 96, 1.3
# Points of the letters of each look.
SIZES = {
    "title": 16, "bold": 13, "text": 13, "note": 11, "head": 11, "name": 11, "count": 11, "share": 11, "words": 11,
    "figure": 16, "below": 11, "line": 13, "free": 11, "form_title": 14, "form_period": 13,
    "form_unit": 11, "numbering": 9, "order": 11, "order_bold": 11, "name_bold": 11, "count_bold": 11, "signature": 13,
}  # fmt: skip
LONGEST_FOOT = 230
Formats = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sheets:
    """The workbook with its three sheets and the formats of their cells; the summary is `columns` wide."""

    book: Workbook
    summary: Any
    figures: Any
    charts: Any
    formats: Formats
    columns: int

    def number(self, row: int, column: int, value: float | None, look: str, *, hidden: bool = False) -> None:
        """A figure on the sheet of figures: "…" where it is hidden, an empty cell where there is none."""
        if value is not None:
            self.figures.write_number(row, column, value, self.formats[look])
        elif hidden:
            self.figures.write_string(row, column, ELLIPSIS, self.formats["words"])
        else:
            self.figures.write_blank(row, column, None, self.formats["words"])


def open_sheets(book: Workbook, columns: int) -> Sheets:
    """The empty sheets: summary, figures, charts."""
    names = (_("Summary"), _("Figures"), _("Charts"))
    summary, figures, charts = (book.add_worksheet(sheet_name(name)) for name in names)
    sheets = Sheets(book, summary, figures, charts, cell_formats(book), columns)
    _set_pages(sheets)
    return sheets


def _set_pages(sheets: Sheets) -> None:
    """A4, as wide as a page; charts keep their size, so that pages can break between them."""
    for sheet in (sheets.summary, sheets.figures, sheets.charts):
        sheet.set_paper(9)
        sheet.hide_gridlines(2)
    sheets.summary.fit_to_pages(1, 0)
    sheets.figures.set_landscape()
    sheets.figures.fit_to_pages(1, 0)
    sheets.figures.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheets.figures.freeze_panes(0, 2)


def row_height(texts: Sequence[str], rooms: Sequence[float], look: str) -> float:
    """How high a row is in points, where its texts stand in columns of so many letters: no program counts by itself."""
    bold = look in ("title", "bold", "head", "figure")
    lines = (
        line_count(text, SIZES[look], letters * LETTER - 2, bold=bold)
        for text, letters in zip(texts, rooms, strict=True)
    )
    return max(lines, default=1) * SIZES[look] * LINE + 2


def set_foot(sheet: Any, words: str) -> None:
    """What every page of the sheet says of its figures, and the number of the page."""
    foot = f"&L&8{words.replace('&', '&&')}"[:LONGEST_FOOT]
    sheet.set_footer(f"{foot}&R&8&P/&N")


def sheet_name(words: str) -> str:
    """A name that Excel takes: at most 31 characters, none of []:*?/\\, no apostrophe at an end."""
    return "".join(letter for letter in words if letter not in "[]:*?/\\")[:31].strip("'") or "Sheet"


def cell_formats(book: Workbook) -> Formats:
    """The looks of cells by name."""
    plain: dict[str, Any] = {"font_name": FONT, "valign": "top"}
    cell = plain | {"border": 1, "border_color": f"#{EDGE}"}
    looks: dict[str, dict[str, Any]] = {
        "title": plain | {"bold": True, "text_wrap": True},
        "bold": plain | {"bold": True, "text_wrap": True},
        "text": plain | {"text_wrap": True},
        "note": plain | {"text_wrap": True, "italic": True},
        "head": cell | {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#E3F0EF"},
        "name": cell | {"text_wrap": True},
        "count": cell | {"num_format": "#,##0"},
        "share": cell | {"num_format": "0.0%"},
        "words": cell | {"align": "right"},
        "figure": cell | {"bold": True, "align": "center"},
        # On one line, over the cells beside it.
        "line": plain | {"bold": True},
        "free": plain,
        "below": cell | {"text_wrap": True, "align": "center"},
        "form_title": plain | {"bold": True, "align": "center"},
        "form_period": plain | {"italic": True, "align": "center"},
        "form_unit": plain | {"italic": True, "align": "right"},
        "numbering": cell | {"text_wrap": True, "align": "center"},
        "order": cell | {"align": "center"},
        "order_bold": cell | {"align": "center", "bold": True},
        "name_bold": cell | {"text_wrap": True, "bold": True},
        "count_bold": cell | {"num_format": "#,##0", "bold": True},
        "signature": plain | {"bold": True, "align": "center"},
    }
    return {name: book.add_format(look | {"font_size": SIZES[name]}) for name, look in looks.items()}
