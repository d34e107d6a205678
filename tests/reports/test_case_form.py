"""Form II.06a as a document: its rows, its layout in every format, and what comes of reading it back in."""

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Length
from flask.testing import FlaskClient, FlaskCliRunner
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from survey_app.access import EVERYWHERE, Scope
from survey_app.agencies.models import Agency
from survey_app.clock import today
from survey_app.db import db, transaction
from survey_app.errors import NotFound
from survey_app.i18n import in_language
from survey_app.procedures.actions import acknowledge, correct_figures, import_figures
from survey_app.procedures.models import CaseFigures, CaseFiguresEdition
from survey_app.procedures.rules import COUNTS, FORM_COLUMNS, MOST
from survey_app.reports.actions import finalise, save_draft
from survey_app.reports.blocks import Form, FormLine
from survey_app.reports.case_form import form_report, rows_of_period
from survey_app.reports.catalogue import REPORTS, build_report
from survey_app.reports.editions import edition_report
from survey_app.reports.report import Report
from survey_app.reports.snapshot import Snapshot, freeze, thaw
from survey_app.reports.verifying import verify
from survey_app.reports.writers import WRITERS
from survey_app.surveys.models import Survey
from tests.factories import day, make_agency, make_case_figures, make_survey, make_user, sign_in
from tests.reports.test_views import token

PERIOD = ("2025-12-15", "2026-03-14")
LAND = dict(zip(FORM_COLUMNS.values(), (60, 20, 30, 10, 50, 40, 9, 1, 10, 8, 2), strict=True))
WORKS = dict(zip(FORM_COLUMNS.values(), (40, 10, 25, 5, 40, 30, 10, 0, 0, 0, 0), strict=True))
BOTH = [100, 30, 55, 15, 90, 70, 19, 1, 10, 8, 2]
IDENTITY = "received_total = received_online + received_in_person_or_post + carried_over"
Write = Callable[..., Report]


@pytest.fixture
def province(session: object) -> Agency:
    return make_agency("tinh", name="Tỉnh Mẫu", tier="province")


@pytest.fixture
def survey(province: Agency) -> Survey:
    return make_survey(province, "khao-sat")


@pytest.fixture
def write(survey: Survey) -> Write:
    def build(**asked: object) -> Report:
        values = {"from_on": day(PERIOD[0]), "to_on": day(PERIOD[1]), "scope": EVERYWHERE, "language": "vi", **asked}
        return build_report("form-06a", survey=survey, **values)  # type: ignore[arg-type]

    return build


def lines(report: Report) -> tuple[FormLine, ...]:
    (form,) = (block for block in report.body if isinstance(block, Form))
    return form.lines


def named(report: Report) -> list[tuple[str, str, bool, int | None]]:
    return [(line.order, line.name, line.strong, line.counts[0]) for line in lines(report)]


def test_rows_stand_by_tier_agency_and_field_with_sums(province: Agency, write: Write) -> None:
    home = make_agency("so-nv", name="Sở Nội vụ", parent=province)
    works = make_agency("so-xd", name="Sở Xây dựng", parent=province)
    ward = make_agency("phuong", name="Phường Mẫu", parent=province, tier="commune")
    make_case_figures(home, *PERIOD, field="Đất đai", **LAND)
    make_case_figures(home, *PERIOD, field="Báo chí", **WORKS)
    make_case_figures(works, *PERIOD, **WORKS)
    make_case_figures(ward, *PERIOD, **LAND)
    make_case_figures(ward, "2026-01-01", "2026-03-14", **LAND)
    report = write()
    assert named(report) == [
        ("I", "Sở, ban, ngành", True, 140),
        ("1", "Sở Nội vụ (cộng các lĩnh vực)", True, 100),
        ("1.1", "Báo chí", False, 40),
        ("1.2", "Đất đai", False, 60),
        ("2", "Sở Xây dựng", False, 40),
        ("II", "Xã, phường, đặc khu", True, 60),
        ("1", "Phường Mẫu", False, 60),
        ("", "Tổng cộng", True, 200),
    ]
    assert list(lines(report)[1].counts) == BOTH
    assert [row[1] for row in named(write(agency=home))] == ["Báo chí", "Đất đai", "Tổng cộng (cộng các lĩnh vực)"]


