"""Reading published figures, and the agency that a reader sees a survey at."""

from flask_babel import gettext as _
from sqlalchemy import select

from survey_app.access import Scope
from survey_app.agencies.models import Agency
from survey_app.agencies.queries import covers, is_within
from survey_app.db import db
from survey_app.errors import NotFound
from survey_app.figures.models import PublishedFigure
from survey_app.surveys.models import Survey


def published_figures(*, survey_id: int) -> list[PublishedFigure]:
    """Every published percentage of a survey."""
    return list(db.session.scalars(select(PublishedFigure).where(PublishedFigure.survey_id == survey_id)))


def seen_agency(*, survey: Survey, scope: Scope, agency: Agency | None = None) -> Agency:
    """The agency whose figures a reader sees: the one asked for; else the survey's own where the scope covers it; else
    the reader's own where the survey collects there. Raises NotFound outside the survey or the scope."""
    own = None if scope.agency_id is None else db.session.get(Agency, scope.agency_id)
    seen = agency or (survey.agency if own is None or covers(scope, survey.agency_id) else own)
    if is_within(seen.id, survey.agency_id) and covers(scope, seen.id):
        return seen
    raise NotFound(_("This survey has no figures for that agency."))
