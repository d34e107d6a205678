"""Management pages: what is asked, version by version."""

import re
from typing import NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from config import LOCALES
from survey_app import audit
from survey_app.access import may, public, reader, requires, scope
from survey_app.db import transaction
from survey_app.errors import DomainError, Invalid, NotFound, Problem
from survey_app.i18n import language_name
from survey_app.questionnaires import actions, queries
from survey_app.questionnaires.audio import LARGEST
from survey_app.questionnaires.models import QuestionnaireTranslation, QuestionnaireVersion
from survey_app.questionnaires.rules import is_language
from survey_app.questionnaires.translation import WORDS, missing_places, places

blueprint = Blueprint("questionnaires", __name__, template_folder="templates")
HASH = re.compile("[0-9a-f]{64}")
YEAR = 365 * 24 * 3600


@blueprint.get("/manage/questionnaires")
@requires("questionnaires.view")
def index() -> str:
    """Every questionnaire with its versions."""
    return render_template("questionnaires/index.html", versions=queries.versions())


@blueprint.get("/manage/questionnaires/<code>/<int:number>")
@requires("questionnaires.view")
def version(code: str, number: int) -> str:
    """One version: its questions, their options as counted, and the reasons."""
    found = queries.require_version(code, number)
    return render_template(
        "questionnaires/version.html",
        version=found,
        content=queries.version_content(found.id),
        spoken=_spoken(found),
        links=[link for link in queries.links_of(found.questionnaire_id) if link.number == number],
        may_translate=_may_translate(),
    )


@blueprint.get("/manage/questionnaires/<code>/<int:number>/languages")
@requires("questionnaires.translate")
def add_language(code: str, number: int) -> Response:
    """Lead to the texts of the language that was typed in."""
    tag = request.args.get("tag", "").strip()
    if not is_language(tag):
        flash(_("Please give a language tag such as km, tyz or mww-Latn."), "error")
        return redirect(url_for("questionnaires.version", code=code, number=number), 303)
    return redirect(url_for("questionnaires.translation", code=code, number=number, language=tag), 303)


@blueprint.get("/manage/questionnaires/<code>/<int:number>/languages/<language>")
@requires("questionnaires.translate")
def translation(code: str, number: int, language: str) -> str:
    """The texts of a version in one language beside the original, to fill in or to review."""
    found = queries.require_version(code, number)
    stored = queries.translation_of(found.id, language)
    return _translation_page(found, language, stored.texts if stored else {}, stored)


@blueprint.post("/manage/questionnaires/<code>/<int:number>/languages/<language>")
@requires("questionnaires.translate")
def translate(code: str, number: int, language: str) -> Response | tuple[str, int]:
    """Store the texts, or say that a speaker reviewed them, or whether the language is offered."""
    if not _may_translate():
        abort(403)
    found = queries.require_version(code, number)
    name = request.form["act"] if request.form.get("act") in ACTS else "translate"
    try:
        with transaction():
            ACTS[name](found, language)
            audit.record(reader().email, f"questionnaires.{name}", f"{code} {number} {language}")
    except DomainError as error:
        stored = queries.translation_of(found.id, language)
        return _translation_page(found, language, _sent_texts(), stored, error), 422
    flash(_("Saved. Citizens see it within ten seconds."), "success")
    return redirect(url_for("questionnaires.translation", code=code, number=number, language=language), 303)


@blueprint.get("/manage/questionnaires/<code>/<int:number>/audio")
@requires("questionnaires.view")
def audio(code: str, number: int) -> str:
    """The recordings of a version: which questions and answers are read aloud, in which languages."""
    return _audio_page(queries.require_version(code, number))


@blueprint.post("/manage/questionnaires/<code>/<int:number>/audio")
@requires("questionnaires.translate")
def change_audio(code: str, number: int) -> Response | tuple[str, int]:
    """Keep a recording, or forget one."""
    request.max_content_length = LARGEST + 64 * 1024
    if not _may_translate():
        abort(403)
    found = queries.require_version(code, number)
    language, place = request.form.get("language", ""), request.form.get("place", "")
    try:
        with transaction():
            if request.form.get("act") == "delete":
                actions.delete_recording(found, language, place)
            else:
                actions.store_recording(found, language, place, _sent_file())
            what = f"{code} {number} {language} {place}"
            audit.record(reader().email, "questionnaires.audio", what[:200], act=request.form.get("act", "")[:20])
    except Invalid as error:
        return _audio_page(found, error.message), 422
    flash(_("Saved. Kiosks fetch it with their next configuration."), "success")
    return redirect(url_for("questionnaires.audio", code=code, number=number), 303)


