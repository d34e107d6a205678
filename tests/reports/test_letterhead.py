"""Whose document it is: the agency's own words, else the tree's, else dots."""

import pytest

from survey_app.clock import today
from survey_app.db import db, transaction
from survey_app.reports.letterhead import Head, head_of
from survey_app.reports.models import Letterhead
from tests.factories import make_agency

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
