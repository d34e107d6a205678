from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session, scoped_session

from survey_app.access import EVERYWHERE, Scope
from survey_app.agencies.models import Agency
from survey_app.db import db, transaction
from survey_app.errors import NotFound
from survey_app.surveys import queries
from survey_app.surveys.models import Survey
from tests.factories import make_agency, make_survey

DatabaseSession = scoped_session[Session]


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    sent: list[str] = []

    def note(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def province(session: DatabaseSession) -> Agency:
    """A province with two departments, one of which has a counter."""
    root = make_agency("province", tier="province", name="Tỉnh Bến Tre")
    department = make_agency("department", parent=root, name="Sở Khoa học và Công nghệ")
    make_agency("counter", parent=department, name="Bộ phận Một cửa", tier="service_centre")
    make_agency("other", parent=root, name="Sở Nội vụ")
    return root


@pytest.fixture
def survey(province: Agency) -> Survey:
    department = db.session.query(Agency).filter_by(code="department").one()
    return make_survey(department, "demo", opens_on=date(2026, 1, 1), channels=["web", "qr"])


def agency(code: str) -> Agency:
    return db.session.query(Agency).filter_by(code=code).one()


def test_a_survey_by_its_code(survey: Survey) -> None:
    assert queries.survey_by_code("demo") is survey
    assert queries.require_survey("demo") is survey
    assert queries.survey_by_code("DEMO") is None
    with pytest.raises(NotFound):
        queries.require_survey("none")


def test_the_form_asks_one_statement_and_once_a_second(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    for qr in (None, "counter"):
        with statements() as sent:
            first = queries.survey_for_form("demo", qr)
            assert queries.survey_for_form("demo", qr) is first
        assert [statement.split()[0] for statement in sent if statement != "BEGIN"] == ["SELECT"]
    monkeypatch.setattr(queries, "FRESH_SECONDS", 0.0)
    with statements() as sent:
        assert queries.survey_for_form("demo") == queries.survey_for_form("demo")
    assert len([statement for statement in sent if statement != "BEGIN"]) == 2


def test_a_change_of_this_process_is_seen_at_once(survey: Survey) -> None:
    assert queries.survey_for_form("demo") is not None
    with transaction():
        survey.closes_on = date(2026, 1, 31)
    found = queries.survey_for_form("demo")
    assert found is not None
    assert found.closes_on == date(2026, 1, 31)


def test_a_survey_is_found_as_soon_as_it_is_there(province: Agency) -> None:
    assert queries.survey_for_form("late") is None
    make_survey(province, "late")
    assert queries.survey_for_form("late") is not None


def test_what_the_form_needs(survey: Survey) -> None:
    assert queries.survey_for_form("demo") == queries.FormSurvey(
        id=survey.id,
        code="demo",
        titles={"vi": "Khảo sát thử", "en": "Test survey"},
        version_id=survey.version_id,
        version=1,
        channels=frozenset({"web", "qr"}),
        opens_on=date(2026, 1, 1),
        closes_on=None,
        provenance="collected",
        agency_id=survey.agency_id,
        agency_code="department",
        agency_name="Sở Khoa học và Công nghệ",
        agency_short="Sở Khoa học và Công nghệ",
        above="Tỉnh Bến Tre",
    )


def test_a_root_has_nothing_above(province: Agency) -> None:
    make_survey(province, "all")
    found = queries.survey_for_form("all")
    assert found is not None
    assert (found.agency_name, found.above) == ("Tỉnh Bến Tre", "")


def test_the_form_of_no_survey(survey: Survey) -> None:
    assert queries.survey_for_form("none") is None
    assert queries.survey_for_form("none", "counter") is None


@pytest.mark.parametrize(
    ("qr", "name", "above"),
    [
        ("counter", "Bộ phận Một cửa", "Sở Khoa học và Công nghệ"),
        ("department", "Sở Khoa học và Công nghệ", "Tỉnh Bến Tre"),
        ("other", "Sở Khoa học và Công nghệ", "Tỉnh Bến Tre"),
        ("province", "Sở Khoa học và Công nghệ", "Tỉnh Bến Tre"),
        ("nobody", "Sở Khoa học và Công nghệ", "Tỉnh Bến Tre"),
        ("", "Sở Khoa học và Công nghệ", "Tỉnh Bến Tre"),
    ],
)
def test_a_qr_code_collects_at_its_agency_within_the_survey(survey: Survey, qr: str, name: str, above: str) -> None:
    found = queries.survey_for_form("demo", qr)
    assert found is not None
    assert (found.agency_name, found.above) == (name, above)
    assert found.agency_id == (agency("counter").id if qr == "counter" else survey.agency_id)


@pytest.mark.parametrize(
    ("reader", "seen"),
    [(None, True), ("province", True), ("department", True), ("counter", True), ("other", False)],
)
def test_a_survey_is_seen_from_above_and_below(survey: Survey, reader: str | None, seen: bool) -> None:
    scope = Scope(agency(reader).id) if reader else EVERYWHERE
    assert queries.surveys_in(scope) == ([survey] if seen else [])
    if seen:
        assert queries.require_survey_in("demo", scope) is survey
    else:
        with pytest.raises(NotFound):
            queries.require_survey_in("demo", scope)


@pytest.mark.parametrize(
    ("reader", "codes"),
    [
        (None, ["department", "counter"]),
        ("province", ["department", "counter"]),
        ("department", ["department", "counter"]),
        ("counter", ["counter"]),
        ("other", []),
    ],
)
def test_a_reader_sees_where_it_collects_within_their_scope(
    survey: Survey, reader: str | None, codes: list[str]
) -> None:
    scope = Scope(agency(reader).id) if reader else EVERYWHERE
    assert [found.code for found in queries.survey_agencies(survey, scope)] == codes


def test_open_surveys(province: Agency) -> None:
    make_survey(province, "past", closes_on=date(2026, 1, 31))
    make_survey(province, "present", opens_on=date(2026, 2, 1), closes_on=date(2026, 2, 1))
    make_survey(province, "future", opens_on=date(2026, 2, 2))
    make_survey(province, "paper", channels=["paper"])
    make_survey(province, "always")
    found = queries.open_surveys(date(2026, 2, 1), "web")
    assert {survey.code for survey in found} == {"present", "always"}


@pytest.mark.parametrize("code", ["\x00", "a\x00b", "\ud800", "x" * 5000, ""])
def test_what_can_be_no_code_finds_nothing(session: DatabaseSession, code: str) -> None:
    """PostgreSQL stores no NUL and would fail on the question alone."""
    assert queries.survey_by_code(code) is None
    assert queries.survey_for_form(code) is None
    assert queries.survey_for_form(make_survey().code, code) is not None
