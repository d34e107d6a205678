"""The Word document measured against Decree 30/2020, appendix I: margins, sizes, styles, order, numbers, days."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from docx import Document
from docx.document import Document as DocumentType
from docx.oxml.ns import qn
from docx.shared import Length
from PIL import ImageFont

from survey_app.procedures.rules import roman
from survey_app.reports.blocks import Appendix, Contents, Heading, Text, numbered
from survey_app.reports.letterhead import Head
from survey_app.reports.report import Report
from survey_app.reports.rules import (
    document_number,
    heading_number,
    official_date,
    recipient_list,
    text_width,
)
from survey_app.reports.writers import WRITERS
from survey_app.typesetting import FONTS
from tests.reports.conftest import Make
from tests.reports.samples import panel

HEAD = Head(
    superior="Ủy ban nhân dân tỉnh Mẫu",
    issuing="Sở Khoa học và Công nghệ",
    symbol="skhcn",
    place="Mẫu",
    addressed_to="Ủy ban nhân dân tỉnh Mẫu",
    authority="KT. Giám đốc",
    signer_title="Phó Giám đốc",
    signer_name="Nguyễn Văn Thử",
    recipients=("Như trên;", "Lưu: VT, KSTT."),
)


@pytest.fixture
def report(make_report: Make) -> Report:
    return make_report(number="5", head=HEAD, more=(Text("Trên đây là báo cáo./."),))


def opened(report: Report) -> DocumentType:
    return Document(io.BytesIO(WRITERS["docx"].write(report)))


def lines(document: DocumentType) -> list[Any]:
    """Every paragraph of the body in reading order, those in cells too."""
    return list(document.element.body.iter(qn("w:p")))


def words(paragraph: Any) -> str:
    return "".join(text.text or "" for text in paragraph.iter(qn("w:t")))


def line(document: DocumentType, text: str) -> Any:
    return next(paragraph for paragraph in lines(document) if words(paragraph) == text)


def look(paragraph: Any) -> tuple[float, bool, bool, str]:
    """Size in points, bold, italic, alignment of a paragraph of the head or the signature."""
    marks, side = paragraph.find(".//" + qn("w:rPr")), paragraph.find(".//" + qn("w:jc"))
    size = int(marks.find(qn("w:sz")).get(qn("w:val"))) / 2
    return size, marks.find(qn("w:b")) is not None, marks.find(qn("w:i")) is not None, side.get(qn("w:val"))


def rules(document: DocumentType) -> Iterator[tuple[str, float, float]]:
    """Each rule: the text above it, that text's true length and the rule's, in millimetres."""
    for paragraph in lines(document):
        if paragraph.find(qn("w:pPr") + "/" + qn("w:pBdr")) is not None:
            indent = paragraph.find(qn("w:pPr") + "/" + qn("w:ind"))
            width = paragraph.getparent().find(".//" + qn("w:tcW"))
            room = int(width.get(qn("w:w"))) / 56.69 if paragraph.getparent().tag == qn("w:tc") else 165.0
            length = room - 2 * int(indent.get(qn("w:left"))) / 56.69
            above = words(paragraph.getprevious())
            yield above, true_length(above, 14 if room > 150 else 13 if "Độc lập" in above else 12), length


def true_length(text: str, points: float) -> float:
    """The length of a bold line in millimetres, by the font's own measures."""
    return ImageFont.truetype(FONTS / "Tinos-Bold.ttf", 1000).getlength(text) / 1000 * points * 25.4 / 72


def test_the_page_is_a4_with_the_decrees_margins(report: Report) -> None:
    section = opened(report).sections[0]
    sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    # Word keeps twentieths of a point.
    assert [round(Length(side or 0).mm, 1) for side in sides] == [20, 20, 30, 15]
    assert [round(Length(side or 0).mm) for side in (section.page_width, section.page_height)] == [210, 297]


