"""Chains of agencies, names of a day, what can be pooled. Pure but for the last part."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient, FlaskCliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from survey_app.access import EVERYWHERE, Scope
from survey_app.agencies.actions import record_succession, withdraw_succession
from survey_app.agencies.models import Agency, AgencySuccession
from survey_app.agencies.queries import name_on, restatement, successions_in
from survey_app.agencies.successions import (
    KINDS,
    Succession,
    breaks_as_reported,
    closes_a_circle,
    is_succeeded,
    named_on,
    restate,
    today_of,
)
from survey_app.db import db, transaction
from survey_app.errors import Conflict, Invalid
from tests.factories import day, make_agency, make_user, sign_in

Db = scoped_session[Session]
PAGE = "/manage/agencies/successions"
CSRF = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
BENTRE, TRAVINH, OLD_VINHLONG, VINHLONG, STTTT, SKHCN, SVHTTDL, POLICE, NEW_SVHTTDL = range(1, 10)
MARCH, JULY = date(2025, 3, 1), date(2025, 7, 1)
REORGANISATION = (
    Succession(STTTT, SKHCN, "split", MARCH, "chuyển đổi số"),
    Succession(STTTT, SVHTTDL, "split", MARCH, "báo chí, xuất bản"),
    Succession(STTTT, POLICE, "split", MARCH, "an toàn thông tin mạng"),
    Succession(BENTRE, VINHLONG, "merge", JULY),
    Succession(TRAVINH, VINHLONG, "merge", JULY),
    Succession(OLD_VINHLONG, VINHLONG, "merge", JULY),
    Succession(SVHTTDL, NEW_SVHTTDL, "merge", JULY),
)


def test_a_province_is_made_of_the_three_that_merged() -> None:
    found = restate(VINHLONG, REORGANISATION)
    assert set(found.pooled) == {VINHLONG, BENTRE, TRAVINH, OLD_VINHLONG}
    assert found.left_out == ()
    assert {s.effective_on for s in found.breaks} == {JULY}


def test_a_split_is_never_pooled_and_said_so_over_a_chain() -> None:
    found = restate(NEW_SVHTTDL, REORGANISATION)
    assert found.pooled == (NEW_SVHTTDL, SVHTTDL)
    assert [(s.predecessor, s.field) for s in found.left_out] == [(STTTT, "báo chí, xuất bản")]
    assert [s.effective_on for s in found.breaks] == [MARCH, JULY]


def test_as_reported_the_series_breaks_where_something_joins_or_leaves() -> None:
    moved = (*REORGANISATION, Succession(SKHCN, POLICE, "transfer", JULY, "mật mã"))
    assert [s.effective_on for s in breaks_as_reported(POLICE, moved)] == [MARCH, JULY]
    assert [s.effective_on for s in breaks_as_reported(SKHCN, moved)] == [MARCH, JULY]
    assert breaks_as_reported(STTTT, moved) == ()


def test_who_does_today_what_one_did() -> None:
    assert today_of(BENTRE, REORGANISATION) == VINHLONG
    assert today_of(SVHTTDL, REORGANISATION) == NEW_SVHTTDL
    assert today_of(STTTT, REORGANISATION) == STTTT


@pytest.mark.parametrize(("on", "named"), [("2007-12-31", 1), ("2008-01-01", 2), ("2019-12-31", 2), ("2020-01-01", 3)])
@pytest.mark.parametrize("asked", [1, 2, 3])
def test_the_name_of_a_day_from_any_link_of_the_chain(asked: int, on: str, named: int) -> None:
    chain = (Succession(1, 2, "rename", date(2008, 1, 1)), Succession(2, 3, "rename", date(2020, 1, 1)))
    assert named_on(asked, day(on), chain) == named


@pytest.mark.parametrize("kind", ["rename", "merge", "split"])
def test_circles_are_found_over_any_chain(kind: str) -> None:
    chain = [Succession(1, 2, "merge", MARCH), Succession(2, 3, "split", MARCH, "a")]
    assert closes_a_circle(Succession(3, 1, kind, JULY), chain)
    assert closes_a_circle(Succession(1, 1, kind, JULY), [])
    assert not closes_a_circle(Succession(1, 3, kind, JULY), chain)
    assert not closes_a_circle(Succession(3, 1, "transfer", JULY, "a"), chain)


links = st.builds(
    Succession,
    st.integers(1, 7),
    st.integers(1, 7),
    st.sampled_from([kind for kind in KINDS if kind != "abolish"]),
    st.dates(date(2000, 1, 1), date(2030, 1, 1)),
)


@given(st.lists(links, max_size=14), st.integers(1, 7))
def test_whatever_is_recorded_in_order_ends_and_counts_nobody_twice(drawn: list[Succession], agency: int) -> None:
    known: list[Succession] = []
    for each in drawn:
        if not closes_a_circle(each, known) and not is_succeeded(each.predecessor, known):
            known.append(each)
    pools = [restate(top, known).pooled for top in range(1, 8) if today_of(top, known) == top]
    everyone = [member for pool in pools for member in pool]
    assert len(everyone) == len(set(everyone)) == 7
    assert agency in restate(today_of(agency, known), known).pooled
    assert named_on(agency, date(2015, 1, 1), known) in range(1, 8)


def recorded(predecessor: Agency, successor: Agency | None, kind: str = "merge", **fields: object) -> AgencySuccession:
    values = {"effective_on": JULY, "legal_basis": "Nghị quyết 202/2025/QH15"} | fields
    with transaction():
        return record_succession(kind=kind, predecessor=predecessor, successor=successor, **values)  # type: ignore[arg-type]


def test_what_ends_has_a_last_day_and_what_begins_a_first(session: Db) -> None:
    old, other, new = make_agency(), make_agency(), make_agency()
    recorded(old, new, begins=True)
    recorded(other, new)
    assert (old.valid_to, other.valid_to, new.valid_from) == (day("2025-06-30"), day("2025-06-30"), JULY)
    row = successions_in(EVERYWHERE)[0]
    with transaction():
        withdraw_succession(row)
    assert [each.valid_to for each in (old, other)].count(None) == 1


@pytest.mark.parametrize(
    ("kind", "fields", "where"),
    [
        ("absorb", {}, "kind"),
        ("merge", {"successor": None}, "successor"),
        ("merge", {"successor": "same"}, "successor"),
        ("merge", {"field": "báo chí"}, "field"),
        ("transfer", {}, "field"),
        ("merge", {"legal_basis": " "}, "legal_basis"),
        ("merge", {"legal_basis": "x" * 301}, "legal_basis"),
        ("abolish", {}, "successor"),
        ("merge", {"effective_on": day("1999-01-01")}, "effective_on"),
    ],
)
def test_wrong_ones_are_refused_by_field(session: Db, kind: str, fields: dict[str, object], where: str) -> None:
    old, new = make_agency(), make_agency()
    with transaction():
        old.valid_from = day("2000-01-01")
    others = {"same": old, None: None}
    successor = others[fields["successor"]] if "successor" in fields else new  # type: ignore[index]
    with pytest.raises(Invalid) as refusal:
        recorded(old, successor, kind, **{name: value for name, value in fields.items() if name != "successor"})
    assert where in {problem.where for problem in refusal.value.errors}


def test_history_refuses_circles_second_ends_repeats_and_the_dead(session: Db) -> None:
    a, b, c = make_agency(), make_agency(), make_agency()
    recorded(a, b)
    for predecessor, successor, where in ((b, a, "successor"), (a, c, "predecessor")):
        with pytest.raises(Invalid) as refusal:
            recorded(predecessor, successor, effective_on=date(2026, 1, 1))
        assert where in {problem.where for problem in refusal.value.errors}
    recorded(b, c, "transfer", field="đất đai")
    with pytest.raises(Conflict):
        recorded(b, c, "transfer", field="đất đai")


def test_the_database_refuses_what_the_rules_refuse(session: Db) -> None:
    a = make_agency()
    for kind, field in (("merge", ""), ("abolish", "x")):
        row = AgencySuccession(
            predecessor_id=a.id, successor_id=a.id, kind=kind, effective_on=JULY, field=field, legal_basis="x"
        )
        with pytest.raises(IntegrityError), transaction():
            db.session.add(row)


def test_a_reader_s_pool_ends_at_their_scope_and_counts_a_subtree_once(session: Db) -> None:
    top = make_agency()
    new, old, stranger = make_agency(parent=top), make_agency(parent=top), make_agency()
    below = make_agency(parent=old)
    for predecessor in (old, below, stranger):
        recorded(predecessor, new)
    assert set(restatement(new.id, EVERYWHERE).pooled) == {new.id, old.id, stranger.id}
    assert set(restatement(new.id, Scope(top.id)).pooled) == {new.id, old.id}
    assert restatement(new.id, Scope(new.id)).pooled == (new.id,)


def test_the_name_of_a_day(session: Db) -> None:
    old = make_agency(name="Sở Văn hóa - Thông tin")
    new = make_agency(name="Sở Văn hóa, Thể thao và Du lịch")
    recorded(old, new, "rename", effective_on=date(2008, 4, 1))
    for agency in (old, new):
        assert name_on(agency, day("2008-03-31")) == "Sở Văn hóa - Thông tin"
        assert name_on(agency, day("2008-04-01")) == "Sở Văn hóa, Thể thao và Du lịch"


def test_from_the_command_line(cli: FlaskCliRunner, session: Db) -> None:
    make_agency("old")
    make_agency("new")
    options = ["--kind", "merge", "--on", "2025-07-01", "--legal-basis", "Nghị quyết"]
    assert cli.invoke(args=["agencies", "succeed", "old", "--by", "new", *options]).exit_code == 0
    refused = cli.invoke(args=["agencies", "succeed", "old", "--by", "new", *options])
    assert refused.exit_code == 1
    assert "Traceback" not in refused.output


def _token(client: FlaskClient) -> str:
    found = CSRF.search(client.get(PAGE).text)
    assert found
    return found[1]


def test_the_page_records_and_withdraws_within_the_scope(client: FlaskClient, session: Db) -> None:
    top, stranger = make_agency(), make_agency("stranger")
    make_agency("old", parent=top)
    make_agency("new", parent=top)
    sign_in(client, make_user("administrator", top))
    form = {
        "csrf_token": _token(client),
        "kind": "merge",
        "predecessor": "old",
        "successor": "new",
        "effective_on": "2025-07-01",
        "legal_basis": "Nghị quyết 202/2025/QH15",
    }
    assert client.post(PAGE, data=form | {"successor": "stranger"}).status_code == 422
    assert client.post(PAGE, data=form | {"effective_on": "hôm qua"}).status_code == 422
    assert client.post(PAGE, data=form).status_code == 303
    answer = client.post(PAGE, data=form)
    assert answer.status_code == 422
    assert "Nghị quyết 202/2025/QH15" in answer.text
    recorded(stranger, make_agency())
    foreign = max(row.id for row in successions_in(EVERYWHERE))
    token = {"csrf_token": _token(client)}
    assert client.post(f"{PAGE}/{foreign}/withdraw", data=token).status_code == 404
    mine = min(row.id for row in successions_in(EVERYWHERE))
    assert client.post(f"{PAGE}/{mine}/withdraw", data=token).status_code == 303
    db.session.rollback()
    assert [row.id for row in successions_in(EVERYWHERE)] == [foreign]
