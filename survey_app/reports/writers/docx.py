# mypy: allow-untyped-calls
"""Word: real styles, native charts, fields for numbers and contents, and texts that stay texts."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from docx import Document
from docx.document import Document as DocumentType
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm, Pt
from docx.text.paragraph import Paragraph
from flask_babel import gettext as _

from survey_app.reports.blocks import (
    Appendix,
    Block,
    Contents,
    Cover,
    Form,
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
    caption_label,
)
from survey_app.reports.report import Report, official_words
from survey_app.reports.rules import ELLIPSIS, appendix_words, column_widths, printable
from survey_app.reports.writers.office_plots import native
from survey_app.reports.writers.qr import qr_png
from survey_app.reports.writers.word_chart import add_chart_part
from survey_app.reports.writers.word_form import write_form
from survey_app.reports.writers.word_page import (
    CENTER,
    LANGUAGES,
    TEXT_WIDTH,
    TWIPS,
    add_field,
    begin_appendix,
    set_page,
    set_styles,
    write_cover,
    write_foot,
    write_head,
    write_page_number,
    write_signature,
)

LONGEST_KEPT_TABLE = 14
TALLEST_CHART = 220
# Captions are counted by Word under these names, one for each kind.
SEQUENCES = {Picture: "Chart", Table: "Table"}


@dataclass(slots=True)
class Draft:
    """A document being written: the block that comes next, and how many charts and headings there are so far."""

    document: DocumentType
    report: Report
    following: Block | None = None
    charts: int = 0
    headings: int = 0


def draw(report: Report) -> bytes:
    """A4 as an official document of its agency: head, body, signature, appendices."""
    document = Document()
    set_page(document.sections[0], wide=report.is_form)
    set_styles(document, report.language)
    properties = document.core_properties
    properties.title, properties.subject = printable(report.title), printable(report.subtitle)
    properties.author, properties.comments, properties.language = "", "", LANGUAGES[report.language]
    write_page_number(document.sections[0])
    write_foot(document.sections[0], report.foot)
    if report.cover:
        write_cover(document, report, report.cover)
    if not report.is_form:
        write_head(document, report)
    draft = Draft(document, report)
    for block, draft.following in zip(report.body, (*report.body[1:], None), strict=True):
        DRAW[type(block)](draft, block)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _draw_text(style: str) -> Callable[[Draft, Any], object]:
    def drawn(draft: Draft, block: Any) -> None:
        paragraph = _text(draft, block.text, style)
        if draft.report.is_form or isinstance(draft.following, Signature):
            # A signature never stands alone on a page; below a form it goes with all that is said there.
            paragraph.paragraph_format.keep_with_next = True

    return drawn


def _text(draft: Draft, text: str, style: str) -> Paragraph:
    return draft.document.add_paragraph(printable(text), style)


def _draw_heading(draft: Draft, heading: Heading) -> None:
    draft.headings += 1
    paragraph = _text(draft, heading.text, f"Heading {heading.level}")
    if heading.level == 3:
        paragraph.paragraph_format.first_line_indent = Mm(10)
    name, number = f"_Toc{draft.headings:06}", str(draft.headings)
    for kind in ("Start", "End"):
        mark: Any = OxmlElement(f"w:bookmark{kind}")
        mark.set(qn("w:id"), number)
        if kind == "Start":
            mark.set(qn("w:name"), name)
        paragraph._p.append(mark)


def _draw_contents(draft: Draft, _contents: Contents) -> None:
    """The headings, each with a field for its page: Word and LibreOffice count when they open the file, dots stand
    where nobody has counted yet (docs/decisions/0046-contents.md)."""
    _text(draft, _("Contents").upper(), "TOC Heading")
    headings = [block for block in draft.report.body if isinstance(block, Heading)]
    body = draft.document.element.body
    for position, heading in enumerate(headings, 1):
        if heading.level < 3:
            body.insert(len(body) - 1, _contents_line(heading, position))


def _contents_line(heading: Heading, position: int) -> Any:
    page = (
        _mark("begin", 'w:dirty="true"')
        + _code(rf"PAGEREF _Toc{position:06} \h")
        + _mark("separate")
        + f"<w:r><w:t>{ELLIPSIS}</w:t></w:r>"
        + _mark("end")
    )
    indent = round((heading.level - 1) * 8 * TWIPS)
    return parse_xml(
        f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="ContentsLine"/><w:tabs><w:tab w:val="right" w:leader="dot" '
        f'w:pos="{round(TEXT_WIDTH * TWIPS)}"/></w:tabs><w:ind w:left="{indent}" w:right="400"/></w:pPr>'
        f"<w:r><w:t>{escape(printable(heading.text))}</w:t></w:r><w:r><w:tab/></w:r>"
        f"{page}</w:p>"
    )


def _mark(kind: str, more: str = "") -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}" {more}/></w:r>'


def _code(code: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'


def _draw_picture(draft: Draft, picture: Picture) -> None:
    draft.charts += 1
    drawn = native(picture.chart)
    relation = add_chart_part(draft.document, drawn, draft.charts)
    place = draft.document.add_paragraph()
    place.paragraph_format.keep_with_next = True
    height = Mm(min(TALLEST_CHART, drawn.height))
    place.add_run()._r.append(_drawing(relation, draft.charts, picture, Mm(160), height))
    _caption(draft, picture).paragraph_format.keep_with_next = True


def _drawing(relation: str, number: int, picture: Picture, width: Length, height: Length) -> Any:
    drawing: Any = parse_xml(
        f"<w:drawing {nsdecls('w', 'wp', 'a', 'r')}><wp:inline distT='0' distB='0' distL='0' distR='0'>"
        f"<wp:extent cx='{width}' cy='{height}'/><wp:docPr id='{number}' name=''/><wp:cNvGraphicFramePr/>"
        "<a:graphic><a:graphicData uri='http://schemas.openxmlformats.org/drawingml/2006/chart'>"
        "<c:chart xmlns:c='http://schemas.openxmlformats.org/drawingml/2006/chart'/>"
        "</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )
    properties = drawing.find(".//" + qn("wp:docPr"))
    properties.set("name", printable(f"{caption_label(picture)} {number}"))
    properties.set("descr", printable(picture.alternative))
    drawing.find(".//" + qn("c:chart")).set(qn("r:id"), relation)
    return drawing


def _caption(draft: Draft, block: Table | Picture) -> Paragraph:
    """ "Biểu đồ 1. ..." whose number Word counts."""
    paragraph = _text(draft, f"{caption_label(block)} ", "Caption")
    add_field(paragraph, rf"SEQ {SEQUENCES[type(block)]} \* ARABIC", str(block.number))
    paragraph.add_run(f". {printable(block.caption)}")
    return paragraph


def _draw_table(draft: Draft, table: Table) -> None:
    if table.caption:
        _caption(draft, table).paragraph_format.keep_with_next = True
    body = draft.document.element.body
    body.insert(len(body) - 1, _grid(table))
    note = _text(draft, table.note, "List")
    note.paragraph_format.space_before = Pt(4 if table.note else 0)
    # With the source line, where one follows.
    note.paragraph_format.keep_with_next = isinstance(draft.following, Source)
    if not table.note:
        note.paragraph_format.space_after = Pt(0)


def _grid(table: Table) -> Any:
    """The table's XML at once: thousands of cells one by one would take seconds."""
    widths = [round(width * TWIPS) for width in column_widths(table.columns, table.rows, TEXT_WIDTH, 12)]
    kept = len(table.rows) <= LONGEST_KEPT_TABLE
    lines = (table.columns, *table.rows)
    rows = "".join(
        _row(line, widths, heading=position == 0, kept=kept, wordy=table.wordy) for position, line in enumerate(lines)
    )
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>'
    )


