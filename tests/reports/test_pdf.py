"""The PDF, opened again: tagged, titled, in its language, with its own fonts, and every letter readable."""

import io
import re

import pikepdf
import pytest

from survey_app.reports.report import Report
from survey_app.reports.writers import WRITERS
from survey_app.typesetting import UNDRAWABLE
from tests.reports.conftest import Make
from tests.reports.samples import ACCENTED, panel, row


def opened(report: Report) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(WRITERS["pdf"].write(report)))


def letters(pdf: pikepdf.Pdf) -> str:
    """Every letter that the fonts' ToUnicode maps give back: what copying and reading aloud get."""
    found = set()
    for page in pdf.pages:
        for font in page.resources.get("/Font", {}).values():
            cmap = font["/ToUnicode"].read_bytes().decode()
            for code in re.findall(r"<[0-9A-Fa-f]+>\s+<([0-9A-Fa-f]+)>", cmap):
                found.update(bytes.fromhex(code).decode("utf-16-be"))
    return "".join(found)


def elements(node: pikepdf.Object) -> list[pikepdf.Object]:
    """The structure elements below a node, in reading order."""
    kids = node.get("/K", [])
    kids = [kids] if isinstance(kids, pikepdf.Dictionary) else kids if isinstance(kids, pikepdf.Array) else []
    below = [kid for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
    return [each for kid in below for each in (kid, *elements(kid))]


def test_it_is_tagged_titled_and_in_its_language(make_report: Make) -> None:
    report = make_report()
    with opened(report) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "vi"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == report.title
            assert metadata["pdfuaid:part"] == "1"
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "B")


def test_charts_have_alternative_texts_and_tables_are_tables(make_report: Make) -> None:
    with opened(make_report()) as pdf:
        tree = elements(pdf.Root.StructTreeRoot)
        alternatives = [str(each.Alt) for each in tree if each.S == "/Figure" and "/Alt" in each]
        assert len(alternatives) == 3
        assert any("Đúng hẹn 62%" in words for words in alternatives)
        kinds = [str(each.S) for each in tree]
        # The headline and one for each question.
        assert kinds.count("/Table") == 6
        assert "/TH" in kinds
        assert "/H1" in kinds
        assert "/Title" in kinds or "/P" in kinds


def test_every_vietnamese_letter_is_drawn_and_can_be_read_back(make_report: Make) -> None:
    with opened(make_report(panel(title=ACCENTED), title=ACCENTED)) as pdf:
        assert set(ACCENTED) <= set(letters(pdf))


def test_the_page_is_a4_and_has_only_our_fonts(make_report: Make) -> None:
    with opened(make_report()) as pdf:
        assert [round(float(side)) for side in pdf.pages[0].mediabox] == [0, 0, 595, 842]
        names = {str(font.BaseFont) for page in pdf.pages for font in page.resources.Font.values()}
        assert names
        assert all("Tinos" in name for name in names)


@pytest.mark.parametrize("text", ["#panic()", "*bold* _x_ $x$ `y` <a> @b \\", "= Title", '#import "x"', "😀 ខ្មែរ \x00"])
def test_texts_are_never_read_as_markup(make_report: Make, text: str) -> None:
    with opened(make_report(panel(title=text), title=text)) as pdf, pdf.open_metadata() as metadata:
        shown = text.split("\x00")[0].rstrip()
        assert UNDRAWABLE.search(shown) or metadata["dc:title"].startswith(shown.rstrip())


def test_what_the_fonts_promise_they_can_draw(make_report: Make) -> None:
    every = [chr(code) for code in range(0x20, 0x3000) if not UNDRAWABLE.match(chr(code))]
    # Long runs of letters have no place to break: words of them do.
    report = make_report(panel(title=" ".join(every)), title="".join(every))
    assert WRITERS["pdf"].write(report).startswith(b"%PDF")


def test_equal_reports_are_equal_files(make_report: Make) -> None:
    assert WRITERS["pdf"].write(make_report()) == WRITERS["pdf"].write(make_report())


def test_hidden_and_too_few_figures_are_drawn(make_report: Make) -> None:
    hidden = row("timeliness", {"late": 2, "on_time": 50, "early": 48}, hidden=("late", "early"))
    with opened(make_report(panel((hidden, row("access", {"high": 20})), title="x"))) as pdf:
        alternatives = [str(each.Alt) for each in elements(pdf.Root.StructTreeRoot) if "/Alt" in each]
        assert "48" not in " ".join(alternatives)
