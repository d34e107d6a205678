# mypy: allow-untyped-calls
"""The page of a Word document after Decree 30/2020, appendix I: paper, styles, head, page numbers, foot, signature."""

from collections.abc import Sequence
from html import escape
from typing import Any

from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from survey_app.reports.blocks import Cover
from survey_app.reports.report import Report, date_line, number_line, official_words
from survey_app.reports.rules import ELLIPSIS, printable, rule_length, text_width

FONT = "Times New Roman"
LANGUAGES = {"vi": "vi-VN", "en": "en-GB"}
CENTER, JUSTIFY, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.LEFT
TEXT_WIDTH, WIDE_WIDTH = 165.0, 252.0
HEAD_LEFT = 67.0
NATION, MOTTO = 12, 13
TWIPS = 1440 / 25.4
# Points above the title of a cover and above its day.
COVER_TOP, COVER_BOTTOM = 170, 200


def set_page(section: Section, *, wide: bool = False) -> None:
    """A4 (across where it is `wide`); margins 20 mm above and below, 30 left, 15 right; the page number in the top
    margin but on page 1."""
    width, height = (Mm(297), Mm(210)) if wide else (Mm(210), Mm(297))
    section.page_width, section.page_height = width, height
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance, section.footer_distance = Mm(9), Mm(8)
    section.different_first_page_header_footer = True


def write_page_number(section: Section) -> None:
    """13 pt, centred."""
    number = section.header.paragraphs[0]
    number.style = "Header"
    add_field(number, "PAGE", "2")


def write_foot(section: Section, words: str) -> None:
    """What every page says of its figures, on the first page too."""
    for footer in (section.footer, section.first_page_footer):
        paragraph = footer.paragraphs[0]
        paragraph.style = "Footer"
        paragraph.add_run(printable(words))


def add_field(paragraph: Paragraph, code: str, shown: str) -> None:
    """A field of Word with what it shows until Word counts again."""
    for kind in ("begin", "", "separate"):
        element: Any = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.set(qn("xml:space"), "preserve")
            element.text = f" {code} "
        paragraph.add_run()._r.append(element)
    paragraph.add_run(shown)
    end: Any = OxmlElement("w:fldChar")
    end.set(qn("w:fldCharType"), "end")
    paragraph.add_run()._r.append(end)


def set_styles(document: DocumentType, language: str) -> None:
    """Body 13 pt justified, first line in by 10 mm, 6 pt between paragraphs; every style in Times and black."""
    _style(document, "Normal", size=13)
    _style(document, "Title", size=14, bold=True, before=14, align=CENTER)
    _style(document, "Subtitle", size=14, bold=True, align=CENTER)
    _style(document, "Heading 1", size=13, bold=True, before=12, after=6, keep=True, level=0)
    _style(document, "Heading 2", size=13, bold=True, before=8, after=6, keep=True, level=1)
    _style(document, "Heading 3", size=13, before=6, after=6, keep=True, level=2)
    _style(document, "Body Text", size=13, after=6, line=1.15, align=JUSTIFY, indent=10)
    _style(document, "Caption", size=13, italic=True, before=6, after=4, align=CENTER)
    _style(document, "Quote", size=11, italic=True, after=8)
    _style(document, "List", size=12, after=4, align=JUSTIFY)
    _style(document, "Header", size=13, align=CENTER)
    _style(document, "Footer", size=9, align=CENTER)
    _style(document, "TOC Heading", size=13, bold=True, before=12, after=6, align=CENTER)
    for name, size in (("Table Text", 12), ("Recipients", 11), ("Contents Line", 13)):
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _style(document, name, size=size, after=2 if size > 11 else 0)
    marks = document.styles.element.find(".//" + qn("w:rPrDefault") + "//" + qn("w:lang"))
    if marks is not None:
        marks.set(qn("w:val"), LANGUAGES[language])


def _style(
    document: DocumentType,
    name: str,
    *,
    size: int,
    bold: bool = False,
    italic: bool = False,
    before: int = 0,
    after: int = 0,
    line: float = 1.0,
    align: WD_ALIGN_PARAGRAPH | None = None,
    keep: bool = False,
    indent: float = 0,
    level: int | None = None,
) -> None:
    """Give a style our font (for every script), black, size and spacing; nothing of its theme is left."""
    style = document.styles[name]
    if not isinstance(style, ParagraphStyle):
        raise TypeError(f"{name} is no paragraph style")
    for old in (style.element.rPr, style.element.pPr):
        if old is not None:
            style.element.remove(old)
    font, spacing = style.font, style.paragraph_format
    font.name, font.size, font.bold, font.italic, font.color.rgb = FONT, Pt(size), bold, italic, RGBColor(0, 0, 0)
    for script in ("w:eastAsia", "w:cs"):
        style.element.rPr.rFonts.set(qn(script), FONT)
    spacing.space_before, spacing.space_after, spacing.line_spacing = Pt(before), Pt(after), line
    spacing.alignment, spacing.keep_with_next = align, keep
    spacing.left_indent, spacing.first_line_indent = Mm(0), Mm(indent)
    if level is not None:
        outline = OxmlElement("w:outlineLvl")
        outline.set(qn("w:val"), str(level))
        style.element.get_or_add_pPr().append(outline)