def test_page_numbers_stand_in_the_top_margin_from_page_two(report: Report) -> None:
    document = opened(report)
    section = document.sections[0]
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header._element.xml
    assert "PAGE" not in section.first_page_header._element.xml
    assert section.header.paragraphs[0].style.name == "Header"
    style = document.styles["Header"]
    assert (style.font.size.pt, style.paragraph_format.alignment) == (13, 1)
    assert Length(section.header_distance or 0).mm < 20


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ỦY BAN NHÂN DÂN TỈNH MẪU", (12, False, False, "center")),
        ("SỞ KHOA HỌC VÀ CÔNG NGHỆ", (12, True, False, "center")),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", (12, True, False, "center")),
        ("Độc lập - Tự do - Hạnh phúc", (13, True, False, "center")),
        ("Số: 05/BC-SKHCN", (13, False, False, "center")),
        ("Mẫu, ngày 05 tháng 01 năm 2017", (13, False, True, "center")),
        ("Nơi nhận:", (12, True, True, "left")),
        ("- Như trên;", (11, False, False, "left")),
        ("- Lưu: VT, KSTT.", (11, False, False, "left")),
        ("KT. GIÁM ĐỐC", (13, True, False, "center")),
        ("PHÓ GIÁM ĐỐC", (13, True, False, "center")),
        ("Nguyễn Văn Thử", (13, True, False, "center")),
    ],
)
def test_each_element_has_its_size_and_style(
    report: Report, text: str, expected: tuple[float, bool, bool, str]
) -> None:
    assert look(line(opened(report), text)) == expected


def test_blocks_stand_in_the_decrees_order(report: Report) -> None:
    said = [words(paragraph) for paragraph in lines(opened(report)) if words(paragraph)]
    order = [
        "ỦY BAN NHÂN DÂN TỈNH MẪU",
        "SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 05/BC-SKHCN",
        "Mẫu, ngày 05 tháng 01 năm 2017",
        "BÁO CÁO",
        report.subtitle,
        "Kính gửi: Ủy ban nhân dân tỉnh Mẫu",
        "I. KẾT QUẢ",
        "Trên đây là báo cáo./.",
        "Nơi nhận:",
        "KT. GIÁM ĐỐC",
        "Nguyễn Văn Thử",
    ]
    places = [said.index(text) for text in order]
    assert places == sorted(places)
    assert said[0] == order[0]


def test_rules_are_as_long_as_the_decree_says(report: Report) -> None:
    found = list(rules(opened(report)))
    assert [text for text, _, _ in found] == [
        "SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        "Độc lập - Tự do - Hạnh phúc",
        report.subtitle,
    ]
    for text, written, ruled in found:
        share = ruled / written
        assert 0.95 < share < 1.05 if "Độc lập" in text else 1 / 3 < share < 1 / 2


@pytest.mark.parametrize(
    "text",
    [
        "SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH",
        "ỦY BAN NHÂN DÂN XÃ Y",
        "Kết quả khảo sát mức độ hài lòng năm 2016",
        "Mmm Wil.",
    ],
)
def test_estimated_widths_are_near_the_fonts_own(text: str) -> None:
    assert text_width(text, 12, bold=True) == pytest.approx(true_length(text, 12), rel=0.1)


def test_styles_are_real_black_and_times(report: Report) -> None:
    document = opened(report)
    used = {paragraph.style.name for paragraph in document.paragraphs if paragraph.style}
    assert {"Title", "Subtitle", "Heading 1", "Body Text", "Caption", "Quote", "List"} <= used
    for name in used:
        font = document.styles[name].font
        assert font.name == "Times New Roman"
        assert str(font.color.rgb) == "000000"
    sizes = {name: document.styles[name].font.size.pt for name in ("Title", "Subtitle", "Heading 1", "Body Text")}
    assert set(sizes.values()) <= {13, 14}
    body = document.styles["Body Text"].paragraph_format
    assert body.alignment == 3
    assert round(body.first_line_indent.mm) == 10
    assert body.space_after.pt >= 6
    assert 1 <= body.line_spacing <= 1.5


def test_headings_are_word_headings_with_the_decrees_numbers(make_report: Make) -> None:
    more = (Heading("Mục hai"), Heading("Khoản", 2), Heading("Khoản nữa", 2), Heading("Điểm", 3), Heading("Khoản", 2))
    document = opened(make_report(more=more))
    found = [
        (paragraph.style.name, paragraph.text)
        for paragraph in document.paragraphs
        if paragraph.style is not None and paragraph.style.name.startswith("Heading")
    ]
    assert found == [
        ("Heading 1", "I. KẾT QUẢ"),
        ("Heading 1", "II. MỤC HAI"),
        ("Heading 2", "1. Khoản"),
        ("Heading 2", "2. Khoản nữa"),
        ("Heading 3", "a) Điểm"),
        ("Heading 2", "3. Khoản"),
    ]
    levels = [document.styles[f"Heading {n}"].element.find(".//" + qn("w:outlineLvl")).get(qn("w:val")) for n in (1, 2)]
    assert levels == ["0", "1"]


