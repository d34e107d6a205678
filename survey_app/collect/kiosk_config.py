"""All that a kiosk needs to ask its survey without a network, and a hash that tells when it changed."""

from typing import Any
from urllib.parse import quote

from survey_app.access import EVERYWHERE
from survey_app.clock import timezone
from survey_app.collect.rules import option_icon
from survey_app.i18n import language_name
from survey_app.questionnaires.content import Content, Option, Question
from survey_app.questionnaires.queries import audio_addresses, version_content
from survey_app.responses.rules import body_hash
from survey_app.surveys.links import form_url
from survey_app.surveys.models import Device, Survey
from survey_app.surveys.queries import DeviceIdentity, require_device, survey_for_form


def kiosk_config(identity: DeviceIdentity) -> dict[str, Any]:
    """The configuration of a device, as docs/collecting.md describes it; `hash` is over all the rest."""
    device = require_device(identity.id, EVERYWHERE)
    content = version_content(device.survey.version_id)
    config = {
        "survey": _survey(device.survey),
        "agency": _agency(device),
        "device": {"place": device.place, "opening_hours": device.opening_hours, "timezone": str(timezone())},
        "questionnaire": _questionnaire(device.survey, content),
        "audio": audio_addresses(device.survey.version_id),
        "languages": [{"tag": tag, "name": language_name(tag)} for tag in content.languages],
        "addresses": {
            "submit": f"/api/v1/surveys/{quote(device.survey.code)}/responses",
            "results": f"/results/{quote(device.survey.code)}",
            "phone": form_url(device.survey, device.agency.code),
        },
    }
    return {**config, "hash": body_hash(config)}


def _survey(survey: Survey) -> dict[str, Any]:
    return {
        "code": survey.code,
        "titles": survey.titles,
        "opens_on": survey.opens_on.isoformat() if survey.opens_on else None,
        "closes_on": survey.closes_on.isoformat() if survey.closes_on else None,
        "kiosk": "kiosk" in survey.channels,
        "provenance": survey.provenance,
    }


def _agency(device: Device) -> dict[str, str]:
    form = survey_for_form(device.survey.code, device.agency.code)
    return {"code": device.agency.code, "name": device.agency.name, "above": form.above if form else ""}


def _questionnaire(survey: Survey, content: Content) -> dict[str, Any]:
    return {
        "code": survey.version.questionnaire.code,
        "version": survey.version.number,
        "titles": content.titles,
        "intro": content.intro,
        "words": content.words,
        "questions": [_question(question) for question in content.questions],
    }


def _question(question: Question) -> dict[str, Any]:
    """Options as they stand on the screen: the best on top, those outside the scale last."""
    options = (*reversed(question.counted_options), *question.excluded_options)
    return {
        "code": question.code,
        "kind": question.kind,
        "label": question.label,
        "text": question.text,
        "options": [_option(question, option) for option in options],
        "reasons": [{"code": reason.code, "text": reason.text} for reason in question.reasons],
        "max_length": question.max_length,
    }


def _option(question: Question, option: Option) -> dict[str, Any]:
    """`unhappy`: the reasons are asked after it."""
    return {
        "code": option.code,
        "text": option.text,
        "icon": option_icon(question, option.code),
        "excluded": option.excluded,
        "unhappy": option.code in question.unhappy_codes,
    }
