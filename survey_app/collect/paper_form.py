"""The form on paper: a version in one of its languages, with boxes to tick, as PDF."""

from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from survey_app.i18n import in_language, localized, nearest_catalogue
from survey_app.questionnaires.content import Content, Question
from survey_app.questionnaires.queries import version_content
from survey_app.surveys.models import Survey
from survey_app.typesetting import typeset

TEMPLATE = Path(__file__).with_name("paper_form.typ")


def paper_form_pdf(survey: Survey, agency_name: str, language: str) -> bytes:
    """A4 in a language of the survey's version: codes of version and survey, blanks for day, counter and number.

    The options carry the numbers that the entry screen takes.
    """
    content = version_content(survey.version_id)
    with in_language(nearest_catalogue(language)):
        private = _("No name is kept. The staff at the counter cannot see your answers.")
        filling = {
            "language": language,
            "title": f"{localized(survey.titles, language)} – {agency_name}",
            "agency": agency_name,
            "heading": localized(survey.titles, language),
            "intro": localized(content.intro, language),
            "version": f"{survey.code} · {survey.version.questionnaire.code} {survey.version.number} · {language}",
            "blanks": [_("Day"), _("Counter"), _("Number of the sheet")],
            "words": {
                "page": _("Page"),
                "comment": _own(content, "comment", language, _("Anything else? (optional)")),
                "private": _own(content, "private", language, private),
            },
            "questions": [_question(content, question, language) for question in content.questions],
        }
        return typeset(TEMPLATE, filling, "pdf", timestamp=0)


def entry_options(question: Question) -> list[tuple[str, str]]:
    """(number key, option code) of a question's options, the best first, those outside the scale last."""
    options = (*reversed(question.counted_options), *question.excluded_options)
    return [(str((index + 1) % 10), option.code) for index, option in enumerate(options)]


def _question(content: Content, question: Question, language: str) -> dict[str, Any]:
    texts = {option.code: localized(option.text, language) for option in question.options}
    return {
        "text": localized(question.text, language),
        "options": [{"number": number, "text": texts[code]} for number, code in entry_options(question)],
        "why": _own(content, "why", language, _("What was not good? (you may choose several)")),
        "reasons": [localized(reason.text, language) for reason in question.reasons],
    }


def _own(content: Content, name: str, language: str, fallback: str) -> str:
    return content.words.get(name, {}).get(language) or fallback
