"""The list of surveys, and several of them side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.access import Scope
from survey_app.figures.builders import build_panel, responses_counted
from survey_app.figures.panels import QuestionFigure
from survey_app.figures.wording import interval_text, period_text
from survey_app.i18n import localized
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import surveys_in
from survey_app.surveys.rules import PROVENANCES

MOST_SIDE_BY_SIDE = 6


@dataclass(frozen=True, slots=True)
class Card:
    """A survey of the list: whose part the reader sees, its days, how many answers (None where hidden)."""

    survey: Survey
    agency: str
    period: str
    responses: int | None
    tags: list[str]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Surveys as columns and questions as rows. A question that a survey does not ask has None in its column; surveys
    of different scales stand in different rows."""

    surveys: list[Card]
    rows: list[tuple[str, str, list[QuestionFigure | None]]]


def survey_cards(scope: Scope) -> list[Card]:
    """The surveys that a reader may see, the newest first."""
    return [_card(survey, scope) for survey in surveys_in(scope)]


def side_by_side(codes: Sequence[str], scope: Scope) -> SideBySide | None:
    """The chosen surveys of the reader, in the order of the list; None for fewer than two."""
    chosen = [survey for survey in surveys_in(scope) if survey.code in set(codes)][:MOST_SIDE_BY_SIDE]
    if len(chosen) < 2:
        return None
    panels = [build_panel("overview", survey=survey, scope=scope).rows for survey in chosen]
    # The same code on another scale is another question.
    keys = dict.fromkeys((row.question, tuple(o.option for o in row.options)) for rows in panels for row in rows)
    found = [{(row.question, tuple(o.option for o in row.options)): row for row in rows} for rows in panels]
    rows = []
    for key in keys:
        cells = [each.get(key) for each in found]
        first = next(cell for cell in cells if cell)
        rows.append((first.label, first.top.label, cells))
    return SideBySide([_card(survey, scope) for survey in chosen], rows)


def tags(survey: Survey) -> list[str]:
    """The kinds of tag that say where a survey's figures come from."""
    return [survey.provenance] if survey.provenance in PROVENANCES[1:] else []


def interval_of(row: QuestionFigure) -> str:
    """The interval of a row's best level; "" where there is none."""
    return interval_text(row.top.low, row.top.high, row.n or 0)


def _card(survey: Survey, scope: Scope) -> Card:
    filters, responses = responses_counted(survey=survey, scope=scope)
    period = period_text(filters.from_on, filters.to_on)
    return Card(survey, filters.agency_name, period, responses, tags(survey))


def title_of(survey: Survey) -> str:
    """The survey's title in the reader's language."""
    return localized(survey.titles)
