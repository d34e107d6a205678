"""Surveys as programs get them; figures are `figures.exports`."""

from typing import Any

from survey_app.access import Scope
from survey_app.agencies.models import Agency
from survey_app.figures.builders import PANELS
from survey_app.i18n import localized
from survey_app.questionnaires.content import Question
from survey_app.questionnaires.queries import version_content
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import survey_agencies


def survey_summary(survey: Survey) -> dict[str, Any]:
    """The shape SurveySummary."""
    return {
        "code": survey.code,
        "title": localized(survey.titles),
        "titles": dict(survey.titles),
        "agency": _agency(survey.agency),
        "from": survey.opens_on.isoformat() if survey.opens_on else None,
        "to": survey.closes_on.isoformat() if survey.closes_on else None,
        "channels": list(survey.channels),
        "provenance": survey.provenance,
        "simulated": survey.provenance == "simulated",
        "questionnaire": {"code": survey.version.questionnaire.code, "version": survey.version.number},
    }


def survey_in_full(survey: Survey, scope: Scope) -> dict[str, Any]:
    """The shape Survey, with the agencies of the scope."""
    return {
        **survey_summary(survey),
        "questions": [_question(question) for question in version_content(survey.version_id).questions],
        "agencies": [{**_agency(agency), "tier": agency.tier} for agency in survey_agencies(survey, scope)],
        "panels": list(PANELS),
    }


def _agency(agency: Agency) -> dict[str, str]:
    return {"code": agency.code, "name": agency.name}


def _question(question: Question) -> dict[str, Any]:
    return {
        "code": question.code,
        "kind": question.kind,
        "label": dict(question.label),
        "text": dict(question.text),
        "scale": question.scale,
        "options": [
            {
                "code": option.code,
                "order": option.order,
                "score": option.score,
                "positive": option.positive,
                "excluded": option.excluded,
                "text": dict(option.text),
            }
            for option in sorted(question.options, key=lambda option: option.order)
        ],
        "reasons": [{"code": reason.code, "text": dict(reason.text)} for reason in question.reasons],
    }
