"""Typing answers in: sheets of paper, and interviews by telephone with the script on the screen."""

from datetime import date
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey_app import audit
from survey_app.access import reader, requires, scope
from survey_app.clock import local_date, today, uuid7
from survey_app.collect import actions
from survey_app.collect.entries import differences, to_check
from survey_app.collect.models import EntryBatch, EntrySheet
from survey_app.collect.paper_form import entry_options
from survey_app.collect.queries import batches_in, require_batch, sheets_of
from survey_app.collect.rules import BLANK, LONG_OPEN, RESPONSE_ID, FilledForm, filled_form
from survey_app.db import transaction
from survey_app.errors import Conflict, DomainError, Invalid, NotFound
from survey_app.i18n import language_name
from survey_app.questionnaires.queries import version_content
from survey_app.responses.rules import canonical_id
from survey_app.surveys.channels import CHANNEL_NAMES
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import require_survey_in, survey_agencies

blueprint = Blueprint("entry", __name__, template_folder="../templates")
LAST_SHOWN = 5
Answer = str | Response | tuple[str, int]


@blueprint.get("/manage/surveys/<code>/entry")
@requires("responses.enter")
def index(code: str) -> str:
    """The unfinished batches at the reader's agencies, and a new one."""
    return _list(require_survey_in(code, scope()))


@blueprint.post("/manage/surveys/<code>/entry")
@requires("responses.enter")
def create(code: str) -> Answer:
    """A new batch at one of the reader's agencies."""
    survey = require_survey_in(code, scope())
    agencies = {agency.code: agency for agency in survey_agencies(survey, scope())}
    agency = agencies.get(request.form.get("agency", ""))
    if agency is None:
        raise NotFound()
    try:
        with transaction():
            batch = actions.open_batch(
                survey,
                agency,
                channel=request.form.get("channel", ""),
                language=request.form.get("language", ""),
                answered_on=_day(request.form.get("answered_on", "")),
                actor=reader().email,
            )
    except Invalid as error:
        return _list(survey, error.message), 422
    return redirect(url_for("entry.screen", batch=batch.id), 303)


@blueprint.get("/manage/entry/<uuid:batch>")
@requires("responses.enter")
def screen(batch: UUID) -> str:
    """The next sheet, the running total and what was typed last; of somebody else's batch the total alone."""
    return _screen(require_batch(batch, scope()))


@blueprint.post("/manage/entry/<uuid:batch>")
@requires("responses.enter")
def send(batch: UUID) -> Answer:
    """Keep a sheet, or take out the last one."""
    found = _own(require_batch(batch, scope()))
    filled = _filled(found)
    try:
        with transaction():
            if request.form.get("entry-act") == "remove":
                actions.remove_last_sheet(found)
            else:
                actions.enter_sheet(found, canonical_id(request.form.get(RESPONSE_ID, "")), filled)
    except Invalid as error:
        return _screen(found, filled, error), 422
    return redirect(url_for("entry.screen", batch=batch), 303)


@blueprint.get("/manage/entry/<uuid:batch>/again")
@requires("responses.enter")
def again(batch: UUID) -> Answer:
    """The next sheet to be typed a second time, by somebody else."""
    found = require_batch(batch, scope())
    if found.created_by == reader().email:
        flash(_("Somebody else must type the sheets a second time."), "warning")
        return redirect(url_for("entry.screen", batch=batch), 303)
    return _again(found)


@blueprint.post("/manage/entry/<uuid:batch>/again")
@requires("responses.enter")
def send_again(batch: UUID) -> Answer:
    """Keep the second typing of a sheet."""
    found = require_batch(batch, scope())
    sheet = _sheet(found)
    if found.created_by == reader().email:
        raise NotFound()
    filled = _filled(found)
    try:
        with transaction():
            actions.enter_again(found, sheet, filled, reader().email)
    except Invalid as error:
        return _again_page(found, sheet, filled, error), 422
    return redirect(url_for("entry.again", batch=batch, sample=request.args.get("sample")), 303)


@blueprint.get("/manage/entry/<uuid:batch>/check")
@requires("responses.enter")
def check(batch: UUID) -> Answer:
    """The sheets that were typed in two ways, for the two who typed them."""
    found = require_batch(batch, scope())
    if reader().email not in (found.created_by, found.second_by):
        return redirect(url_for("entry.screen", batch=batch), 303)
    content = version_content(found.survey.version_id)
    rows = [(sheet, differences(content, sheet)) for sheet in sheets_of(found)]
    return render_template(
        "collect/entry_check.html",
        batch=found,
        survey=found.survey,
        content=content,
        rows=[(sheet, found_ones) for sheet, found_ones in rows if found_ones],
        checked=sum(bool(sheet.second) for sheet, _found in rows),
        total=len(rows),
    )


