"""Importing case figures: whole or not at all, as delivered."""

from pathlib import Path

import pytest
from sqlalchemy import select

from survey_app.db import db, transaction
from survey_app.errors import Invalid
from survey_app.procedures.actions import Outcome, import_figures
from survey_app.procedures.models import CaseFigures
from survey_app.procedures.queries import CaseTotals, case_totals
from survey_app.procedures.rules import COUNTS
from tests.factories import day, make_agency

HEADER = ",".join(("agency", "period_from", "period_to", *COUNTS))
QUARTER = "2021-01-01,2021-03-31,150,139,55,70,48,11,150,150,0,0,0,0,0,150"


@pytest.fixture(autouse=True)
def _context(session: object) -> None:
    pass


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "figures.csv"


def imported(file: Path, *lines: str, encoding: str = "utf-8") -> Outcome:
    file.write_text("\n".join(lines) + "\n", encoding=encoding)
    with transaction():
        return import_figures(file)


def refusals(file: Path, *lines: str) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        imported(file, *lines)
    db.session.expire_all()
    assert stored() == []
    return [(problem.where, problem.message) for problem in caught.value.errors]


def stored() -> list[CaseFigures]:
    return list(db.session.scalars(select(CaseFigures).order_by(CaseFigures.agency_id, CaseFigures.period_from)))


class TestImport:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_stores_what_was_delivered_and_says_what_does_not_add_up(self, file: Path, encoding: str) -> None:
        agency = make_agency("so", name="Sở Văn hoá, Thể thao và Du lịch")
        outcome = imported(file, HEADER, f'"Sở Văn hóa, Thể thao và Du lịch",{QUARTER}', encoding=encoding)
        assert outcome.stored == 1
        ((line, imbalance),) = ((finding.line, finding.imbalance) for finding in outcome.findings)
        assert (line.number, imbalance.left, imbalance.right, imbalance.difference) == (2, 139, 125, 14)
        (row,) = stored()
        assert (row.agency_id, row.period_to, row.new_total, row.digitally_signed) == (
            agency.id, day("2021-03-31"), 139, 150,
        )  # fmt: skip

    def test_the_same_agency_and_period_again_replaces(self, file: Path) -> None:
        make_agency("so")
        for _ in range(2):
            imported(file, HEADER, f"so,{QUARTER}")
        imported(file, HEADER, "so,2021-01-01,2021-03-31" + "," * 13 + ",7")
        db.session.expire_all()
        (row,) = stored()
        assert (row.received_total, row.digitally_signed) == (None, 7)

    def test_counts_without_a_column_are_unknown(self, file: Path) -> None:
        make_agency("so")
        imported(file, "period_to,agency,period_from,resolved_total", "2021-03-31,so,2021-01-01,5")
        (row,) = stored()
        assert (row.resolved_total, row.new_total) == (5, None)

    def test_one_wrong_line_keeps_the_whole_file_out(self, file: Path) -> None:
        make_agency("so")
        found = refusals(
            file,
            HEADER,
            f"so,{QUARTER}",
            f"nobody,{QUARTER}",
            "",
            "so,2021-04-01,2021-06-30,-1,,,,,,,,,,,,,",
            "so,2021-04-01,30/06/2021" + "," * 14,
            "so,2021-06-30,2021-04-01" + "," * 14,
            "so,2021-04-01,2021-06-30,1",
            f"so,{QUARTER}",
            f",{QUARTER}",
        )
        assert [where for where, _ in found] == ["3", "5", "6", "7", "8", "9", "10"]
        assert "nobody" in found[0][1]
        assert "received_total" in found[1][1]
        assert "period_to" in found[2][1]

    def test_a_name_of_two_agencies_is_refused(self, file: Path) -> None:
        make_agency("a", name="Phòng Nội vụ")
        make_agency("b", name="Phòng Nội vụ")
        ((where, message),) = refusals(file, HEADER, f"Phòng Nội vụ,{QUARTER}")
        assert where == "2"
        assert "Phòng Nội vụ" in message

    @pytest.mark.parametrize(
        "lines",
        [
            [],
            ["agency,period_from", "so,2021-01-01"],
            [f"{HEADER},surplus"],
            [f"{HEADER},new_total"],
            [HEADER, f'so,{QUARTER}"', 'so,"2021'],
        ],
    )
    def test_a_file_of_another_shape_is_refused_whole(self, file: Path, lines: list[str]) -> None:
        make_agency("so")
        assert refusals(file, *lines) == []

    def test_another_encoding_is_refused_with_a_hint(self, file: Path) -> None:
        with pytest.raises(Invalid, match="UTF-8"):
            imported(file, HEADER, f"Công an,{QUARTER}", encoding="latin-1")


class TestCaseTotals:
    def test_sums_over_everything_below(self, file: Path) -> None:
        root = make_agency("root")
        make_agency("one", parent=root)
        make_agency("two", parent=root)
        header = "agency,period_from,period_to,resolved_total,resolved_overdue"
        imported(
            file,
            header,
            "one,2021-01-01,2021-03-31,5,1",
            "two,2021-01-01,2021-03-31,7,",
            "one,2021-04-01,2021-06-30,20,2",
        )
        totals = case_totals(agency_id=root.id, from_on=day("2021-01-01"), to_on=day("2021-03-31"))
        assert totals
        assert (totals.resolved_total, totals.resolved_overdue, totals.new_total, totals.rows) == (12, None, None, 2)
        year = self.totals(root.id, "2021-01-01", "2021-12-31")
        assert year
        assert (year.resolved_total, year.period_from, year.period_to) == (32, day("2021-01-01"), day("2021-06-30"))
        assert self.totals(root.id, "2021-01-02", "2021-03-31") is None

    def test_a_year_and_its_quarters_count_once(self, file: Path) -> None:
        root = make_agency("root")
        header = "agency,period_from,period_to,resolved_total"
        imported(file, header, "root,2021-01-01,2021-03-31,5", "root,2021-01-01,2021-12-31,40")
        year, quarter = (
            self.totals(root.id, "2021-01-01", "2021-12-31"),
            self.totals(root.id, "2021-01-01", "2021-03-31"),
        )
        assert year
        assert quarter
        assert (year.resolved_total, quarter.resolved_total) == (40, 5)

    def totals(self, agency_id: int, from_on: str, to_on: str) -> CaseTotals | None:
        return case_totals(agency_id=agency_id, from_on=day(from_on), to_on=day(to_on))
