"""Excel: what the report says, the exact figures, and native charts that refer to their cells. No text is a formula."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from xlsxwriter import Workbook

from survey_app.figures.panels import OptionFigure, Panel, QuestionFigure
from survey_app.figures.wording import published_text
from survey_app.i18n import format_number
from survey_app.reports.blocks import (
    Appendix,
    Block,
    Contents,
    Heading,
    Headline,
    Link,
    Note,
    Picture,
    Sentence,
    Signature,
    Source,
    Table,
    Text,
    caption_words,
)
from survey_app.reports.parts import count_words, source_line
from survey_app.reports.report import Report, date_line, number_line
from survey_app.reports.rules import ELLIPSIS, appendix_words
from survey_app.reports.writers.office_chart import EDGE, FILLS, INKS, has_room
from survey_app.reports.writers.qr import qr_png

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
HATCHINGS = {1: "wide_downward_diagonal", 2: "wide_upward_diagonal"}
FONT = "Times New Roman"
WIDTH = 640
WIDEST = 6


@dataclass(frozen=True, slots=True)
class Sheets:
    """The workbook with its three sheets and the formats of their cells."""

    book: Workbook
    summary: Any
    figures: Any
    charts: Any
    formats: dict[str, Any]


Draw = Callable[[Sheets, Report, int, Any], int]


@dataclass(frozen=True, slots=True)
class Scale:
    """Where the counts of one scale stand: the row of the option words, the first question's row, its questions."""

    head: int
    rows: tuple[QuestionFigure, ...]

    @property
    def options(self) -> tuple[OptionFigure, ...]:
        return self.rows[0].options


def draw(report: Report) -> bytes:
    """Three sheets: summary, figures (counts of a question side by side, worst to best; exact shares and 95%
    intervals), charts. Hidden figures are "…"."""
    file = BytesIO()
    with Workbook(file, OPTIONS) as book:
        book.set_properties({"title": report.title, "subject": report.subtitle})
        sheets = Sheets(
            book,
            book.add_worksheet(_sheet_name(_("Summary"))),
            book.add_worksheet(_sheet_name(_("Figures"))),
            book.add_worksheet(_sheet_name(_("Charts"))),
            _formats(book),
        )
        _set_pages(sheets)
        _write_summary(sheets, report)
        blocks = _write_figures(sheets, report)
        _write_charts(sheets, blocks)
    return file.getvalue()


def _set_pages(sheets: Sheets) -> None:
    """A4; the figures are wide, so they go on over pages that each repeat the names of their rows."""
    for sheet in (sheets.summary, sheets.figures, sheets.charts):
        sheet.set_paper(9)
    sheets.summary.fit_to_pages(1, 0)
    sheets.charts.fit_to_pages(1, 0)
    sheets.figures.set_landscape()
    sheets.figures.fit_to_pages(2, 0)
    sheets.figures.repeat_columns(0, 1)


def _sheet_name(words: str) -> str:
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


def _write_summary(sheets: Sheets, report: Report) -> None:
    """The report in reading order, one paragraph a row."""
    sheet, formats = sheets.summary, sheets.formats
    sheet.set_column(0, 0, 34, formats["text"])
    sheet.set_column(1, WIDEST - 1, 16, formats["text"])
    for row, (words, look) in enumerate(
        (
            (f"{report.head.superior}    {number_line(report)}".strip(), "text"),
            (f"{report.head.issuing}    {date_line(report)}", "text"),
            (report.title, "title"),
            (report.subtitle, "bold"),
        )
    ):
        sheet.write_string(row, 0, words, formats[look])
    sheet.set_row(2, 26)
    row = 5
    for block in report.body:
        row = DRAW[type(block)](sheets, report, row, block)
    for mark in report.marks:
        row = _paragraph(sheets, row + 1, mark, "note")