def test_what_was_delivered_without_fields_is_a_row_and_reads_back_once(
    province: Agency, write: Write, tmp_path: Path
) -> None:
    make_case_figures(province, *PERIOD, **LAND)
    report = write()
    assert named(report) == [("I", "Tỉnh Mẫu", False, 60), ("", "Tổng cộng", True, 60)]
    (path := tmp_path / "06a.xlsx").write_bytes(WRITERS["xlsx"].write(report))
    with transaction():
        db.session.execute(delete(CaseFiguresEdition))
        db.session.execute(delete(CaseFigures))
    with transaction():
        assert import_figures(path).stored == 1
    (figures,) = db.session.scalars(select(CaseFigures))
    assert (figures.agency_id, figures.field, figures.received_total) == (province.id, "", 60)


def test_a_missing_count_is_missing_in_every_sum_above_it_and_never_zero(province: Agency, write: Write) -> None:
    home = make_agency("so-nv", name="Sở Nội vụ", parent=province)
    ward = make_agency("phuong", name="Phường Mẫu", parent=province, tier="commune")
    make_case_figures(home, *PERIOD, field="Đất đai", **{**LAND, "pending_overdue": None})
    make_case_figures(home, *PERIOD, field="Báo chí", **WORKS)
    make_case_figures(ward, *PERIOD, **LAND)
    report = write()
    assert [line.counts[-1] for line in lines(report)] == [None, None, 0, None, 2, 2, None]
    assert [line.counts[-2] for line in lines(report)] == [8, 8, 0, 8, 8, 8, 16]
    sheet = sheet_of(WRITERS["xlsx"].write(report))
    assert sheet["M12"].value is None
    assert sheet["M13"].value == 0


def test_what_does_not_add_up_stands_below_with_who_answers_for_it(province: Agency, write: Write) -> None:
    figures = make_case_figures(province, *PERIOD, **{**LAND, "received_total": 74})
    first = "Tỉnh Mẫu: 74 "
    assert any(note.startswith(first) and "chưa có người chịu trách nhiệm" in note for note in write().notes)
    with transaction():
        acknowledge(figures, IDENTITY, reason="Hồ sơ giấy chưa nhập", actor="lanhdao@example.vn")
    (answered,) = [note for note in write().notes if "lanhdao@example.vn" in note]
    assert answered.startswith(first)
    assert "Hồ sơ giấy chưa nhập" in answered


def test_without_days_it_is_the_latest_period_and_only_one_that_was_delivered(province: Agency, write: Write) -> None:
    make_case_figures(province, *PERIOD, **LAND)
    make_case_figures(province, "2026-03-15", "2026-06-14", **WORKS)
    latest = write(from_on=None, to_on=None)
    assert lines(latest)[-1].counts[0] == 40
    assert "từ 15/03/2026 đến 14/06/2026" in latest.source
    both = write(to_on=day("2026-06-14"))
    assert lines(both) == ()
    assert both.notes == ("Chưa có số liệu hồ sơ của đúng kỳ này.",)
    assert all(WRITERS[extension].write(both) for extension in REPORTS["form-06a"].formats)
    with pytest.raises(NotFound):
        write(scope=Scope(make_agency("khac").id), agency=province)


def test_the_word_file_lies_across_with_a_heading_that_repeats(province: Agency, write: Write) -> None:
    for place in range(60):
        make_case_figures(province, *PERIOD, field=f"Lĩnh vực {place}", **LAND)
    document = Document(io.BytesIO(WRITERS["docx"].write(write())))
    (section,) = document.sections
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert [round(Length(side or 0).mm) for side in (section.page_width, section.page_height)] == [297, 210]
    table = document.tables[1]
    rows = table._tbl.findall(qn("w:tr"))
    heading = [row.find(qn("w:trPr") + "/" + qn("w:tblHeader")) is not None for row in rows]
    assert heading == [True] * 4 + [False] * 61
    assert [cell.text for cell in table.rows[0].cells][1:7] == ["Lĩnh vực, công việc giải quyết theo cấp"] + [
        "Tiếp nhận"
    ] * 4 + ["Đã giải quyết"]
    assert table.rows[2].cells[2].text == "Tổng số"
    assert table.rows[3].cells[2].text == "(3) = (4) + (5) + (6)"
    texts = " ".join(cell.text for cell in document.tables[0].rows[0].cells)
    for words in ("Biểu số II.06a", "TẠI TỈNH MẪU", "(Từ ngày 15/12/2025 đến ngày 14/03/2026)", "Đơn vị nhận báo cáo"):
        assert words in texts
    assert "Quý 1 năm 2026" in texts


def sheet_of(content: bytes) -> openpyxl.worksheet.worksheet.Worksheet:
    (sheet,) = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    return sheet


