"""Finalised reports: their figures never move, and a file that says others is caught."""

import io
import re
import zipfile
from collections.abc import Callable

import pikepdf
import pytest
from flask.testing import FlaskCliRunner

from survey_app.access import EVERYWHERE
from survey_app.db import db, transaction
from survey_app.errors import Invalid, NotFound
from survey_app.reports.actions import drafted, finalise, save_draft
from survey_app.reports.comparing import READERS
from survey_app.reports.editions import edition_report
from survey_app.reports.models import ReportEdition, StoredReport
from survey_app.reports.snapshot import thaw
from survey_app.reports.verifying import verify
from survey_app.reports.writers import WRITERS
from survey_app.surveys.models import Survey
from survey_app.tallies.actions import fold
from tests.factories import day, make_responses
from tests.figures.examples import BENTRE, counted_survey

pytestmark = pytest.mark.usefixtures("session")
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
YEAR = {"opens_on": day("2016-01-01"), "closes_on": day("2016-12-31")}
Change = Callable[[bytes], bytes]


def draft(survey: Survey) -> StoredReport:
    asked = {"name": "overview", "language": "vi", "date": "2017-01-05", "number": "5"}
    with transaction():
        return save_draft(survey, survey.agency, asked, title="Báo cáo", by="a@example.vn")


def finalised(survey: Survey | None = None) -> ReportEdition:
    survey = survey or counted_survey(BENTRE, **YEAR, provenance="reconstruction")
    stored = draft(survey)
    with transaction():
        return finalise(stored, EVERYWHERE, by="a@example.vn")


def answer_more(survey: Survey) -> None:
    make_responses(survey, [{"access": "very_low"}] * 40, answered_on=day("2016-05-10"))
    fold()


def test_a_finalised_report_never_moves_when_answers_arrive_later() -> None:
    survey = counted_survey(BENTRE, **YEAR)
    edition = finalised(survey)
    before = {extension: WRITERS[extension].write(edition_report(edition)) for extension in ("txt", "csv", "pdf")}
    answer_more(survey)
    assert "n = 106" in " ".join(drafted(edition.report, EVERYWHERE).notes)
    after = {extension: WRITERS[extension].write(edition_report(edition)) for extension in before}
    assert after == before
    assert "n = 66" in after["txt"].decode()


def test_a_later_edition_has_new_figures_and_says_what_it_corrects() -> None:
    survey = counted_survey(BENTRE, **YEAR)
    first = finalised(survey)
    answer_more(survey)
    with pytest.raises(Invalid), transaction():
        finalise(first.report, EVERYWHERE, by="a@example.vn")
    db.session.expire_all()
    stored = db.session.get(StoredReport, first.report_id)
    assert stored is not None
    with transaction():
        second = finalise(stored, EVERYWHERE, by="a@example.vn", change="bổ sung 40 phiếu giấy")
    assert (second.number, second.sha256 != first.sha256) == (2, True)
    said = WRITERS["txt"].write(edition_report(second)).decode()
    assert "Bản 2 đính chính: bổ sung 40 phiếu giấy." in said
    assert "n = 106" in said
    assert "n = 66" in WRITERS["txt"].write(edition_report(first)).decode()


def test_exclusions_are_listed_with_their_counts() -> None:
    survey = counted_survey({question: dict(counts) for question, counts in BENTRE.items()}, **YEAR)
    edition = finalised(survey)
    assert thaw(edition.snapshot).exclusions == ()
    assert "Không tính: không loại phiếu nào." in WRITERS["txt"].write(edition_report(edition)).decode()


@SQLITE
def test_every_document_bears_the_code() -> None:
    edition = finalised()
    code = edition.sha256.encode()
    for extension in ("docx", "pptx", "xlsx"):
        assert code in b"".join(_members(WRITERS[extension].write(edition_report(edition))))
    for extension in ("csv", "txt"):
        assert code in WRITERS[extension].write(edition_report(edition))
    assert code in _xmp(WRITERS["pdf"].write(edition_report(edition)))


def _members(content: bytes) -> list[bytes]:
    archive = zipfile.ZipFile(io.BytesIO(content))
    return [archive.read(name) for name in archive.namelist()]