@blueprint.post("/manage/entry/<uuid:batch>/check")
@requires("responses.enter")
def settle(batch: UUID) -> Response:
    """Say which typing of a sheet is right."""
    found = require_batch(batch, scope())
    if reader().email not in (found.created_by, found.second_by):
        raise NotFound()
    sheet = _sheet(found)
    with transaction():
        actions.settle(sheet, take_second=request.form.get("entry-take") == "second")
        audit.record(reader().email, "collect.settle", found.survey.code, sheet=sheet.number)
    return redirect(url_for("entry.check", batch=batch), 303)


@blueprint.post("/manage/entry/<uuid:batch>/finish")
@requires("responses.enter")
def finish(batch: UUID) -> Response:
    """Record every sheet and forget the batch."""
    found = _own(require_batch(batch, scope()))
    try:
        with transaction():
            count = actions.finish_batch(found, reader().email)
    except Conflict as error:
        flash(error.message, "error")
        return redirect(url_for("entry.check", batch=batch), 303)
    for callback in current_app.extensions["after_import"]:
        callback()
    flash(_("Recorded: %(count)s answers.", count=count), "success")
    return redirect(url_for("entry.index", code=found.survey.code), 303)


def _own(batch: EntryBatch) -> EntryBatch:
    """The batch, if the reader opened it: what others type is not theirs to see. Raises NotFound."""
    if batch.created_by != reader().email:
        raise NotFound()
    return batch


def _sheet(batch: EntryBatch) -> EntrySheet:
    number = request.form.get("entry-sheet", "")
    found = next((sheet for sheet in sheets_of(batch) if str(sheet.number) == number), None)
    if found is None:
        raise NotFound()
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(_("Please give a day of the calendar.")) from error


def _list(survey: Survey, error: str = "") -> str:
    languages = version_content(survey.version_id).languages
    batches = [
        (each, count, (today() - local_date(each.created_at)).days) for each, count in batches_in(survey, scope())
    ]
    return render_template(
        "collect/entry_list.html",
        survey=survey,
        batches=batches,
        left_open=sum(days >= LONG_OPEN for _batch, _count, days in batches),
        long_open=LONG_OPEN,
        agencies=survey_agencies(survey, scope()),
        channels=[(name, CHANNEL_NAMES[name]) for name in actions.ENTERED if name in survey.channels],
        channel_names=CHANNEL_NAMES,
        languages=[(tag, language_name(tag)) for tag in languages],
        me=reader().email,
        today=today(),
        error=error,
    )


def _screen(batch: EntryBatch, filled: FilledForm = BLANK, error: DomainError | None = None) -> str:
    sheets = sheets_of(batch)
    own = batch.created_by == reader().email
    return _entry_page(
        batch,
        filled,
        error,
        own=own,
        total=len(sheets),
        last=list(reversed(sheets[-LAST_SHOWN:])) if own else [],
        number=len(sheets) + 1,
        address=url_for("entry.send", batch=batch.id),
    )


def _again(batch: EntryBatch) -> str | Response:
    sheet = to_check(sheets_of(batch), sample=bool(request.args.get("sample")))
    if sheet is None:
        return redirect(url_for("entry.check", batch=batch.id), 303)
    return _again_page(batch, sheet, BLANK, None)


def _again_page(batch: EntryBatch, sheet: EntrySheet, filled: FilledForm, error: DomainError | None) -> str:
    address = url_for("entry.send_again", batch=batch.id, sample=request.args.get("sample"))
    total = len(sheets_of(batch))
    return _entry_page(
        batch, filled, error, own=True, total=total, last=[], number=sheet.number, address=address, again=True
    )


def _filled(batch: EntryBatch) -> FilledForm:
    """What was typed; names with a hyphen of ours are no questions."""
    fields = [pair for pair in request.form.items(multi=True) if not pair[0].startswith("entry-")]
    return filled_form(version_content(batch.survey.version_id), fields)


def _entry_page(batch: EntryBatch, filled: FilledForm, error: DomainError | None, **values: object) -> str:
    content = version_content(batch.survey.version_id)
    problems = error.errors if error else ()
    return render_template(
        "collect/entry.html",
        batch=batch,
        survey=batch.survey,
        content=content,
        options={question.code: entry_options(question) for question in content.choices},
        texts={question.code: {o.code: o.text for o in question.options} for question in content.choices},
        filled=filled,
        errors=[(problem.message, f"#row-{problem.where}" if problem.where else "#entry") for problem in problems],
        response_id=uuid7(),
        **values,
    )