def _paragraph(sheets: Sheets, row: int, text: str, look: str) -> int:
    """A text over the width of the sheet; returns the next free row."""
    sheets.summary.merge_range(row, 0, row, WIDEST - 1, "", sheets.formats[look])
    sheets.summary.write_string(row, 0, text, sheets.formats[look])
    # Merged cells do not grow with their text: about 115 letters stand on a line.
    sheets.summary.set_row(row, 18 * (1 + len(text) // 115))
    return row + 1


def _draw_text(look: str, *, above: int = 0) -> Draw:
    return lambda sheets, _report, row, block: _paragraph(sheets, row + above, block.text, look)


def _draw_nothing(_sheets: Sheets, _report: Report, row: int, _block: Contents) -> int:
    """There are no pages to point at."""
    return row


def _draw_lines(sheets: Sheets, row: int, lines: Sequence[tuple[str, ...]], *, wordy: bool) -> int:
    for position, line in enumerate(lines):
        for column, text in enumerate(line):
            look = "head" if position == 0 else "name" if column == 0 or wordy else "words"
            sheets.summary.write_string(row + position, column, text, sheets.formats[look])
    return row + len(lines)


def _draw_table(sheets: Sheets, _report: Report, row: int, table: Table) -> int:
    """The table in the report's words; the exact figures stand on the next sheet."""
    row = _paragraph(sheets, row + 1, caption_words(table), "note") if table.caption else row + 1
    row = _draw_lines(sheets, row, (table.columns, *table.rows), wordy=table.wordy)
    return _paragraph(sheets, row, table.note, "note") if table.note else row


def _draw_headline(sheets: Sheets, _report: Report, row: int, headline: Headline) -> int:
    return _draw_lines(sheets, row, tuple(zip(*headline.figures, strict=True)), wordy=False) + 1


def _draw_picture(sheets: Sheets, _report: Report, row: int, picture: Picture) -> int:
    """Where the chart stands; it is drawn beside its figures."""
    return _paragraph(sheets, row, f"{caption_words(picture)}: {sheets.charts.get_name()}", "note")


def _draw_link(sheets: Sheets, _report: Report, row: int, link: Link) -> int:
    row = _paragraph(sheets, row, f"{link.text}: {link.address}", "note")
    words = _("QR code of %(address)s", address=link.address)
    options = {"image_data": BytesIO(qr_png(link.address)), "x_scale": 0.25, "y_scale": 0.25, "description": words}
    sheets.summary.insert_image(row, 0, "qr.png", options)
    return row + 7


def _draw_signature(sheets: Sheets, report: Report, row: int, _signature: Signature) -> int:
    head = report.head
    lines = (head.authority, head.signer_title, head.signer_name, _("Recipients:"), *head.recipients)
    for line in lines:
        row = _paragraph(sheets, row, line, "text") if line else row
    return row


def _draw_appendix(sheets: Sheets, _report: Report, row: int, appendix: Appendix) -> int:
    return _paragraph(sheets, row + 2, f"{appendix_words(appendix.number, _('Appendix'))}. {appendix.title}", "bold")


DRAW: dict[type[Block], Draw] = {
    Contents: _draw_nothing,
    Heading: _draw_text("bold", above=1),
    Sentence: _draw_text("text"),
    Text: _draw_text("text"),
    Note: _draw_text("note"),
    Source: _draw_text("note"),
    Headline: _draw_headline,
    Table: _draw_table,
    Picture: _draw_picture,
    Link: _draw_link,
    Signature: _draw_signature,
    Appendix: _draw_appendix,
}


def _write_figures(sheets: Sheets, report: Report) -> list[Scale]:
    sheets.figures.set_column(0, 0, 34)
    sheets.figures.set_column(1, 1, 9)
    sheets.figures.set_column(2, 60, 17)
    row, blocks = 0, []
    for panel in report.panels:
        sheets.figures.write_string(row, 0, panel.title, sheets.formats["title"])
        row += 2
        for _scale, questions in groupby(panel.rows, key=_scale_of):
            block = Scale(row + 1, tuple(questions))
            _write_block(sheets, block)
            blocks.append(block)
            row += len(block.rows) + 3
        row = _write_published(sheets, panel, row)
        sheets.figures.write_string(row, 0, source_line(panel), sheets.formats["bold"])
        row += 3
    return blocks


def _scale_of(row: QuestionFigure) -> tuple[str, tuple[str, ...]]:
    return row.scale, tuple(option.option for option in row.options)


def _write_block(sheets: Sheets, block: Scale) -> None:
    """One scale: above it what each stretch of columns holds, then the option words, then a row a question."""
    sheet, formats, width = sheets.figures, sheets.formats, len(block.options)
    stretches = (_("Answers"), _("Exact share"), _("Low end (95%)"), _("High end (95%)"))
    for position, words in enumerate(stretches):
        first = 2 + position * width
        if width > 1:
            sheet.merge_range(block.head - 1, first, block.head - 1, first + width - 1, "", formats["head"])
        sheet.write_string(block.head - 1, first, words, formats["head"])
        for column, option in enumerate(block.options, first):
            sheet.write_string(block.head, column, option.label, formats["head"])
    sheet.write_string(block.head, 0, _("Question"), formats["head"])
    sheet.write_string(block.head, 1, "n", formats["head"])
    for position, row in enumerate(block.rows, block.head + 1):
        _write_question(sheets, position, row)


def _write_question(sheets: Sheets, position: int, row: QuestionFigure) -> None:
    sheets.figures.write_string(position, 0, row.label, sheets.formats["name"])
    _write_number(sheets, position, 1, row.n, row.n is None, "count")
    width = len(row.options)
    for i, option in enumerate(row.options):
        _write_number(sheets, position, 2 + i, option.count, option.suppressed, "count")
        for stretch, value in enumerate((option.share, option.low, option.high), 1):
            _write_number(sheets, position, 2 + stretch * width + i, value, option.suppressed, "share")


def _write_number(sheets: Sheets, row: int, column: int, value: float | None, hidden: bool, look: str) -> None:
    if value is not None:
        sheets.figures.write_number(row, column, value, sheets.formats[look])
    elif hidden:
        sheets.figures.write_string(row, column, ELLIPSIS, sheets.formats["words"])
    else:
        sheets.figures.write_blank(row, column, None, sheets.formats["words"])


def _write_published(sheets: Sheets, panel: Panel, row: int) -> int:
    """The percentages that somebody published, as words and as the interval they leave; returns the next free row."""
    published = [(question, value) for question in panel.rows for value in question.published]
    if not published:
        return row
    sheet, formats = sheets.figures, sheets.formats
    heads = (_("Question"), "", _("Level"), _("Published figures"), _("At least, %"), _("At most, %"))
    for column, words in enumerate(heads):
        sheet.write_string(row, column, words, formats["head"])
    for line, (question, value) in enumerate(published, row + 1):
        words = published_text(value.value, value.qualifier)
        texts = (question.label, "", question.option(value.option).label, words)
        for column, text in enumerate(texts):
            sheet.write_string(line, column, text, formats["name"])
        sheet.write_number(line, 4, value.value_low, formats["count"])
        sheet.write_number(line, 5, value.value_high, formats["count"])
    return row + len(published) + 2


def _write_charts(sheets: Sheets, blocks: Sequence[Scale]) -> None:
    place = 0
    for block in blocks:
        if not any(option.share is not None for row in block.rows for option in row.options):
            continue
        chart = sheets.book.add_chart({"type": "bar", "subtype": "stacked"})
        for position in range(len(block.options)):
            _add_series(sheets, chart, block, position)
        _style(chart)
        height = 90 + 44 * len(block.rows)
        chart.set_size({"width": WIDTH, "height": height})
        sheets.charts.insert_chart(place, 0, chart, {"description": _alternative(block), "object_position": 3})
        place += height // 20 + 2


def _add_series(sheets: Sheets, chart: Any, block: Scale, position: int) -> None:
    option, name = block.options[position], sheets.figures.get_name()
    first, last, column = block.head + 1, block.head + len(block.rows), 2 + len(block.options) + position
    fill, pattern = {"color": f"#{FILLS[option.level]}"}, HATCHINGS.get(option.level)
    hatching = {"pattern": pattern, "fg_color": "#FFFFFF", "bg_color": fill["color"]} if pattern else None
    chart.add_series(
        {
            "name": [name, block.head, column],
            "categories": [name, first, 0, last, 0],
            "values": [name, first, column, last, column],
            "fill": fill,
            **({"pattern": hatching} if hatching else {}),
            "border": {"color": f"#{EDGE}" if option.level == 3 else "#FFFFFF"},
            "gap": 40,
            "data_labels": {
                "value": True,
                "font": {"name": FONT, "size": 11, "color": f"#{INKS[option.level]}"},
                **({"fill": fill} if hatching else {}),
                "custom": [_label(row.options[position]) for row in block.rows],
            },
        }
    )


def _label(option: OptionFigure) -> dict[str, object]:
    shown = option.share is not None and has_room(option.share, option.text)
    return {"value": option.text} if shown else {"delete": True}


def _style(chart: Any) -> None:
    font = {"name": FONT, "size": 11}
    chart.set_title({"none": True})
    chart.set_legend({"position": "top", "font": font})
    chart.set_y_axis({"reverse": True, "num_font": font, "line": {"none": True}, "major_tick_mark": "none"})
    # Shares, not counts: a bar with hidden parts stays shorter than 100%.
    chart.set_x_axis({"visible": False, "min": 0, "max": 1, "major_gridlines": {"visible": False}})


def _alternative(block: Scale) -> str:
    return " ".join(
        f"{row.label} (n = {count_words(row.n)}): "
        + ", ".join(f"{option.label} {option.text or format_number(option.count or 0)}" for option in row.options)
        + "."
        for row in block.rows
    )
