# mypy: allow-untyped-calls
"""PowerPoint, 16:9: a cover, one finding a slide with its native chart, the method at the end; sources in the notes."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Mm, Pt

from survey_app.reports.blocks import (
    Appendix,
    Block,
    Contents,
    Cover,
    Form,
    FormLine,
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
from survey_app.reports.form_parts import form_widths, head_lines, placed, shown_counts
from survey_app.reports.report import Report, date_line
from survey_app.reports.rules import appendix_words, column_widths, printable
from survey_app.reports.writers.office_chart import clean_frame
from survey_app.reports.writers.office_plots import native
from survey_app.reports.writers.qr import qr_png

WIDTH, HEIGHT, SIDE = 338.67, 190.5, 16.0
FONT, INK, DEEP, PALE = "Arial", "0F2A30", "0B4A57", "E3F0EF"
TITLE_ONLY = 5
LETTERS_A_SLIDE = 720
ROWS_A_SLIDE, LINES_A_SLIDE = 12, 12
CHART_ROOM = 124.0
LARGER = 1.35


@dataclass(slots=True)
class Deck:
    """A deck being written: paragraphs and notes that wait for a slide, and the last slide."""

    presentation: Any
    report: Report
    heading: str = ""
    paragraphs: list[str] = field(default_factory=list)
    method: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    last: Any = None

    def slide(self, title: str) -> Any:
        """A new slide with its title, the report's marks and its number."""
        self.tell()
        return self.add(title)

    def add(self, title: str) -> Any:
        slide = self.presentation.slides.add_slide(self.presentation.slide_layouts[TITLE_ONLY])
        _place(slide.shapes.title, SIDE, 9, WIDTH - 2 * SIDE, 25)
        size = 26 if len(title) < 75 else 20 if len(title) < 150 else 16
        _write(slide.shapes.title.text_frame, [title], size, bold=True, colour=DEEP)
        slide.shapes.title.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        foot = _box(slide, SIDE, HEIGHT - 11, WIDTH - 2 * SIDE, 8)
        number = len(self.presentation.slides)
        _write(foot, [" · ".join(filter(None, (str(number), self.report.head.issuing, self.report.foot)))], 11)
        self.last = slide
        return slide

    def tell(self) -> None:
        """Put what waits onto slides, as many letters as a slide takes."""
        waiting, self.paragraphs = self.paragraphs, []
        for part in _portions(waiting):
            slide = self.add(self.heading or self.report.title)
            letters = sum(map(len, part))
            size = 24 if letters < LETTERS_A_SLIDE / 3 else 20 if letters < LETTERS_A_SLIDE * 0.7 else 18
            _write(_box(slide, SIDE, 40, WIDTH - 2 * SIDE, 135), part, size, after=10)


def draw(report: Report) -> bytes:
    """Every block of the report; method notes and links stand together on the last slide."""
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Mm(WIDTH), Mm(HEIGHT)
    properties = presentation.core_properties
    properties.title, properties.subject, properties.author = printable(report.title), printable(report.subtitle), ""
    properties.language = report.language
    deck = Deck(presentation, report)
    _cover(deck)
    for block in report.body:
        DRAW[type(block)](deck, block)
    deck.tell()
    _method(deck)
    file = io.BytesIO()
    presentation.save(file)
    return file.getvalue()


def _cover(deck: Deck) -> None:
    report = deck.report
    slide = deck.presentation.slides.add_slide(deck.presentation.slide_layouts[TITLE_ONLY])
    _colour(slide)
    _place(slide.shapes.title, 24, 62, WIDTH - 48, 48)
    title = report.cover.title if report.cover else report.subtitle
    _write(slide.shapes.title.text_frame, [title], 34, bold=True, colour=DEEP)
    slide.shapes.title.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    _write(_box(slide, 24, 22, WIDTH - 48, 20), [report.head.superior.upper(), report.head.issuing.upper()], 16)
    _write(_box(slide, 24, 116, WIDTH - 48, 12), [date_line(report)], 18)
    _write(_box(slide, 24, 132, WIDTH - 48, 40), [f"{name}: {words}" for name, words in report.filters], 14)


def _colour(slide: Any) -> None:
    """The ground of slides that begin something."""
    ground = slide.background.fill
    ground.solid()
    ground.fore_color.rgb = RGBColor.from_string(PALE)


def _method(deck: Deck) -> None:
    """How the figures were made, and where to see them live."""
    if not deck.method and not deck.links:
        return
    slide = deck.add(_("Method and source"))
    room = WIDTH - 2 * SIDE - (60 if deck.links else 0)
    size = 14 if sum(map(len, deck.method)) < 1100 else 11
    _write(_box(slide, SIDE, 38, room, 138), [*deck.method, deck.report.source], size, after=4)
    for link in deck.links[:1]:
        code = slide.shapes.add_picture(io.BytesIO(qr_png(link.address)), Mm(WIDTH - SIDE - 50), Mm(45), Mm(50), Mm(50))
        _describe(code, _("QR code of %(address)s", address=link.address))
        _write(_box(slide, WIDTH - SIDE - 56, 98, 56, 30), [link.text, link.address], 10)