def _xmp(content: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return pdf.Root.Metadata.read_bytes()


@SQLITE
def test_an_unchanged_file_is_the_snapshots() -> None:
    edition = finalised()
    assert set(READERS) <= set(WRITERS)
    for extension in READERS:
        verdict = verify(WRITERS[extension].write(edition_report(edition)), extension)
        assert verdict.edition is edition
        assert verdict.differences == ()


def in_member(pattern: str, old: str, new: str) -> Change:
    """One digit in one part of an Office file."""

    def change(content: bytes) -> bytes:
        source, changed, file = zipfile.ZipFile(io.BytesIO(content)), 0, io.BytesIO()
        with zipfile.ZipFile(file, "w") as target:
            for name in source.namelist():
                part = source.read(name)
                if not changed and re.fullmatch(pattern, name) and old.encode() in part:
                    part, changed = part.replace(old.encode(), new.encode(), 1), 1
                target.writestr(name, part)
        assert changed
        return file.getvalue()

    return change


def in_workbook(content: bytes) -> bytes:
    """One count in the workbook behind a chart."""
    source, file = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith("Sheet1.xlsx"):
                part = in_member(r"xl/worksheets/sheet1\.xml", "<v>49</v>", "<v>48</v>")(part)
            target.writestr(name, part)
    return file.getvalue()


def in_page(content: bytes) -> bytes:
    """One glyph of a PDF's second page."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        page, file = pdf.pages[1], io.BytesIO()
        drawn = page.Contents.read_bytes()
        place = drawn.index(b")]TJ") - 1
        changed = drawn[:place] + bytes([drawn[place] ^ 1]) + drawn[place + 1 :]
        page.Contents.write(changed)
        pdf.save(file)
    return file.getvalue()


def in_text(old: str, new: str) -> Change:
    def change(content: bytes) -> bytes:
        assert old.encode() in content
        return content.replace(old.encode(), new.encode(), 1)

    return change


FORGERIES: tuple[tuple[str, Change, str], ...] = (
    ("docx", in_member(r"word/document\.xml", ">49<", ">48<"), "nội dung, bảng 3, dòng 5, cột 2"),
    ("docx", in_member(r"word/document\.xml", "trên 74%", "trên 75%"), "nội dung, đoạn"),
    ("docx", in_member(r"word/charts/chart1\.xml", ">49<", ">48<"), "biểu đồ 1"),
    ("docx", in_workbook, "bảng tính của biểu đồ 1"),
    ("pptx", in_member(r"ppt/slides/slide\d+\.xml", ">49<", ">48<"), "trang chiếu"),
    ("pptx", in_member(r"ppt/charts/chart\d+\.xml", ">49<", ">48<"), "biểu đồ"),
    ("xlsx", in_member(r"xl/worksheets/sheet2\.xml", "<v>49</v>", "<v>48</v>"), "Số liệu!"),
    ("xlsx", in_member(r"xl/charts/chart1\.xml", "<c:v>0.7424242424", "<c:v>0.7524242424"), "biểu đồ 1"),
    ("csv", in_text(",49,", ",48,"), "dòng"),
    ("txt", in_text("trên 74%", "trên 75%"), "dòng"),
    ("pdf", in_page, "trang 2"),
)


@SQLITE
def test_one_changed_digit_is_caught_and_its_place_named() -> None:
    edition = finalised()
    files = {extension: WRITERS[extension].write(edition_report(edition)) for extension in READERS}
    assert {extension for extension, _change, _place in FORGERIES} == set(READERS)
    for extension, change, place in FORGERIES:
        told = verify(change(files[extension]), extension).differences
        assert [each.place.startswith(place) for each in told] == [True], (extension, place, told)
        assert told[0].expected != told[0].found


@SQLITE
def test_added_and_missing_figures_are_caught() -> None:
    edition = finalised()
    content = WRITERS["txt"].write(edition_report(edition)).decode()
    added = verify((content + "Thêm 99%.\n").encode(), "txt").differences
    assert [(each.expected, each.found) for each in added] == [("", "Thêm 99%.")]
    missing = verify(re.sub(r"- Về tiếp cận dịch vụ.*\n", "", content).encode(), "txt").differences
    assert [each.found for each in missing] == [""]


@SQLITE
def test_lines_left_open_may_be_filled_in_and_words_changed() -> None:
    edition = finalised()
    content = WRITERS["txt"].write(edition_report(edition)).decode()
    filled = content.replace("Số: 05/BC-…", "Số: 05/BC-STTTT").replace("…, ngày 05", "Bến Tre, ngày 06", 1)
    assert filled != content
    assert verify(filled.replace("KẾT QUẢ", "Kết quả").encode(), "txt").differences == ()


@SQLITE
@pytest.mark.parametrize(
    ("content", "extension", "error"),
    [
        (b"no code here", "txt", NotFound),
        (("0" * 64).encode(), "txt", NotFound),
        (b"not a zip", "docx", Invalid),
        (b"%PDF-1.7 nothing", "pdf", NotFound),
        (b"nothing", "pdf", Invalid),
        (b"x", "odt", Invalid),
        (b"\xff\xfe\xfa", "csv", Invalid),
    ],
)
def test_what_cannot_be_verified_says_why(content: bytes, extension: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        verify(content, extension)


@SQLITE
def test_the_commands_finalise_write_and_verify(cli: FlaskCliRunner, tmp_path: object) -> None:
    counted_survey(BENTRE, code="bentre", **YEAR)
    result = cli.invoke(args=["reports", "finalise", "overview", "--survey", "bentre", "--date", "2017-01-05"])
    assert result.exit_code == 0
    code = result.stdout.split()[-1]
    path = f"{tmp_path}/report.txt"
    assert cli.invoke(args=["reports", "edition", code, "--out", path]).exit_code == 0
    assert cli.invoke(args=["reports", "verify", path]).exit_code == 0
    with open(path, encoding="utf-8") as file:
        content = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(content.replace("n = 66", "n = 67", 1))
    refused = cli.invoke(args=["reports", "verify", path])
    assert refused.exit_code == 1
    assert "n = 67" in refused.stdout
    assert cli.invoke(args=["reports", "edition", "0" * 64]).exit_code == 1
    names = cli.invoke(args=["reports", "list"]).stdout
    assert "overview" in names
    assert "province" in names