def test_captions_are_counted_by_word(report: Report) -> None:
    document = opened(report)
    captions = [paragraph for paragraph in document.paragraphs if paragraph.style and paragraph.style.name == "Caption"]
    codes = [code.text.strip() for paragraph in captions for code in paragraph._p.iter(qn("w:instrText"))]
    assert codes == [r"SEQ Chart \* ARABIC"] * 3 + [r"SEQ Table \* ARABIC"] * 5
    assert captions[0].text.startswith("Biểu đồ 1. Phân bố")
    assert captions[-1].text.startswith("Bảng 5. Kết quả giải quyết (n = 66)")


def test_every_line_of_the_contents_counts_its_own_page(make_report: Make) -> None:
    plain = make_report()
    document = opened(replace(plain, body=(Contents(), *plain.body)))
    lines = [each for each in document.paragraphs if each.style and each.style.name == "Contents Line"]
    headings = [each for each in document.paragraphs if each.style and each.style.name.startswith("Heading")]
    assert [line.text.partition("\t")[0] for line in lines] == [heading.text for heading in headings]
    for number, line in enumerate(lines, 1):
        # LibreOffice takes a reference within a TOC field as text.
        assert [code.text.strip() for code in line._p.iter(qn("w:instrText"))] == [rf"PAGEREF _Toc{number:06} \h"]
        kinds = [(mark.get(qn("w:fldCharType")), mark.get(qn("w:dirty"))) for mark in line._p.iter(qn("w:fldChar"))]
        assert kinds == [("begin", "true"), ("separate", None), ("end", None)]
    marks = [mark.get(qn("w:name")) for mark in document.element.body.iter(qn("w:bookmarkStart"))]
    assert marks == [f"_Toc{number:06}" for number in range(1, len(headings) + 1)]


def test_an_appendix_is_a_section_with_numbers_of_its_own(make_report: Make) -> None:
    plain = make_report(number="5", head=HEAD)
    document = opened(replace(plain, body=numbered([*plain.body, Appendix("Danh sách"), Text("x")])))
    assert len(document.sections) == 2
    numbers = document.sections[1]._sectPr.find(qn("w:pgNumType"))
    assert numbers.get(qn("w:start")) == "1"
    said = [paragraph.text for paragraph in document.paragraphs]
    assert "Phụ lục I" in said
    assert "DANH SÁCH" in said
    assert "(Kèm theo Báo cáo số 05/BC-SKHCN ngày 05 tháng 01 năm 2017 của Sở Khoa học và Công nghệ)" in said


def test_what_nobody_filled_in_is_dots(make_report: Make) -> None:
    said = "\n".join(words(paragraph) for paragraph in lines(opened(make_report(panel()))))
    assert "Số: …/BC-…" in said
    assert "…, ngày 05 tháng 01 năm 2017" in said
    assert "Kính gửi" not in said


@pytest.mark.parametrize(
    ("day", "words_"),
    [
        (date(2026, 1, 5), "ngày 05 tháng 01 năm 2026"),
        (date(2026, 2, 28), "ngày 28 tháng 02 năm 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
        (date(2026, 6, 10), "ngày 10 tháng 6 năm 2026"),
        (date(2026, 12, 31), "ngày 31 tháng 12 năm 2026"),
    ],
)
def test_days_and_months_have_the_decrees_zeros(day: date, words_: str) -> None:
    assert official_date(day) == words_


@pytest.mark.parametrize(
    ("number", "symbol", "written"),
    [
        ("5", "SKHCN", "05/BC-SKHCN"),
        ("05", "skhcn", "05/BC-SKHCN"),
        ("12", "", "12/BC-…"),
        ("", "SKHCN", "…/BC-SKHCN"),
        ("7/BC-XYZ", "SKHCN", "7/BC-XYZ"),
        ("123", "UBND", "123/BC-UBND"),
    ],
)
def test_numbers_and_symbols(number: str, symbol: str, written: str) -> None:
    assert document_number(number, symbol) == written


def test_heading_numbers_and_recipients() -> None:
    assert [roman(n) for n in (1, 4, 9, 14, 40, 1999)] == ["I", "IV", "IX", "XIV", "XL", "MCMXCIX"]
    assert [heading_number(3, n) for n in (1, 4, 23)] == ["a)", "d)", "aa)"]
    assert recipient_list(["- UBND tỉnh", " Lưu: VT, KSTT.", "", "- "]) == ("UBND tỉnh;", "Lưu: VT, KSTT.")
    assert recipient_list([]) == ()
