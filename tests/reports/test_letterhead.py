"""Whose document it is: the agency's own words, else the tree's, else dots."""

from datetime import date

import pytest

from survey_app.access import EVERYWHERE
from survey_app.agencies.actions import record_succession
from survey_app.clock import today
from survey_app.db import db, transaction
from survey_app.reports.blocks import Form, Text
from survey_app.reports.catalogue import build_report
from survey_app.reports.letterhead import Head, head_of
from survey_app.reports.models import Letterhead
from tests.factories import make_agency, make_case_figures, make_survey

pytestmark = pytest.mark.usefixtures("session")


def test_without_a_letterhead_names_come_from_the_tree_and_the_rest_is_dots() -> None:
    top = make_agency("mau", name="Tỉnh Mẫu", tier="province")
    below = make_agency("so-mau", name="Sở Mẫu", parent=top)
    assert head_of(below, today()) == Head(superior="Tỉnh Mẫu", issuing="Sở Mẫu")
    assert head_of(top, today()) == Head(superior="", issuing="Tỉnh Mẫu")
    assert head_of(make_agency("x", name="Sở X"), today()).superior == "…"


def test_an_agencys_own_words_come_first() -> None:
    agency = make_agency("so-mau", name="Sở Mẫu")
    with transaction():
        db.session.add(
            Letterhead(
                agency_id=agency.id, symbol="SM", place="Mẫu", recipients="- Như trên\n\n- Lưu: VT", signer_name="A"
            )
        )
    head = head_of(agency, today())
    assert (head.issuing, head.symbol, head.place, head.signer_name) == ("Sở Mẫu", "SM", "Mẫu", "A")
    assert head.recipients == ("Như trên;", "Lưu: VT.")
    assert (head.superior, head.signer_title) == ("…", "…")


def test_a_report_bears_the_names_that_were_valid_on_its_day() -> None:
    above = make_agency("tinh", name="Tỉnh Mẫu", tier="province")
    old = make_agency("cu", parent=above, name="Sở Văn hóa - Thông tin")
    new = make_agency("moi", parent=above, name="Sở Văn hóa, Thể thao và Du lịch")
    with transaction():
        record_succession(
            kind="rename",
            predecessor=old,
            successor=new,
            effective_on=date(2008, 4, 1),
            legal_basis="Nghị định 13/2008/NĐ-CP",
        )
    assert head_of(new, date(2008, 3, 31)).issuing == "Sở Văn hóa - Thông tin"
    assert head_of(old, date(2008, 4, 1)).issuing == "Sở Văn hóa, Thể thao và Du lịch"


def test_a_report_names_an_agency_as_it_was_called_in_the_period_and_on_its_day() -> None:
    old = make_agency("cu", name="Sở Thông tin và Truyền thông")
    new = make_agency("moi", name="Sở Văn hóa, Thể thao và Du lịch")
    survey = make_survey(old, "khao-sat")
    make_case_figures(old, "2025-01-01", "2025-03-31", received_total=3, resolved_total=3)
    with transaction():
        record_succession(
            kind="rename", predecessor=old, successor=new, effective_on=date(2025, 7, 1), legal_basis="QĐ 1"
        )
    asked = {"survey": survey, "scope": EVERYWHERE, "language": "vi", "date_on": date(2025, 7, 10)}
    period = {"from_on": date(2025, 1, 1), "to_on": date(2025, 3, 31)}
    quarter, overview = (build_report(name, **asked, **period) for name in ("quarter", "overview"))  # type: ignore[arg-type]
    assert quarter.sentences[0].startswith(f"Trong quý 1 năm 2025, {old.name} tiếp nhận")
    assert next(block for block in quarter.body if isinstance(block, Form)).reporter.endswith(f": {old.name}")
    texts = [block.text for block in overview.body if isinstance(block, Text)]
    assert texts[0].startswith(old.name)
    assert texts[-1].endswith(f"của {new.name}./.")
    assert {quarter.head.issuing, overview.head.issuing} == {new.name}
    # The filters and the source are the period's too; today's structure has today's name.
    assert [dict(report.filters)["Cơ quan"] for report in (quarter, overview)] == [old.name, old.name]
    assert old.name in overview.source
    after = build_report("overview", **asked, from_on=date(2025, 7, 1), to_on=date(2025, 9, 30))  # type: ignore[arg-type]
    assert dict(after.filters)["Cơ quan"] == new.name