def _box(slide: Any, x: float, y: float, width: float, height: float) -> Any:
    return slide.shapes.add_textbox(Mm(x), Mm(y), Mm(width), Mm(height)).text_frame


def _place(shape: Any, x: float, y: float, width: float, height: float) -> None:
    shape.left, shape.top, shape.width, shape.height = Mm(x), Mm(y), Mm(width), Mm(height)


def _write(
    frame: Any, lines: Sequence[str], size: float, *, bold: bool = False, colour: str = INK, after: float = 0
) -> None:
    frame.word_wrap = True
    written = [line for line in lines if line] or [""]
    for position, line in enumerate(written):
        paragraph = frame.paragraphs[0] if position == 0 else frame.add_paragraph()
        paragraph.alignment, paragraph.space_after = PP_ALIGN.LEFT, Pt(after)
        run = paragraph.add_run()
        # A line break within a run would be written as its code.
        run.text = " ".join(printable(line).split())
        run.font.size, run.font.bold, run.font.name = Pt(size), bold, FONT
        run.font.color.rgb = RGBColor.from_string(colour)


def _describe(shape: Any, words: str) -> None:
    shape._element._nvXxPr.cNvPr.set("descr", printable(words))


def _portions(paragraphs: Sequence[str]) -> list[list[str]]:
    """Paragraphs shared out over slides."""
    parts: list[list[str]] = []
    letters = LETTERS_A_SLIDE + 1
    for text in paragraphs:
        if letters + len(text) > LETTERS_A_SLIDE:
            parts.append([])
            letters = 0
        parts[-1].append(text)
        letters += len(text)
    return parts


def _draw_nothing(_deck: Deck, _block: Block) -> None:
    """Slides have no contents."""


def _draw_heading(deck: Deck, heading: Heading) -> None:
    deck.tell()
    deck.heading = heading.text


def _draw_paragraph(deck: Deck, block: Any) -> None:
    deck.paragraphs.append(block.text)


def _draw_note(deck: Deck, note: Note) -> None:
    if note.text not in deck.method:
        deck.method.append(note.text)


def _draw_source(deck: Deck, source: Source) -> None:
    """At the bottom of the slide that it speaks of."""
    if deck.last is not None:
        _write(_box(deck.last, SIDE, HEIGHT - 24, WIDTH - 2 * SIDE, 10), [source.text], 11)


def _draw_signature(deck: Deck, _signature: Signature) -> None:
    """The cover says who issues the slides: the closing line goes with the signature."""
    if deck.paragraphs and deck.paragraphs[-1].endswith("./."):
        deck.paragraphs.pop()


def _draw_headline(deck: Deck, headline: Headline) -> None:
    slide = deck.slide(deck.heading or deck.report.title)
    width = (WIDTH - 2 * SIDE) / len(headline.figures)
    for position, (name, figure, below) in enumerate(headline.figures):
        x = SIDE + position * width
        _write(_box(slide, x, 55, width, 20), [name], 16)
        _write(_box(slide, x, 78, width, 25), [figure], 44, bold=True, colour=DEEP)
        _write(_box(slide, x, 104, width, 30), [below], 15)


def _draw_picture(deck: Deck, picture: Picture) -> None:
    slide = deck.slide(picture.finding or picture.caption)
    drawn = native(picture.chart)
    height = min(CHART_ROOM, max(70.0, drawn.height * 2.2))
    top = 38 + (CHART_ROOM - height) / 3
    frame = slide.shapes.add_chart(drawn.kind, Mm(SIDE), Mm(top), Mm(WIDTH - 2 * SIDE), Mm(height), drawn.data)
    drawn.style(frame.chart)
    clean_frame(frame.chart)
    for element in frame.chart._chartSpace.iter("{*}rPr", "{*}defRPr"):
        if element.get("sz"):
            element.set("sz", str(round(int(element.get("sz")) * LARGER / 100) * 100))
    for letters in frame.chart._chartSpace.iter("{*}latin"):
        letters.set("typeface", FONT)
    _describe(frame, picture.alternative)
    slide.notes_slide.notes_text_frame.text = printable(f"{caption_words(picture)}\n{picture.alternative}")


