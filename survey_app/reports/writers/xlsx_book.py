"""The workbook of a report: its three sheets, their pages and the formats of their cells."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from xlsxwriter import Workbook

from survey_app.reports.rules import ELLIPSIS
from survey_app.reports.writers.office_chart import EDGE

FONT = "Times New Roman"


@dataclass(frozen=True, slots=True)
class Sheets:
    """The workbook with its three sheets and the formats of their cells."""

    book: Workbook
    summary: Any
    figures: Any
    charts: Any
    formats: dict[str, Any]

    def number(self, row: int, column: int, value: float | None, look: str, *, hidden: bool = False) -> None:
        """A figure on the sheet of figures: "…" where it is hidden, an empty cell where there is none."""
        if value is not None:
            self.figures.write_number(row, column, value, self.formats[look])
        elif hidden:
            self.figures.write_string(row, column, ELLIPSIS, self.formats["words"])
        else:
            self.figures.write_blank(row, column, None, self.formats["words"])


def open_sheets(book: Workbook) -> Sheets:
    """The empty sheets: summary, figures, charts."""
    names = (_("Summary"), _("Figures"), _("Charts"))
    summary, figures, charts = (book.add_worksheet(sheet_name(name)) for name in names)
    sheets = Sheets(book, summary, figures, charts, _formats(book))
    _set_pages(sheets)
    return sheets


def _set_pages(sheets: Sheets) -> None:
    """A4; the figures are wide, so they go on over pages that each repeat the names of their rows."""
    for sheet in (sheets.summary, sheets.figures, sheets.charts):
        sheet.set_paper(9)
    sheets.summary.fit_to_pages(1, 0)
    sheets.charts.fit_to_pages(1, 0)
    sheets.figures.set_landscape()
    sheets.figures.fit_to_pages(2, 0)
    sheets.figures.repeat_columns(0, 1)


def sheet_name(words: str) -> str:
    """A name that Excel takes: at most 31 characters, none of []:*?/\\, no apostrophe at an end."""
    return "".join(letter for letter in words if letter not in "[]:*?/\\")[:31].strip("'") or "Sheet"


def _formats(book: Workbook) -> dict[str, Any]:
    plain = {"font_name": FONT, "font_size": 13, "valign": "top"}
    cell = plain | {"font_size": 11, "border": 1, "border_color": f"#{EDGE}"}
    looks = {
        "title": plain | {"bold": True, "font_size": 16},
        "bold": plain | {"bold": True},
        "text": plain | {"text_wrap": True},
        "note": plain | {"text_wrap": True, "italic": True, "font_size": 11},
        "head": cell | {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#E3F0EF"},
        "name": cell | {"text_wrap": True},
        "count": cell | {"num_format": "#,##0"},
        "share": cell | {"num_format": "0.0%"},
        "words": cell | {"align": "right"},
    }
    return {name: book.add_format(look) for name, look in looks.items()}
