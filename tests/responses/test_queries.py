"""Reading responses: by key, in one snapshot, a page at a time."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, event, update

from survey_app.db import db, transaction
from survey_app.responses import queries
from survey_app.responses.models import Response, TallyQueueItem
from tests.factories import an_id, make_agency, make_response, make_survey

pytestmark = pytest.mark.usefixtures("session")


def stored(survey_id: int, agency_ids: list[int], **fields: object) -> list[queries.StoredResponse]:
    return list(queries.stored_responses(survey_id=survey_id, agency_ids=agency_ids, **fields))  # type: ignore[arg-type]


def test_every_response_once_in_the_order_of_the_key_whatever_the_page() -> None:
    survey = make_survey()
    below = make_agency(parent=survey.agency)
    for number in (5, 1, 3, 2, 4):
        make_response(survey, id=an_id(number), comment=f"số {number}")
    make_response(survey, below, id=an_id(3), answers={"access": "low"}, reasons={"access": ["no_guide"]})
    make_response(make_survey(survey.agency), id=an_id(9))
    for page in (1, 2, 5, 100):
        rows = stored(survey.id, [survey.agency_id, below.id], page=page)
        assert [row.id for row in rows] == [an_id(1), an_id(2), an_id(3), an_id(4), an_id(5), an_id(3)]
        assert [row.texts for row in rows[:2]] == [{"comment": "số 1"}, {"comment": "số 2"}]
        assert (rows[-1].agency_id, rows[-1].answers, rows[-1].reasons, rows[-1].texts) == (
            below.id,
            {"access": "low"},
            {"access": ["no_guide"]},
            {},
        )


def test_days_are_inclusive_and_only_stored_ones_count() -> None:
    survey = make_survey()
    for number in range(1, 6):
        make_response(survey, id=an_id(number), answered_on=date(2016, 1, number))
    with transaction():
        db.session.get_one(Response, (survey.agency_id, an_id(3))).state = "excluded"
    rows = stored(survey.id, [survey.agency_id], from_on=date(2016, 1, 2), to_on=date(2016, 1, 4))
    assert [row.id for row in rows] == [an_id(2), an_id(4)]


def test_what_comes_while_reading_is_not_in_the_snapshot() -> None:
    survey = make_survey()
    for number in range(1, 5):
        make_response(survey, id=an_id(number))
    rows = queries.stored_responses(survey_id=survey.id, agency_ids=[survey.agency_id], page=2)
    first = next(rows)
    make_response(survey, id=an_id(9))
    assert [first.id, *(row.id for row in rows)] == [an_id(number) for number in range(1, 5)]
    assert len(stored(survey.id, [survey.agency_id])) == 5


def test_never_by_offset() -> None:
    survey = make_survey()
    for number in range(1, 6):
        make_response(survey, id=an_id(number))
    pages: list[tuple[str, Any]] = []

    def note(*arguments: Any) -> None:
        if "FROM response" in arguments[2] and "LIMIT" in arguments[2]:
            pages.append((arguments[2], arguments[3]))

    event.listen(db.engine, "before_cursor_execute", note)
    assert len(stored(survey.id, [survey.agency_id], page=2)) == 5
    assert len(pages) == 3
    # SQLite's dialect always writes an offset: of 0.
    assert all("OFFSET" not in statement or tuple(values)[-1] == 0 for statement, values in pages)


def test_the_holders_of_an_id() -> None:
    survey = make_survey()
    below = make_agency(parent=survey.agency)
    make_response(survey, id=an_id(1))
    make_response(survey, below, id=an_id(1))
    make_response(survey, below, id=an_id(2))
    holders = queries.agencies_holding(survey_id=survey.id, response_id=an_id(1))
    assert {agency.id for agency in holders} == {survey.agency_id, below.id}
    assert queries.agencies_holding(survey_id=survey.id + 1, response_id=an_id(2)) == []


def test_an_identity() -> None:
    survey = make_survey()
    given = make_response(survey)
    assert queries.stored_identity(agency_id=survey.agency_id, response_id=given.id) == (
        survey.id,
        given.sha256,
        "stored",
    )
    assert queries.stored_identity(agency_id=survey.agency_id, response_id=an_id(1)) is None


def test_the_newest_texts_come_first_however_many_days_they_take() -> None:
    survey = make_survey()
    below, beside = make_agency(parent=survey.agency), make_agency()
    for number in range(1, 21):
        where = below if number % 2 else survey.agency
        make_response(survey, where, id=an_id(number), answered_on=date(2016, 1, number), comment=f"số {number}")
    make_response(make_survey(beside), beside, id=an_id(30), answered_on=date(2016, 2, 1), comment="khác")
    with transaction():
        db.session.execute(delete(TallyQueueItem))
        db.session.get_one(Response, (below.id, an_id(19))).state = "excluded"

    def found(limit: int, **changes: Any) -> list[str]:
        among = queries.Among(survey.id, (survey.agency_id,), None, None, None, None)._replace(**changes)
        return [each.text for each in queries.texts_among(among, question="comment", limit=limit)]

    assert found(1) == ["số 20"]
    assert found(3) == ["số 20", "số 18", "số 17"]
    assert len(found(100)) == 19
    assert found(2, to_on=date(2016, 1, 5), from_on=date(2016, 1, 4)) == ["số 5", "số 4"]
    assert found(2, agency_ids=(below.id,)) == ["số 17", "số 15"]
    assert found(2, channel="paper") == []


def test_by_procedure_and_month_those_count_who_name_one() -> None:
    survey = make_survey()
    for number, procedure in enumerate((None, "A", "A"), 1):
        make_response(survey, id=an_id(number), answered_on=date(2016, 1, number), procedure_code=procedure, live=False)
    with transaction():
        db.session.execute(update(Response).values(flags=["fast"], flagged=True))
        db.session.execute(delete(TallyQueueItem))
    among = queries.Among(survey.id, (survey.agency_id,), None, None, None, None)
    assert queries.flags_grouped(among, ("month", "procedure")) == {(date(2016, 1, 1), "A"): {"": 2, "fast": 2}}


@pytest.mark.parametrize("procedure", [None, "A"])
def test_flags_are_counted_by_kind_by_an_index_of_the_flagged(procedure: str | None) -> None:
    survey = make_survey()
    for number in range(1, 5):
        make_response(survey, id=an_id(number), answered_on=date(2016, 1, number), procedure_code="A")
    with transaction():
        db.session.execute(delete(TallyQueueItem))
        for number, flags in ((1, ["fast"]), (2, ["fast", "burst"]), (3, ["fast"])):
            row = db.session.get_one(Response, (survey.agency_id, an_id(number)))
            row.flags, row.flagged = flags, True
    among = queries.Among(survey.id, (survey.agency_id,), None, date(2016, 1, 2), None, procedure)
    statements: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        statements.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert queries.flags_grouped(among, ()) == {(): {"": 2, "fast": 2, "burst": 1}}
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    if db.engine.dialect.name == "sqlite":
        statement, values = next(each for each in statements if "response.flagged" in each[0])
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        assert "ix_response_flagged" in str(plan.all())