def write_cover(document: DocumentType, report: Report, cover: Cover) -> None:
    """A page of its own: who issues it above, the title in the middle, place and day below."""
    head = report.head
    words = [
        *(line(each.upper(), 13) for each in (head.superior,) if each),
        line(head.issuing.upper(), 14, bold=True),
        line(cover.title.upper(), 22, bold=True, before=COVER_TOP),
        *(line(each, 14, before=10) for each in cover.lines),
        line(date_line(report), 13, italic=True, before=COVER_BOTTOM),
    ]
    add_before_end(document, side_by_side(words, room=(TEXT_WIDTH,)))
    document.add_paragraph(style="Normal").add_run().add_break(WD_BREAK.PAGE)


def write_head(document: DocumentType, report: Report) -> None:
    """Who issues it and the nation's name side by side, number and day below, then what kind of document it is."""
    head, left, right = report.head, HEAD_LEFT, TEXT_WIDTH - HEAD_LEFT
    words = official_words(report)
    superior = [line(head.superior.upper(), 12)] if head.superior else []
    add_before_end(
        document,
        side_by_side(
            [
                *superior,
                line(head.issuing.upper(), 12, bold=True),
                _rule(rule_length(head.issuing.upper(), 12, left - 4), left),
            ],
            [
                line(words["nation"], NATION, bold=True),
                line(words["motto"], MOTTO, bold=True),
                _rule(text_width(words["motto"], MOTTO, bold=True), right),
            ],
            [line(number_line(report), 13)],
            [line(date_line(report), 13, italic=True)],
        ),
    )
    document.add_paragraph(words["report"], "Title")
    document.add_paragraph(printable(report.subtitle), "Subtitle")
    rule = rule_length(report.subtitle, 14, TEXT_WIDTH)
    document.element.body.insert(len(document.element.body) - 1, parse_xml(_rule(rule, TEXT_WIDTH, declared=True)))
    if head.addressed_to:
        document.add_paragraph(printable(words["to"]), "Normal").alignment = CENTER
    document.add_paragraph("", "Normal")


def write_signature(document: DocumentType, report: Report, *, form: bool = False) -> None:
    """Recipients at the left; at the right the signer's authority and title, room for the signature, the name. Under a
    form: who drew it up at the left, the day above the signer."""
    head = report.head
    words = official_words(report)
    signing = [line(each.upper(), 13, bold=True) for each in (head.authority, head.signer_title) if each]
    signing.append(line(head.signer_name, 13, bold=True, before=64))
    if form:
        drawn = [line("", 13), line(words["drawn"], 13, bold=True), line(ELLIPSIS, 13, bold=True, before=64)]
        signing.insert(0, line(date_line(report), 13, italic=True))
        add_before_end(document, side_by_side(drawn, signing, room=(WIDE_WIDTH / 2, WIDE_WIDTH / 2)))
        return
    receiving = [line(words["recipients"], 12, bold=True, italic=True, align="left")]
    receiving += [line(f"- {each}", 11, align="left") for each in head.recipients]
    add_before_end(document, side_by_side(receiving, signing))


def add_before_end(document: DocumentType, element: Any) -> None:
    """Put an element after all that stands in the document's last section."""
    document.element.body.insert(len(document.element.body) - 1, element)


def begin_appendix(document: DocumentType, *, wide: bool = False) -> None:
    """A new page whose numbers start again, so that its first one is not shown either."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    set_page(section, wide=wide)
    section.header.is_linked_to_previous = section.footer.is_linked_to_previous = True
    numbers = OxmlElement("w:pgNumType")
    numbers.set(qn("w:start"), "1")
    section._sectPr.append(numbers)


def side_by_side(*cells: list[str], room: Sequence[float] = (HEAD_LEFT, TEXT_WIDTH - HEAD_LEFT)) -> Any:
    """A table without borders, its columns as wide as `room` says (millimetres), as many rows as the cells fill; each
    cell is its paragraphs."""
    widths = [round(width * TWIPS) for width in room]
    rows = ""
    for held in zip(*[iter(cells)] * len(widths), strict=True):
        columns = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{"".join(content)}</w:tc>'
            for width, content in zip(widths, held, strict=True)
        )
        rows += f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{columns}</w:tr>"
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="40" w:type="dxa"/><w:right w:w="40" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"
    )


def line(
    text: str, size: int, *, bold: bool = False, italic: bool = False, align: str = "center", before: int = 0
) -> str:
    """One paragraph of the head or the signature."""
    marks = ("<w:b/>" if bold else "") + ("<w:i/>" if italic else "")
    return (
        f'<w:p><w:pPr><w:keepNext/><w:spacing w:before="{before * 20}" w:after="0"/><w:jc w:val="{align}"/></w:pPr>'
        f'<w:r><w:rPr>{marks}<w:sz w:val="{size * 2}"/><w:szCs w:val="{size * 2}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(printable(text))}</w:t></w:r></w:p>'
    )


def _rule(length: float, room: float, *, declared: bool = False) -> str:
    """A thin solid rule of a length in the middle of its column: an empty line with a border above."""
    side = round(max(0.0, room - length) / 2 * TWIPS)
    return (
        f"<w:p{' ' + nsdecls('w') if declared else ''}><w:pPr><w:pBdr>"
        '<w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'
        f'<w:spacing w:before="30" w:after="0" w:line="120" w:lineRule="exact"/>'
        f'<w:ind w:left="{side}" w:right="{side}"/></w:pPr></w:p>'
    )