def _row(texts: tuple[str, ...], widths: list[int], *, heading: bool, kept: bool, wordy: bool) -> str:
    marks = "<w:cantSplit/>" + ("<w:tblHeader/>" if heading else "")
    bold = "<w:rPr><w:b/></w:rPr>" if heading else ""
    keep = "<w:keepNext/>" if kept or heading else ""
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr>'
        f'<w:pStyle w:val="TableText"/>{keep}<w:jc w:val="{_side(position, heading, wordy)}"/></w:pPr>'
        f'<w:r>{bold}<w:t xml:space="preserve">{escape(printable(text))}</w:t></w:r></w:p></w:tc>'
        for position, (text, width) in enumerate(zip(texts, widths, strict=True))
    )
    return f"<w:tr><w:trPr>{marks}</w:trPr>{cells}</w:tr>"


def _side(position: int, heading: bool, wordy: bool) -> str:
    if heading:
        return "center"
    return "left" if position == 0 or wordy else "right"


def _draw_headline(draft: Draft, headline: Headline) -> None:
    """Figures side by side: names, large figures and what stands below, each on a line of their own."""
    width = round(TEXT_WIDTH * TWIPS / len(headline.figures))
    cell = f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
    rows = "".join(
        f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(f'{cell}{line(text)}</w:tc>' for text in texts)}</w:tr>"
        for line, texts in zip((_small, _large, _small), zip(*headline.figures, strict=True), strict=True)
    )
    columns = f'<w:gridCol w:w="{width}"/>' * len(headline.figures)
    edges = "".join(f'<w:{side} w:val="single" w:sz="4" w:color="566C73"/>' for side in ("top", "bottom", "insideV"))
    grid = (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{width * len(headline.figures)}" w:type="dxa"/>'
        f"<w:tblBorders>{edges}</w:tblBorders>"
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>'
    )
    body = draft.document.element.body
    body.insert(len(body) - 1, parse_xml(grid))
    _text(draft, "", "List").paragraph_format.space_after = Pt(2)