def _draw_table(deck: Deck, table: Table) -> None:
    parts = _shares(table.rows)
    title = caption_words(table) if table.caption else deck.heading
    for number, part in enumerate(parts, 1):
        slide = deck.slide(f"{title} ({number}/{len(parts)})" if len(parts) > 1 else title)
        _fill_table(slide, table, part)
        if table.note:
            slide.notes_slide.notes_text_frame.text = printable(table.note)


def _shares(rows: Sequence[tuple[str, ...]]) -> list[Sequence[tuple[str, ...]]]:
    """The rows of a table over as few slides as hold them, about as many on each."""
    slides = max(1, -(-len(rows) // ROWS_A_SLIDE))
    ends = [len(rows) * slide // slides for slide in range(slides + 1)]
    return [rows[start:end] for start, end in pairwise(ends)]


def _fill_table(slide: Any, table: Table, rows: Sequence[tuple[str, ...]]) -> None:
    room = WIDTH - 2 * SIDE
    lines = (table.columns, *rows)
    frame = slide.shapes.add_table(len(lines), len(table.columns), Mm(SIDE), Mm(38), Mm(room), Mm(9 * len(lines)))
    _describe(frame, table.caption)
    grid = frame.table
    for column, width in zip(grid.columns, column_widths(table.columns, rows, room, 20), strict=True):
        column.width = Emu(round(width * 36000))
    for number, line in enumerate(lines):
        for position, text in enumerate(line):
            cell = grid.cell(number, position)
            cell.fill.solid()
            cell.fill.fore_color.rgb = RGBColor.from_string(PALE if number == 0 else "FFFFFF")
            cell.margin_top = cell.margin_bottom = Mm(1)
            _write(cell.text_frame, [text], 14, bold=number == 0)
            figures = position and not table.wordy
            cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT if figures else PP_ALIGN.LEFT


def _draw_form(deck: Deck, form: Form) -> None:
    slides = max(1, -(-len(form.lines) // LINES_A_SLIDE))
    each = -(-len(form.lines) // slides)
    for start in range(slides):
        part = form.lines[start * each : (start + 1) * each]
        slide = deck.slide(form.title)
        _fill_form(slide, form, part)
        words = (form.label, form.period, form.reporter, form.receiver, form.unit)
        slide.notes_slide.notes_text_frame.text = printable("\n".join(words))


def _fill_form(slide: Any, form: Form, lines: Sequence[FormLine]) -> None:
    room, rows = WIDTH - 2 * SIDE, len(form.head) + 1 + len(lines)
    frame = slide.shapes.add_table(rows, len(form.numbers), Mm(SIDE), Mm(36), Mm(room), Mm(7 * rows))
    _describe(frame, form.title)
    grid = frame.table
    for column, width in zip(grid.columns, form_widths(form, room), strict=True):
        column.width = Emu(round(width * 36000))
    shown = [*head_lines(form), *((line.order, line.name, *shown_counts(line)) for line in lines)]
    for number, texts in enumerate(shown):
        heading = number <= len(form.head)
        for position, text in enumerate(texts):
            cell = grid.cell(number, position)
            cell.fill.solid()
            cell.fill.fore_color.rgb = RGBColor.from_string(PALE if heading else "FFFFFF")
            cell.margin_top = cell.margin_bottom = cell.margin_left = cell.margin_right = Mm(0.8)
            strong = number < len(form.head) or (not heading and lines[number - len(form.head) - 1].strong)
            _write(cell.text_frame, [text], 9 if number == len(form.head) else 10 if heading else 11, bold=strong)
            side = PP_ALIGN.CENTER if heading or position == 0 else PP_ALIGN.LEFT if position == 1 else PP_ALIGN.RIGHT
            cell.text_frame.paragraphs[0].alignment = side
    for row, column, each in placed(form.head):
        if each.rows > 1 or each.columns > 1:
            grid.cell(row, column).merge(grid.cell(row + each.rows - 1, column + each.columns - 1))


def _draw_link(deck: Deck, link: Link) -> None:
    deck.links.append(link)


def _draw_appendix(deck: Deck, appendix: Appendix) -> None:
    number = appendix_words(appendix.number, _("Appendix"))
    slide = deck.slide(f"{number}. {appendix.title}")
    _colour(slide)
    _place(slide.shapes.title, 24, 62, WIDTH - 48, 48)
    deck.heading, deck.last = appendix.title, None


DRAW: dict[type[Block], Callable[[Deck, Any], object]] = {
    Cover: _draw_nothing,
    Contents: _draw_nothing,
    Heading: _draw_heading,
    Sentence: _draw_paragraph,
    Text: _draw_paragraph,
    Note: _draw_note,
    Source: _draw_source,
    Headline: _draw_headline,
    Table: _draw_table,
    Form: _draw_form,
    Picture: _draw_picture,
    Link: _draw_link,
    Signature: _draw_signature,
    Appendix: _draw_appendix,
}
