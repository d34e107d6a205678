"""Corrections with history, and who answers for what does not add up."""

import pytest

from survey_app.db import transaction
from survey_app.errors import Invalid, NotFound
from survey_app.procedures.actions import acknowledge, record_activity, record_procedure
from survey_app.procedures.findings import case_findings, imbalances
from survey_app.procedures.queries import activities_of, catalogue, editions_of
from tests.factories import day, make_agency, make_case_figures

QUARTER = ("2021-01-01", "2021-03-31")
BROKEN = {"new_total": 139, "received_online": 55, "received_in_person_or_post": 70}
IDENTITY = "new_total = received_online + received_in_person_or_post"


@pytest.fixture(autouse=True)
def _context(session: object) -> None:
    pass


def test_every_correction_leaves_an_edition_and_the_same_again_leaves_none() -> None:
    agency = make_agency()
    for online in (55, 55, 69):
        figures = make_case_figures(agency, *QUARTER, **{**BROKEN, "received_online": online})
    editions = editions_of(figures)
    assert [(each.number, each.counts["received_online"]) for each in editions] == [(1, 55), (2, 69)]
    assert {each.recorded_by for each in editions} == {"test"}


def test_a_finding_says_the_numbers() -> None:
    figures = make_case_figures(make_agency(), *QUARTER, **BROKEN)
    (finding,) = case_findings(figures)
    assert finding.words == (
        "139 mới tiếp nhận, 55 trực tuyến + 70 trực tiếp hoặc qua bưu chính = 125: còn 14 hồ sơ chưa rõ ở đâu"
    )
    assert finding.acknowledgement is None


def test_an_acknowledgement_holds_for_just_these_sums() -> None:
    agency = make_agency()
    figures = make_case_figures(agency, *QUARTER, **BROKEN)
    with transaction():
        acknowledge(figures, IDENTITY, reason="Hồ sơ giấy chưa nhập", actor="lanhdao@example.vn")
    (finding,) = case_findings(figures)
    assert finding.acknowledgement is not None
    assert finding.acknowledgement.acknowledged_by == "lanhdao@example.vn"
    figures = make_case_figures(agency, *QUARTER, **{**BROKEN, "received_online": 56})
    (finding,) = case_findings(figures)
    assert finding.acknowledgement is None


def test_only_what_fails_can_be_acknowledged_and_with_a_reason() -> None:
    figures = make_case_figures(make_agency(), *QUARTER, **BROKEN)
    with pytest.raises(NotFound), transaction():
        acknowledge(figures, "received_total = resolved_total + pending_total", reason="x", actor="a@b.vn")
    with pytest.raises(Invalid), transaction():
        acknowledge(figures, IDENTITY, reason="  ", actor="a@b.vn")


def test_fields_are_compared_with_their_total() -> None:
    agency = make_agency()
    make_case_figures(agency, *QUARTER, field="Báo chí", received_total=5)
    whole = make_case_figures(agency, *QUARTER, received_total=8)
    assert [(each.identity, each.difference) for each in imbalances(whole)] == [("received_total = sum of fields", 3)]
    make_case_figures(agency, *QUARTER, field="Xuất bản", received_total=3)
    assert imbalances(whole) == []


def test_activities_are_kept_changed_and_taken_away() -> None:
    agency = make_agency()
    period = {"agency_id": agency.id, "from_on": day(QUARTER[0]), "to_on": day(QUARTER[1])}
    for count in (4, 6):
        with transaction():
            record_activity(**period, name="Tin, bài đã đăng", count=count)
    assert [(each.name, each.count) for each in activities_of(**period)] == [("Tin, bài đã đăng", 6)]
    with transaction():
        record_activity(**period, name="Tin, bài đã đăng", count=None)
    assert activities_of(**period) == []
    with pytest.raises(Invalid), transaction():
        record_activity(**period, name="", count=1)


def test_a_procedure_keeps_how_its_days_were_cut() -> None:
    for from_on, promised in (("2010-01-01", 15), ("2016-01-01", 4)):
        with transaction():
            record_procedure(
                code="1.012345",
                name="Cấp giấy phép xuất bản",
                field="Xuất bản",
                from_on=day(from_on),
                statutory_days=15,
                committed_days=promised,
            )
    (procedure,) = catalogue()
    assert [(term.from_on.year, term.committed_days) for term in procedure.terms] == [(2010, 15), (2016, 4)]
    with pytest.raises(Invalid), transaction():
        record_procedure(code="1", name="x", field="", from_on=day("2020-01-01"), statutory_days=3, committed_days=4)