def _small(text: str) -> str:
    return _headline_line(text, 11, "")


def _large(text: str) -> str:
    return _headline_line(text, 20, "<w:b/>")


def _headline_line(text: str, size: int, mark: str) -> str:
    return (
        f'<w:p><w:pPr><w:pStyle w:val="TableText"/><w:keepNext/><w:jc w:val="center"/></w:pPr><w:r><w:rPr>{mark}'
        f'<w:sz w:val="{size * 2}"/></w:rPr><w:t>{escape(printable(text))}</w:t></w:r></w:p>'
    )


def _draw_link(draft: Draft, link: Link) -> None:
    line = draft.document.add_paragraph(style="List")
    line.add_run(f"{printable(link.text)}: {printable(link.address)}")
    line.paragraph_format.keep_with_next = True
    place = draft.document.add_paragraph(style="List")
    place.add_run().add_picture(io.BytesIO(qr_png(link.address)), width=Mm(24))
    picture: Any = place._p.find(".//" + qn("wp:docPr"))
    picture.set("descr", printable(_("QR code of %(address)s", address=link.address)))


def _draw_nothing(_draft: Draft, _cover: Cover) -> None:
    """The cover stands before the head."""


def _draw_form(draft: Draft, form: Form) -> None:
    write_form(draft.document, form)


def _draw_signature(draft: Draft, signature: Signature) -> None:
    write_signature(draft.document, draft.report, form=signature.form)


def _draw_appendix(draft: Draft, appendix: Appendix) -> None:
    begin_appendix(draft.document, wide=appendix.wide)
    first = _text(draft, appendix_words(appendix.number, _("Appendix")), "Normal")
    first.alignment, first.runs[0].bold, first.runs[0].font.size = CENTER, True, Pt(14)
    title = _text(draft, "", "Normal")
    title.alignment = CENTER
    title.add_run(printable(appendix.title).upper()).bold = True
    below = _text(draft, official_words(draft.report)["attached"], "Normal")
    below.alignment, below.runs[0].italic = CENTER, True
    below.paragraph_format.space_after = Pt(10)


DRAW: dict[type[Block], Callable[[Draft, Any], object]] = {
    Cover: _draw_nothing,
    Contents: _draw_contents,
    Heading: _draw_heading,
    Sentence: _draw_text("Body Text"),
    Text: _draw_text("Body Text"),
    Note: _draw_text("List"),
    Source: _draw_text("Quote"),
    Headline: _draw_headline,
    Table: _draw_table,
    Form: _draw_form,
    Picture: _draw_picture,
    Link: _draw_link,
    Signature: _draw_signature,
    Appendix: _draw_appendix,
}
