"""What is worked out once is served again for the same counts only, and for the same question only."""

import pytest
from sqlalchemy import event

from survey_app.agencies.models import Agency
from survey_app.db import db
from survey_app.figures.released import released_beside, released_counts, released_groups
from survey_app.figures.subjects import comments_written
from survey_app.responses.actions import exclude_response
from survey_app.tallies.actions import fold, rebuild
from survey_app.tallies.queries import counts_token
from survey_app.tallies.rules import Slice
from tests.factories import an_id, make_agency, make_response, make_survey
from tests.figures.examples import add_answers

pytestmark = pytest.mark.usefixtures("session")


def test_the_same_counts_are_not_read_twice() -> None:
    survey = make_survey()
    add_answers(survey, {"access": {"high": 20}})
    part, statements = Slice(survey.id, (survey.agency_id,)), []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    first = released_counts(survey, part)
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert released_counts(survey, part) is first
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert not [each for each in statements if "tally.count" in each]


def test_whatever_changes_the_counts_is_seen_at_once() -> None:
    survey = make_survey()
    part, tokens = Slice(survey.id, (survey.agency_id,)), {counts_token(survey.id)}
    add_answers(survey, {"access": {"high": 20}})
    assert released_counts(survey, part).responses == 20
    tokens.add(counts_token(survey.id))
    make_response(survey, id=an_id(1), answers={"access": "high"}, live=False)
    fold()
    assert released_counts(survey, part).responses == 21
    tokens.add(counts_token(survey.id))
    with db.session.begin_nested():
        exclude_response(survey, an_id(1), "double", "actor")
    db.session.commit()
    fold()
    assert released_counts(survey, part).responses == 20
    tokens.add(counts_token(survey.id))
    rebuild()
    assert len(tokens | {counts_token(survey.id)}) == 5


def test_nothing_is_told_to_whom_it_was_not_worked_out_for() -> None:
    top = make_agency()
    one, other = make_agency(parent=top), make_agency(parent=top)
    survey = make_survey(top)
    for agency, count in ((one, 40), (other, 7)):
        add_answers(survey, {"access": {"high": count}, "staff": {"high": count}}, agency=agency)
    asked = {place.id: released_counts(survey, Slice(survey.id, (place.id,))) for place in (top, one, other)}
    assert [told.responses for told in asked.values()] == [47, 40, 7]
    public = released_groups(survey, Slice(survey.id, (one.id, other.id)), ("agency",), "public")
    assert not public[other.id,].responses_told
    assert released_counts(survey, Slice(survey.id, (other.id,))).responses == 7
    of_one = released_groups(survey, Slice(survey.id, (one.id,), questions=("", "staff")), ("agency",))[one.id,]
    assert (of_one.has_row("staff"), of_one.has_row("access")) == (True, False)
    assert set(of_one.counts) == {("", ""), ("staff", "high")}


def test_what_stands_beside_the_answers_is_kept_but_for_what_changed_since() -> None:
    survey = make_survey()
    add_answers(survey, {"access": {"high": 60}})
    for i in range(40):
        make_response(survey, id=an_id(i), answers={"access": "high"}, live=False, comment="Tốt")
    fold()
    part = Slice(survey.id, (survey.agency_id,))
    first = released_beside(survey, part, comments_written())
    assert first.counts["comment", "yes"] == 40
    assert released_beside(survey, part, comments_written()) is first
    with db.session.begin_nested():
        for i in range(20):
            exclude_response(survey, an_id(i), "double", "actor")
    db.session.commit()
    assert released_beside(survey, part, comments_written()).counts["comment", "yes"] == 20
    fold()
    assert released_beside(survey, part, comments_written()).counts["comment", "yes"] == 20


def test_agencies_where_nothing_was_counted_are_not_read_again() -> None:
    top = make_agency()
    places = tuple(make_agency(parent=top).id for _ in range(3))
    survey = make_survey(top)
    for place in places:
        add_answers(survey, {"access": {"high": 30}}, agency=db.session.get(Agency, place))
    part, read = Slice(survey.id, places), []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        if "tally.question" in statement:
            read.append({place for place in places if place in values_of(parameters)})

    assert [told.responses for told in released_groups(survey, part, ("agency",)).values()] == [30, 30, 30]
    add_answers(survey, {"access": {"low": 20}}, agency=db.session.get(Agency, places[1]))
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        found = released_groups(survey, part, ("agency",))
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert [told.responses for told in found.values()] == [30, 50, 30]
    assert set().union(*read) == {places[1]}
    rebuild()
    assert [told.responses for told in released_groups(survey, part, ("agency",)).values()] == [30, 50, 30]


def values_of(parameters: object) -> list[object]:
    """What a statement is given, by position or by name."""
    return list(parameters.values()) if isinstance(parameters, dict) else list(parameters)  # type: ignore[call-overload]
