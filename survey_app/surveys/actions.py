"""Every write to surveys."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from survey_app.agencies.models import Agency
from survey_app.clock import now
from survey_app.db import db
from survey_app.errors import Conflict, Invalid, Problem
from survey_app.questionnaires.models import QuestionnaireVersion
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import survey_by_code
from survey_app.surveys.rules import CHANNELS, LONGEST_TITLE, PROVENANCES, is_code


def create_survey(
    *,
    code: str,
    titles: Mapping[str, str],
    version: QuestionnaireVersion,
    agency: Agency,
    channels: Sequence[str] = CHANNELS,
    opens_on: date | None = None,
    closes_on: date | None = None,
    provenance: str = "collected",
) -> Survey:
    """A new survey on a published version, collecting at an agency and everything below it.

    `titles` are texts by language. Raises Invalid (one Problem for each wrong field) and Conflict where the code is
    taken.
    """
    titles = {tag: " ".join(title.split()) for tag, title in titles.items() if title.strip()}
    problems = [*_wrong_words(code, titles), *_wrong_terms(version, channels, opens_on, closes_on, provenance)]
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), errors=tuple(problems))
    if survey_by_code(code):
        raise _taken(code)
    survey = Survey(
        code=code,
        titles=titles,
        version=version,
        agency=agency,
        channels=[channel for channel in CHANNELS if channel in channels],
        opens_on=opens_on,
        closes_on=closes_on,
        provenance=provenance,
        created_at=now(),
    )
    db.session.add(survey)
    try:
        db.session.flush()
    except IntegrityError as error:
        # Somebody else took the code since we looked.
        raise _taken(code) from error
    return survey


def _wrong_words(code: str, titles: Mapping[str, str]) -> list[Problem]:
    problems = []
    if not is_code(code):
        words = _("A code is 1 to 40 lower-case letters without accents, digits or hyphens, e.g. quy-1-2026.")
        problems.append(Problem("code", "bad_code", words))
    if not titles:
        problems.append(Problem("title", "no_title", _("A survey needs a title.")))
    if any(len(title) > LONGEST_TITLE for title in titles.values()):
        words = _("A title has at most %(most)s characters.", most=LONGEST_TITLE)
        problems.append(Problem("title", "long_title", words))
    return problems


def _wrong_terms(
    version: QuestionnaireVersion,
    channels: Sequence[str],
    opens_on: date | None,
    closes_on: date | None,
    provenance: str,
) -> list[Problem]:
    problems = []
    if version.published_at is None:
        problems.append(Problem("version", "draft", _("Only a published version can be asked.")))
    if not channels or not set(channels) <= set(CHANNELS):
        words = _("The channels must be some of %(channels)s.", channels=", ".join(CHANNELS))
        problems.append(Problem("channels", "bad_channels", words))
    if opens_on and closes_on and closes_on < opens_on:
        problems.append(Problem("closes_on", "bad_dates", _("The last day lies before the first.")))
    if provenance not in PROVENANCES:
        words = _("The provenance must be one of %(provenances)s.", provenances=", ".join(PROVENANCES))
        problems.append(Problem("provenance", "bad_provenance", words))
    return problems


def _taken(code: str) -> Conflict:
    return Conflict(_("A survey with the code %(code)s exists already.", code=code))
