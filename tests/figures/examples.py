"""Counted answers for the tests of figures and of what shows them."""

from datetime import date
from typing import Any

from survey_app.agencies.models import Agency
from survey_app.surveys.models import Survey
from survey_app.tallies.actions import fold
from tests.factories import make_agency, make_responses, make_survey

# The margins of the reconstruction of 2016: 66 answers that give every published floor.
BENTRE = {
    "access": {"high": 49, "very_high": 17},
    "transparency": {"high": 38, "very_high": 28},
    "staff": {"high": 26, "very_high": 40},
    "timeliness": {"on_time": 41, "early": 25},
    "results": {"satisfied": 30, "very_satisfied": 36},
}
PUBLISHED = """criterion,option,value_percent,qualifier
access,high,74,floor
access,very_high,25,floor
transparency,high,57,floor
transparency,very_high,42,floor
staff,high,39,floor
staff,very_high,60,floor
timeliness,early,37,floor
timeliness,on_time,62,floor
results,satisfied,45,floor
results,very_satisfied,54,floor
timeliness,late,0,exact
results,dissatisfied,0,exact
"""


def answers(margins: dict[str, dict[str, int]]) -> list[dict[str, str]]:
    """Answers with exactly these counts; a question with fewer than the others was skipped by the last ones."""
    columns = {q: [option for option, count in counts.items() for _ in range(count)] for q, counts in margins.items()}
    longest = max((len(column) for column in columns.values()), default=0)
    return [{q: column[i] for q, column in columns.items() if i < len(column)} for i in range(longest)]


def counted_survey(
    margins: dict[str, dict[str, int]], agency: Agency | None = None, answered_on: str = "2016-05-10", **fields: Any
) -> Survey:
    """A survey whose folded answers have these counts."""
    survey = make_survey(agency or make_agency(), **fields)
    add_answers(survey, margins, answered_on=date.fromisoformat(answered_on))
    return survey


def add_answers(survey: Survey, margins: dict[str, dict[str, int]], **fields: Any) -> None:
    """More folded answers of the same survey."""
    make_responses(survey, answers(margins), fields.pop("agency", None), **fields)
    fold()