def test_the_workbook_is_one_sheet_of_merged_headings_and_plain_numbers(province: Agency, write: Write) -> None:
    make_case_figures(province, *PERIOD, field="Đất đai", **LAND)
    sheet = sheet_of(WRITERS["xlsx"].write(write()))
    assert {"C7:F7", "G7:J7", "K7:M7", "A7:A9", "D8:E8", "C8:C9"} <= {str(each) for each in sheet.merged_cells.ranges}
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$7:$10"
    assert [cell.value for cell in sheet[11]] == ["1", "Đất đai", *LAND.values()]
    assert {cell.number_format for cell in sheet[11][2:]} == {"#,##0"}
    assert not [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]


@pytest.mark.parametrize("extension", REPORTS["form-06a"].formats)
def test_a_finalised_form_carries_its_code_and_is_verified(
    province: Agency, survey: Survey, write: Write, extension: str
) -> None:
    make_case_figures(province, *PERIOD, field="Đất đai", **LAND)
    asked = {"name": "form-06a", "agency": "", "from": PERIOD[0], "to": PERIOD[1], "language": "vi"}
    with transaction():
        edition = finalise(save_draft(survey, province, asked, title="x", by="t"), EVERYWHERE, by="t")
    report = edition_report(edition)
    verdict = verify(WRITERS[extension].write(report), extension)
    assert (verdict.edition, list(verdict.differences)) == (edition, [])
    (form,) = (block for block in report.body if isinstance(block, Form))
    forged = replace(form.lines[0], counts=(61, *form.lines[0].counts[1:]))
    body = tuple(replace(form, lines=(forged, *form.lines[1:])) if each is form else each for each in report.body)
    assert verify(WRITERS[extension].write(replace(report, body=body)), extension).differences


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("extension", REPORTS["form-06a"].formats)
def test_it_is_written_in_every_format_and_from_its_snapshot(
    province: Agency, write: Write, extension: str, language: str
) -> None:
    make_case_figures(province, *PERIOD, field="Đất đai", **LAND)
    make_case_figures(make_agency("xa", tier="commune", parent=province), *PERIOD, **WORKS)
    report = write(language=language)
    assert thaw(freeze(Snapshot(report, ()))).report == report
    content = WRITERS[extension].write(report)
    assert len(content) > 500
    if extension in ("txt", "csv"):
        said = content.decode("utf-8-sig")
        assert ("Đang giải quyết" if language == "vi" else "In progress") in said
        assert ("Sở, ban, ngành" in said) is False


def test_the_command_and_the_page_of_a_period_hand_it_out(
    province: Agency, survey: Survey, cli: FlaskCliRunner, client: FlaskClient, tmp_path: Path
) -> None:
    ward = make_agency("phuong", name="Phường Mẫu", parent=province, tier="commune")
    make_case_figures(ward, *PERIOD, **LAND)
    db.session.commit()
    target = tmp_path / "06a.xlsx"
    asked = ("--survey", "khao-sat", "--agency", "phuong", "--from", PERIOD[0], "--to", PERIOD[1])
    written = cli.invoke(args=["reports", "write", "form-06a", *asked, "--format", "xlsx", "--out", str(target)])
    assert written.exit_code == 0, written.output
    assert sheet_of(target.read_bytes())["C11"].value == 60
    sign_in(client, make_user("officer", ward))
    page = f"/manage/procedures/figures/phuong/{PERIOD[0]}/{PERIOD[1]}"
    address = f"/reports/cases/phuong/{PERIOD[0]}/{PERIOD[1]}.csv"
    assert address in client.get(page).text
    assert ",Tổng cộng,60,20,30,10,50,40,9,1,10,8,2\r\n" in client.get(address).text
    for wrong in (
        f"/reports/cases/tinh/{PERIOD[0]}/{PERIOD[1]}.csv",
        f"/reports/cases/phuong/{PERIOD[0]}/2026-13-01.csv",
        f"/reports/cases/phuong/{PERIOD[0]}/2026-03-13.csv",
        f"/reports/cases/phuong/{PERIOD[0]}/{PERIOD[1]}.png",
    ):
        assert client.get(wrong).status_code == 404