@blueprint.get("/k/audio/<sha256>")
@public
def recording(sha256: str) -> Response:
    """A recording by the hash of its content: the same address is the same sound for ever."""
    kept = queries.recording_content(sha256) if HASH.fullmatch(sha256) else None
    if kept is None:
        raise NotFound()
    answer = FlaskResponse(kept[1], mimetype=kept[0])
    answer.cache_control.public, answer.cache_control.max_age, answer.cache_control.immutable = True, YEAR, True
    answer.set_etag(sha256)
    return answer.make_conditional(request, accept_ranges=True, complete_length=len(kept[1]))


def _sent_file() -> bytes:
    file = request.files.get("file")
    if file is None:
        return b""
    with file.stream as stream:
        return stream.read()


def _audio_page(version: QuestionnaireVersion, error: str = "") -> str:
    content = queries.version_content(version.id)
    kept = {(each.language, each.place): each for each in queries.recordings(version.id)}
    words = {question.code: question.text for question in content.questions}
    for question in content.choices:
        words |= {f"{question.code}.{option.code}": option.text for option in question.options}
    return render_template(
        "questionnaires/audio.html",
        version=version,
        languages=[(tag, language_name(tag)) for tag in content.languages],
        words=words,
        kept=kept,
        may_change=_may_translate(),
        largest=LARGEST // 1024,
        error=error,
    )


class Spoken(NamedTuple):
    """A language of a version: how many of its texts there are; `translation` is None for the version's own."""

    tag: str
    name: str
    present: int
    total: int
    translation: QuestionnaireTranslation | None


def _may_translate() -> bool:
    """Versions are everybody's: their words are changed by those alone who look after everything."""
    return may("questionnaires.translate") and scope().agency_id is None


def _spoken(version: QuestionnaireVersion) -> list[Spoken]:
    own = queries.version_document(version)
    added = {each.language: each for each in queries.translations(version.id)}
    total = len(places(own))
    lines = []
    for tag in (*own.languages, *added):
        has_catalogue = tag in LOCALES
        needed = total - len(WORDS) if has_catalogue else total
        missing = len(missing_places(own, tag, has_catalogue=has_catalogue))
        present = len(added[tag].texts) if tag in added else needed - missing
        lines.append(Spoken(tag, language_name(tag), present, needed, added.get(tag)))
    return lines


def _store(version: QuestionnaireVersion, language: str) -> None:
    actions.store_translation(version, language, _sent_texts())


def _review(version: QuestionnaireVersion, language: str) -> None:
    actions.review_translation(_stored(version, language), reader().email)


def _offer(version: QuestionnaireVersion, language: str) -> None:
    actions.offer_translation(_stored(version, language), True)


def _withdraw(version: QuestionnaireVersion, language: str) -> None:
    actions.offer_translation(_stored(version, language), False)


ACTS = {"translate": _store, "review": _review, "offer": _offer, "withdraw": _withdraw}


def _stored(version: QuestionnaireVersion, language: str) -> QuestionnaireTranslation:
    found = queries.translation_of(version.id, language)
    if found is None:
        raise NotFound()
    return found


def _sent_texts() -> dict[str, str]:
    return {name: text for name, text in request.form.items() if "." in name or name in ("titles", "intro") if text}


def _translation_page(
    version: QuestionnaireVersion,
    language: str,
    texts: dict[str, str],
    stored: QuestionnaireTranslation | None,
    error: DomainError | None = None,
) -> str:
    own = queries.version_document(version)
    if not is_language(language) or language in own.languages:
        raise NotFound()
    return render_template(
        "questionnaires/translation.html",
        version=version,
        tag=language,
        name=language_name(language),
        places=places(own),
        words=WORDS,
        texts=texts,
        stored=stored,
        may_translate=_may_translate(),
        errors=[(_problem_words(error, problem), f"#{problem.where}") for problem in _problems(error)],
    )


def _problems(error: DomainError | None) -> tuple[Problem, ...]:
    if error is None:
        return ()
    return error.errors if isinstance(error, Invalid) and error.errors else (Problem("titles", error.code, str(error)),)


def _problem_words(error: DomainError | None, problem: Problem) -> str:
    words = {
        "empty": _("There is no text yet."),
        "too_long": _("This text is too long."),
        "unknown": _("This version has no such text."),
        "conflict": _("These texts were reviewed and do not change any more."),
    }
    return words.get(problem.code, problem.message)
