"""A file of rows: no id, no time, no words, marks only where others share them."""

import csv
import io
from collections import Counter

import openpyxl
import pytest

from survey_app.agencies.models import Agency
from survey_app.responses.rows import AFTER, BEFORE, CoarseRows
from survey_app.surveys.models import Survey
from tests.factories import day, make_agency, make_response, make_survey
from tests.figures.examples import add_answers

pytestmark = pytest.mark.usefixtures("session")
Place = tuple[Survey, Agency, Agency]


@pytest.fixture
def place() -> Place:
    """Two agencies: 40 answers of two days and channels at one, 7 at the other, 2 of them on a day of their own."""
    top = make_agency("top", tier="province")
    one, two = (make_agency(code, parent=top) for code in ("one", "two"))
    survey = make_survey(top, "rows")
    for on, channel, n in (("2025-03-04", "web", 20), ("2025-03-05", "kiosk", 20)):
        margins = {"access": {"high": n}, "staff": {"low": n}}
        add_answers(survey, margins, agency=one, answered_on=day(on), channel=channel, comment="Bà Lan ở xã Mỹ An")
    for on, n in (("2025-03-04", 5), ("2025-04-01", 2)):
        add_answers(survey, {"access": {"low": n}}, agency=two, answered_on=day(on), channel="web")
    return survey, one, two


def read(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.decode(), newline="")))


def test_a_row_holds_codes_and_marks_and_nothing_else(place: Place) -> None:
    survey, _one, _two = place
    file = CoarseRows(survey, survey.agency_id).csv()
    rows = read(file)
    questions = ("access", "transparency", "staff", "timeliness", "results")
    assert tuple(rows[0]) == (*BEFORE, *questions, *AFTER)
    assert b"Lan" not in file
    assert b"T" not in b"".join(row["answered_on"].encode() for row in rows)
    assert Counter((row["agency"], row["access"], row["staff"]) for row in rows) == {
        ("one", "high", "low"): 40,
        ("two", "low", ""): 7,
    }


def test_marks_of_few_are_empty_and_everybody_is_there(place: Place) -> None:
    survey, _one, two = place
    rows = read(CoarseRows(survey, survey.agency_id).csv())
    classes = Counter(tuple(row[name] for name in BEFORE) for row in rows)
    assert min(classes.values()) >= 5
    assert classes["one", "2025-03", "web", "2025-03-04", "", "vi", "no", "no"] == 20
    # The two of a day of their own take the five others of their agency with them.
    assert classes["two", "", "", "", "", "", "", ""] == 7
    assert len(read(CoarseRows(survey, two.id).csv())) == 7


def test_what_waits_to_be_counted_is_not_there(place: Place) -> None:
    survey, one, _two = place
    make_response(survey, one)
    assert len(read(CoarseRows(survey, survey.agency_id).csv())) == 47


def test_the_order_is_another_one_in_every_file_and_a_workbook_holds_the_same(place: Place) -> None:
    survey, one, _two = place
    made = [CoarseRows(survey, one.id) for _ in range(2)]
    files = [each.csv() for each in made]
    assert files[0] != files[1]
    assert sorted(files[0].splitlines()) == sorted(files[1].splitlines())
    sheet = openpyxl.load_workbook(io.BytesIO(made[0].xlsx())).active
    assert sheet is not None
    cells = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert cells == [list(row) for row in csv.reader(io.StringIO(files[0].decode(), newline=""))]


def test_people_of_a_small_agency_are_told_without_it_and_only_to_who_sees_the_whole() -> None:
    top = make_agency(tier="province")
    places = [make_agency(parent=top) for _ in range(2)]
    survey = make_survey(top)
    for agency in places:
        add_answers(survey, {"access": {"high": 3}}, agency=agency)
    assert [row["agency"] for row in read(CoarseRows(survey, top.id).csv())] == [""] * 6
    assert read(CoarseRows(survey, places[0].id).csv()) == []
