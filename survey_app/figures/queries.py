"""Reading published figures, and the agency that a reader sees a survey at."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select

from survey_app.access import Scope
from survey_app.agencies.models import Agency
from survey_app.agencies.queries import covers, is_within, restatement
from survey_app.db import db
from survey_app.errors import NotFound
from survey_app.figures.models import PublishedFigure
from survey_app.questionnaires.models import QuestionnaireVersion
from survey_app.surveys.models import Survey
from survey_app.tallies.models import Tally


def published_figures(*, survey_id: int) -> list[PublishedFigure]:
    """Every published percentage of a survey, by period."""
    mine = select(PublishedFigure).where(PublishedFigure.survey_id == survey_id)
    return list(db.session.scalars(mine.order_by(PublishedFigure.period_from, PublishedFigure.period_to)))


def version_starts(*, survey_id: int, agency_id: int) -> list[tuple[date, int]]:
    """(first day of its first month, number) of each questionnaire version that counted answers at an agency were
    given to, in order of time."""
    first = func.min(Tally.starts_on)
    mine = (Tally.agency_id == agency_id, Tally.survey_id == survey_id, Tally.grain == "month", Tally.question == "")
    query = (
        select(first, QuestionnaireVersion.number)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Tally.version_id)
        .where(*mine)
        .group_by(QuestionnaireVersion.number)
        .order_by(first, QuestionnaireVersion.number)
    )
    return [(on, number) for on, number in db.session.execute(query)]


def seen_agency(*, survey: Survey, scope: Scope, agency: Agency | None = None) -> Agency:
    """The agency whose figures a reader sees: the one asked for; else the survey's own where the scope covers it; else
    the reader's own where the survey collects there. Raises NotFound outside the survey or the scope."""
    own = None if scope.agency_id is None else db.session.get(Agency, scope.agency_id)
    seen = agency or (survey.agency if own is None or covers(scope, survey.agency_id) else own)
    if is_within(seen.id, survey.agency_id) and covers(scope, seen.id):
        return seen
    raise NotFound(_("This survey has no figures for that agency."))


def pooled_agencies(*, survey: Survey, scope: Scope, agency: Agency, structure: str | None) -> tuple[int, ...]:
    """The agencies whose counts stand for one: itself first, and where `structure` is "current" those of the survey and
    the scope whose whole work passed to it. None of them lies below another."""
    if structure != "current":
        return (agency.id,)
    pooled = restatement(agency.id, scope).pooled
    return tuple(each for each in pooled if each == agency.id or is_within(each, survey.agency_id))