def test_a_draft_of_it_is_shown_as_the_form(province: Agency, survey: Survey, client: FlaskClient) -> None:
    make_case_figures(province, *PERIOD, field="Đất đai", **LAND)
    sign_in(client, make_user("leader", province))
    form = {"report": "form-06a", "survey": "khao-sat", "agency": "", "period": "", "language": "vi"}
    form["csrf_token"] = token(client, "/reports")
    made = client.post("/reports", data=form | {"from_on": PERIOD[0], "to_on": PERIOD[1]}, follow_redirects=True)
    assert made.status_code == 200
    made = client.get(f"{made.request.path}?preview=1")
    assert '<th scope="colgroup" colspan="4">Tiếp nhận</th>' in made.text
    assert "Người lập biểu" in made.text
    assert ">PNG<" not in made.text


# What must not be taken for a sum, a tier, a group or a formula when it is read back.
NAMES = ("Tổng cộng", "Cộng đồng", "I", "1", "=1+1", "'-x", "Sở, ban, ngành", "Đất đai (cộng các lĩnh vực)", "Total")
FIELDS = st.one_of(
    st.sampled_from(NAMES), st.text("aăđẾ 19=+-@'\"(),;.%", max_size=20).map(lambda text: " ".join(text.split()))
)
COUNT = st.one_of(st.none(), st.integers(0, 99), st.just(MOST))
KEPT = st.fixed_dictionaries(dict.fromkeys(COUNTS, COUNT)).filter(lambda counts: set(counts.values()) != {None})
# Making an example smaller takes a database minutes.
FOUND = (Phase.explicit, Phase.reuse, Phase.generate)
DRAWN = st.dictionaries(st.tuples(st.integers(0, 4), FIELDS), KEPT, min_size=1, max_size=8)


@pytest.fixture
def places(province: Agency) -> list[Agency]:
    """Agencies whose names are hard to lead back: alike, like another's code, like the rows of the form."""
    return [
        province,
        make_agency("so-a", name="Sở Mẫu", parent=province),
        make_agency("so-b", name="Sở Mẫu", parent=province),
        make_agency("xa", name="so-a", parent=province, tier="commune"),
        make_agency("cong-dong", name="Cộng đồng (xa)", parent=province, tier="commune"),
    ]


@settings(max_examples=25, phases=FOUND)
@given(drawn=DRAWN, language=st.sampled_from(["vi", "en"]), extension=st.sampled_from(["xlsx", "csv"]))
@example(drawn={(0, "Tổng cộng"): {**dict.fromkeys(COUNTS), "new_total": 1}}, language="vi", extension="csv")
def test_what_is_exported_and_read_back_in_is_what_was_there(
    drawn: Mapping[tuple[int, str], Mapping[str, int | None]],
    language: str,
    extension: str,
    places: list[Agency],
    tmp_path: Path,
) -> None:
    for (place, field), counts in drawn.items():
        store(places[place], field, counts)
    before, editions = held(), count_of_editions()
    with in_language(language):
        rows = rows_of_period(EVERYWHERE, day(PERIOD[0]), day(PERIOD[1]))
        report = form_report(rows, places[0], (day(PERIOD[0]), day(PERIOD[1])), language=language, on=today())
    file = tmp_path / f"06a.{extension}"
    file.write_bytes(WRITERS[extension].write(report))
    with transaction():
        import_figures(file)
    assert held() == before
    assert count_of_editions() == editions
    clear()
    with transaction():
        import_figures(file)
    assert held() == {key: form_columns(counts) for key, counts in before.items() if told(key, counts)}
    clear()


def store(agency: Agency, field: str, counts: Mapping[str, int | None]) -> None:
    with transaction():
        correct_figures(
            agency_id=agency.id, from_on=day(PERIOD[0]), to_on=day(PERIOD[1]), field=field, counts=counts,
            actor="test", source="test",
        )  # fmt: skip


def told(key: tuple[int, str], counts: Mapping[str, int | None]) -> bool:
    """The form need not name an agency of which it holds no count."""
    return key[1] != "" or any(counts[name] is not None for name in FORM_COLUMNS.values())


def held() -> dict[tuple[int, str], dict[str, int | None]]:
    db.session.expire_all()
    return {(row.agency_id, row.field): row.counts for row in db.session.scalars(select(CaseFigures))}


def form_columns(counts: Mapping[str, int | None]) -> dict[str, int | None]:
    return {name: count if name in FORM_COLUMNS.values() else None for name, count in counts.items()}


def count_of_editions() -> int:
    return db.session.scalar(select(func.count()).select_from(CaseFiguresEdition)) or 0


def clear() -> None:
    with transaction():
        db.session.execute(delete(CaseFiguresEdition))
        db.session.execute(delete(CaseFigures))
