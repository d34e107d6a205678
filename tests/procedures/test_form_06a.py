"""The official form as exported: fields, totals, groups of agencies."""

from pathlib import Path

import pytest
from sqlalchemy import select

from survey_app.db import db, transaction
from survey_app.errors import Invalid
from survey_app.procedures.actions import Outcome, import_figures
from survey_app.procedures.models import CaseFigures
from survey_app.procedures.queries import case_totals
from tests.factories import day, make_agency
from tests.procedures.forms import BUILDING, LAND, TOTAL, exported


@pytest.fixture(autouse=True)
def _context(session: object) -> None:
    pass


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "06a.xlsx"


def imported(path: Path) -> Outcome:
    with transaction():
        return import_figures(path)


def stored() -> dict[tuple[int, str], CaseFigures]:
    return {(row.agency_id, row.field): row for row in db.session.scalars(select(CaseFigures))}


def test_fields_and_their_total_are_stored_for_the_reporting_agency(file: Path) -> None:
    agency = make_agency("so", name="Sở Mẫu")
    outcome = imported(exported(file, LAND, BUILDING, TOTAL))
    assert (outcome.stored, outcome.findings) == (3, [])
    rows = stored()
    assert set(rows) == {(agency.id, ""), (agency.id, "Đất đai"), (agency.id, "Xây dựng")}
    whole = rows[agency.id, ""]
    assert (whole.period_from, whole.period_to) == (day("2025-12-15"), day("2026-03-14"))
    assert (whole.received_total, whole.received_online, whole.pending_overdue, whole.new_total) == (100, 30, 2, None)
    totals = case_totals(agency_id=agency.id, from_on=day("2025-12-15"), to_on=day("2026-03-14"))
    # All fields together, not once more each of them.
    assert totals is not None
    assert (totals.rows, totals.received_total) == (1, 100)


def test_fields_alone_are_summed(file: Path) -> None:
    agency = make_agency("so", name="Sở Mẫu")
    imported(exported(file, LAND, BUILDING))
    totals = case_totals(agency_id=agency.id, from_on=day("2025-12-15"), to_on=day("2026-03-14"))
    assert totals is not None
    assert (totals.rows, totals.received_total, totals.resolved_overdue) == (2, 100, 1)


def test_a_total_that_is_not_the_sum_of_its_fields_is_found(file: Path) -> None:
    make_agency("so", name="Sở Mẫu")
    outcome = imported(exported(file, LAND, BUILDING, [*TOTAL[:2], 101, 31, *TOTAL[4:]]))
    found = [(each.line.number, each.imbalance) for each in outcome.findings]
    assert found == [
        (9, ("received_total = resolved_total + pending_total", 101, 100, 1)),
        (9, ("received_total = sum of fields", 101, 100, 1)),
        (9, ("received_online = sum of fields", 31, 30, 1)),
    ]


def test_groups_that_are_agencies_get_their_own_fields(file: Path) -> None:
    province = make_agency("tinh", name="Tỉnh Mẫu", tier="province")
    home = make_agency("so-nv", name="Sở Nội vụ", parent=province)
    works = make_agency("so-xd", name="Sở Xây dựng", parent=province)
    rows = (["I", "Sở Nội vụ"], LAND, ["II", "Sở Xây dựng", *BUILDING[2:]], BUILDING, TOTAL)
    outcome = imported(exported(file, *rows, reporter="Đơn vị báo cáo: Tỉnh Mẫu"))
    assert (outcome.stored, outcome.findings) == (3, [])
    # The province's total would count both departments twice.
    assert set(stored()) == {(home.id, "Đất đai"), (works.id, ""), (works.id, "Xây dựng")}
    totals = case_totals(agency_id=province.id, from_on=day("2025-12-15"), to_on=day("2026-03-14"))
    assert totals is not None
    assert totals.received_total == 100


@pytest.mark.parametrize(
    ("changes", "where", "words"),
    [
        ({"reporter": "Đơn vị báo cáo: Sở Khác"}, "7", "Sở Khác"),
        ({"reporter": ""}, "7", ""),
    ],
)
def test_an_unknown_reporter_is_refused_by_line(file: Path, changes: dict[str, str], where: str, words: str) -> None:
    make_agency("so", name="Sở Mẫu")
    with pytest.raises(Invalid) as caught:
        imported(exported(file, LAND, **changes))
    (problem,) = caught.value.errors
    assert problem.where == where
    assert words in problem.message
    assert stored() == {}


@pytest.mark.parametrize(
    "period", ["Kỳ báo cáo: Quý I", "Từ 01/04/2026 đến 31/03/2026", "Từ 31/02/2026 đến 31/03/2026"]
)
def test_a_sheet_without_a_sound_period_is_refused_whole(file: Path, period: str) -> None:
    make_agency("so", name="Sở Mẫu")
    with pytest.raises(Invalid):
        imported(exported(file, LAND, period=period))
    assert stored() == {}


def test_a_wrong_cell_is_named_by_its_column_number(file: Path) -> None:
    make_agency("so", name="Sở Mẫu")
    with pytest.raises(Invalid) as caught:
        imported(exported(file, [*LAND[:9], "năm", *LAND[10:]], BUILDING))
    (problem,) = caught.value.errors
    assert problem.where == "7"
    assert "(10)" in problem.message


def test_dashes_are_nothing_and_points_part_thousands(file: Path) -> None:
    agency = make_agency("so", name="Sở Mẫu")
    imported(exported(file, ["1", "Đất đai", "1.050", "1.000", "50", "-", "1.050", "1.050", "–", "-", "-", "-", "-"]))
    row = stored()[agency.id, "Đất đai"]
    assert (row.received_total, row.carried_over, row.resolved_on_time) == (1050, 0, 0)
