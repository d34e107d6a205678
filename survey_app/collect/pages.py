"""The citizen's pages as HTML: the form blank or with what was filled in; and the short notices."""

import secrets
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode
from uuid import UUID

from flask import current_app, render_template

from config import LOCALES
from survey_app.collect.rules import BLANK, FilledForm, option_icon
from survey_app.errors import Problem
from survey_app.i18n import content_language, format_day, language_name
from survey_app.i18n import lazy_gettext as _l
from survey_app.questionnaires.content import COMMENT, Content
from survey_app.questionnaires.queries import version_content
from survey_app.surveys.queries import FormSurvey

# What the reader is told, by the code of the problem. Nothing that was filled in is lost.
WORDS = {
    "empty": _l("Please answer at least one question, or write a comment."),
    "unknown_question": _l("Something that is not asked here came with your answers. It was left out."),
    "unknown_option": _l("Please choose one of the answers."),
    "unknown_reason": _l("Please choose among the reasons."),
    "too_long": _l("This text is too long. Please shorten it."),
    "invalid_id": _l("Your answers did not reach us whole. They are still here: please press send again."),
    "csrf": _l("This page was open for a long time. Your answers are still here: please press send again."),
}


CLOSED = {
    "closed": (
        _l("This survey is over"),
        _l("Answers were taken until %(closed)s. Thank you for coming."),
    ),
    "not_yet": (
        _l("This survey has not begun yet"),
        _l("Answers are taken from %(opens)s on. Please come back then."),
    ),
    "not_offered": (
        _l("This survey is not taken on this page"),
        _l("Please ask at the counter how you can give your opinion."),
    ),
}


# What stands for the hidden values in a drawn page: nobody can write them into a text.
ID_MARK, TOKEN_MARK, TICKET_MARK = (secrets.token_hex(16) for _each in range(3))
MOST_DRAWN = 200


@dataclass(frozen=True, slots=True)
class Visit:
    """A form as it was opened: the survey, and the way in, which is the channel ("web", "qr", "sms").

    `qr` is the agency code of the QR code that led here, None without one; `ticket` is in its one spelling, or "".
    """

    survey: FormSurvey
    channel: str
    qr: str | None = None
    ticket: str = ""

    def address(self, tag: str) -> str:
        """The form's address in a language; it keeps where the visitor came from."""
        message = "sms" if self.channel == "sms" else None
        query = {"qr": self.qr, "c": message, "t": self.ticket or None, "lang": tag}
        kept = {key: value for key, value in query.items() if value is not None}
        return f"/s/{quote(self.survey.code)}?{urlencode(kept)}"


def blank_page(visit: Visit, response_id: UUID, token: str) -> str:
    """The form with nothing filled in.

    Drawn once for each survey and version as they stand, way in and language: visitors differ in the hidden values
    only.
    """
    drawn: dict[tuple[Visit, str], tuple[Content, str]] = current_app.extensions["collect"]
    content = version_content(visit.survey.version_id)
    key = (replace(visit, ticket=TICKET_MARK if visit.ticket else ""), content_language())
    known, page = drawn.get(key, (None, ""))
    # The same object as long as no translation changed.
    if known is not content:
        if len(drawn) >= MOST_DRAWN:
            drawn.clear()
        page = _form(key[0], BLANK, (), ID_MARK, TOKEN_MARK)
        drawn[key] = (content, page)
    return page.replace(ID_MARK, str(response_id)).replace(TOKEN_MARK, token).replace(TICKET_MARK, visit.ticket)


def refused_page(visit: Visit, response_id: UUID, token: str, filled: FilledForm, problems: tuple[Problem, ...]) -> str:
    """The form with all that was filled in, what is wrong beside its question and in a summary on top."""
    return _form(visit, filled, problems, str(response_id), token)


def notice_page(visit: Visit, title: str, text: str) -> str:
    """A page that says one thing about a survey instead of its form."""
    return render_template(
        "collect/notice.html", survey=visit.survey, title=title, text=text, language_links=_language_links(visit)
    )


def closed_page(visit: Visit, state: str) -> str:
    """Why no answer is taken now, and when one is (`state` as `surveys.rules.form_state` says it, not "open")."""
    title, text = CLOSED[state]
    opens_on, closes_on = visit.survey.opens_on, visit.survey.closes_on
    days = {"opens": format_day(opens_on) if opens_on else "", "closed": format_day(closes_on) if closes_on else ""}
    return notice_page(visit, str(title), str(text) % days)


def _form(visit: Visit, filled: FilledForm, problems: tuple[Problem, ...], response_id: str, token: str) -> str:
    content = version_content(visit.survey.version_id)
    return render_template(
        "collect/form.html",
        visit=visit,
        survey=visit.survey,
        content=content,
        filled=filled,
        errors=[(_words(problem), _target(content, problem)) for problem in problems],
        wrong={problem.where: _words(problem) for problem in problems if problem.where},
        option_icon=option_icon,
        response_id=response_id,
        token=token,
        language_links=_language_links(visit),
    )


def _words(problem: Problem) -> str:
    return str(WORDS.get(problem.code, problem.message))


def _target(content: Content, problem: Problem) -> str:
    """The address within the page of the control that a problem is about."""
    if problem.where == COMMENT:
        return f"#{COMMENT}"
    question = content.by_code.get(problem.where) or (content.questions[0] if problem.code == "empty" else None)
    if question is None:
        return "#send"
    return f"#{question.code}-{question.counted_options[-1].code}" if question.options else f"#{question.code}"


def _language_links(visit: Visit) -> list[tuple[str, str, str]]:
    spoken = version_content(visit.survey.version_id).languages
    tags = [*LOCALES, *(tag for tag in spoken if tag not in LOCALES)]
    return [(tag, language_name(tag), visit.address(tag)) for tag in tags]
