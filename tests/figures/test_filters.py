import pytest

from survey_app.access import EVERYWHERE, Scope
from survey_app.errors import Invalid
from survey_app.figures.filters import Selection, read_selection
from tests.factories import day, make_agency, make_survey

pytestmark = pytest.mark.usefixtures("session")


def test_nothing_asked_for_is_nothing_selected() -> None:
    asked = {"from": "", "to": None, "lang": "vi", "agency": " "}
    assert read_selection(asked, survey=make_survey(), scope=EVERYWHERE) == Selection()
    assert Selection().query() == {}


def test_filters_come_back_as_the_query_they_came_from() -> None:
    top = make_agency()
    below = make_agency(parent=top)
    asked = {"from": "2016-01-01", "to": "2016-12-31", "agency": below.code, "channel": "kiosk"}
    selection = read_selection(asked, survey=make_survey(top), scope=Scope(top.id))
    assert (selection.from_on, selection.agency) == (day("2016-01-01"), below)
    assert selection.query() == asked


@pytest.mark.parametrize("text", ["2016-02-30", "20160101", "01/02/2016", "２０１６-01-01", "2016-W01-1", "x" * 500])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_selection({"from": text}, survey=make_survey(), scope=EVERYWHERE)
    assert [problem.where for problem in caught.value.errors] == ["from"]


def test_every_wrong_key_is_named() -> None:
    asked = {"from": "x", "to": "y", "agency": "nowhere", "channel": "fax"}
    with pytest.raises(Invalid) as caught:
        read_selection(asked, survey=make_survey(), scope=EVERYWHERE)
    assert {problem.where for problem in caught.value.errors} == {"from", "to", "agency", "channel"}


def test_an_end_before_its_start_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        read_selection({"from": "2016-02-02", "to": "2016-02-01"}, survey=make_survey(), scope=EVERYWHERE)
    assert [(problem.where, problem.code) for problem in caught.value.errors] == [("to", "order")]


def test_an_agency_out_of_sight_looks_like_an_unknown_one() -> None:
    top = make_agency()
    mine, other, elsewhere = make_agency(parent=top), make_agency(parent=top), make_agency()
    survey = make_survey(top)
    messages = set()
    for code in (other.code, elsewhere.code, top.code, "nowhere", "\0", "x" * 1000):
        with pytest.raises(Invalid) as caught:
            read_selection({"agency": code}, survey=survey, scope=Scope(mine.id))
        messages.add(caught.value.errors[0].message.replace(code[:40], "CODE"))
    assert len(messages) == 1
