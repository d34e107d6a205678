"""The page about schedules: which there are, what became of each sending, a new one; and the page of an export."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from survey_app import audit
from survey_app.access import may, reader, requires, scope
from survey_app.agencies.queries import agencies_in, depths, require_agency
from survey_app.clock import now
from survey_app.db import transaction
from survey_app.deliveries import actions
from survey_app.deliveries.exports import ROWS, SIGNED, order_edition, order_export
from survey_app.deliveries.forms import FREQUENCY_NAMES, RowsForm, ScheduleForm
from survey_app.deliveries.models import Export, Schedule
from survey_app.deliveries.queries import (
    deliveries_stand_still,
    exports_before,
    exports_stand_still,
    require_export,
    require_schedule_in,
    schedules_in,
    unqueued_period,
)
from survey_app.errors import DomainError, Invalid, NotFound, Problem
from survey_app.figures.filters import KEYS
from survey_app.figures.queries import seen_agency
from survey_app.i18n import NAMES, language, localized
from survey_app.reports.catalogue import REPORTS, read_filters
from survey_app.reports.composer import may_see, panels_of
from survey_app.reports.files import ReportFile, attachment
from survey_app.reports.queries import require_edition, require_report
from survey_app.reports.writers import WRITERS
from survey_app.responses.rows import STEPS
from survey_app.surveys.queries import require_survey_in, surveys_in

blueprint = Blueprint("deliveries", __name__, template_folder="templates")


@blueprint.get("/manage/deliveries")
@requires("deliveries.manage")
def index() -> str:
    """The schedules of the reader's agencies, each with its sendings, and the form for a new one."""
    return _page(_form())


@blueprint.post("/manage/deliveries")
@requires("deliveries.manage")
def create() -> Response | tuple[str, int]:
    """A new schedule at an agency of the reader's scope."""
    form = _form()
    schedule = form.carry_out(lambda: _create(form))
    if schedule is None:
        return _page(form), 422
    flash(_("The schedule runs. Its first report is that of the last whole period."), "success")
    return redirect(url_for("deliveries.index", _anchor=f"schedule-{schedule.id}"), 303)


@blueprint.post("/manage/deliveries/<int:number>/stop")
@requires("deliveries.manage")
def stop(number: int) -> Response:
    """Send nothing more of a schedule."""
    with transaction():
        schedule = require_schedule_in(number, scope())
        actions.stop_schedule(schedule)
        audit.record(reader().email, "deliveries.stop", str(number))
    return redirect(url_for("deliveries.index"), 303)


@blueprint.post("/manage/deliveries/<int:number>/again")
@requires("deliveries.manage")
def again(number: int) -> Response:
    """Try once more what was given up."""
    with transaction():
        for delivery in require_schedule_in(number, scope()).deliveries:
            actions.try_again(delivery)
        audit.record(reader().email, "deliveries.again", str(number))
    return redirect(url_for("deliveries.index"), 303)


@blueprint.post("/reports/exports")
@requires("reports.export")
def order() -> Response:
    """Have a file made; its page says how far it is."""
    with transaction():
        export = _order()
    return redirect(url_for("deliveries.export", number=export.id), 303)


@blueprint.post("/reports/stored/<int:number>/edition")
@requires("reports.sign")
def sign(number: int) -> Response:
    """Have a long report finalised; its page says how far it is, and that it was done."""
    held = require_report(number, scope())
    if not may_see(held.asked):
        raise Forbidden
    change = request.form.get("change", "")
    try:
        with transaction():
            export = order_edition(held, scope=scope(), change=change, language=language(), actor=reader().email)
    except DomainError as error:
        flash(error.message, "error")
        return redirect(url_for("reports.stored", number=number), 303)
    return redirect(url_for("deliveries.export", number=export.id), 303)


@blueprint.get("/reports/exports/<int:number>")
@requires("reports.export")
def export(number: int) -> str:
    """How far one of the reader's files is; the file once it is ready."""
    held = require_export(number, email=reader().email, scope=scope())
    return render_template(
        "deliveries/export.html",
        export=held,
        before=exports_before(held),
        kind=_kind(held),
        signing=SIGNED in held.asked,
        stands_still=held.state == "waiting" and exports_stand_still(now()),
    )


@blueprint.get("/reports/exports/<int:number>/file")
@requires("reports.export")
def export_file(number: int) -> Response:
    """The file; NotFound while there is none."""
    held = require_export(number, email=reader().email, scope=scope())
    if held.asked["name"] == ROWS and not may("responses.rows"):
        raise Forbidden
    if held.content is None:
        raise NotFound(_("This file is not ready."))
    return attachment(ReportFile(held.content, held.media_type, held.file_name, held.title))


@blueprint.get("/reports/rows")
@requires("responses.rows")
def rows() -> str:
    """The form for a file of answers row by row, and what is in it."""
    return _rows_page(_rows_form())


@blueprint.post("/reports/rows")
@requires("responses.rows")
def order_rows() -> Response | tuple[str, int]:
    """Have a file of rows made; its page says how far it is."""
    form = _rows_form()
    if not form.is_sent_and_valid():
        return _rows_page(form), 422
    survey = require_survey_in(form.survey.data, scope())
    agency = require_agency(form.agency.data) if form.agency.data else None
    try:
        asked = {"name": ROWS, "from": "", "to": "", "channel": ""}
        seen = seen_agency(survey=survey, scope=scope(), agency=agency)
        with transaction():
            export = order_export(
                survey=survey,
                scope=scope(),
                agency=seen,
                asked=asked,
                steps=STEPS,
                file_format=form.file_format.data,
                language=language(),
                actor=reader().email,
            )
            audit.record(reader().email, "responses.rows", survey.code, agency=seen.code, format=export.file_format)
    except DomainError as error:
        form.agency.errors = [error.message]
        return _rows_page(form), 422
    return redirect(url_for("deliveries.export", number=export.id), 303)


def _rows_form() -> RowsForm:
    form = RowsForm(survey=request.args.get("survey"), agency=request.args.get("agency"))
    form.survey.choices = [SelectChoice(each.code, localized(each.titles)) for each in surveys_in(scope())]
    form.agency.choices = [SelectChoice("", _("the whole survey, as far as you may see it")), *_agency_choices()]
    return form


def _rows_page(form: RowsForm) -> str:
    return render_template("deliveries/rows.html", form=form, least=current_app.config["SETTINGS"].min_cell)


def _order() -> Export:
    if request.form.get("stored"):
        return _order_stored()
    asked = {name: request.form.get(name, "") for name in ("name", "format", *KEYS)}
    if asked["name"] not in REPORTS or asked["format"] not in WRITERS:
        raise NotFound()
    survey = require_survey_in(request.form.get("survey", ""), scope())
    chosen = read_filters(asked["name"], asked, survey=survey, scope=scope())
    return order_export(
        survey=survey,
        scope=scope(),
        agency=chosen.agency,
        asked={
            "name": asked["name"],
            **{key: chosen.query().get(key, "") for key in KEYS if key != "agency"},
        },
        steps=len(REPORTS[asked["name"]].panels) + 1,
        file_format=asked["format"],
        language=language(),
        actor=reader().email,
    )


def _order_stored() -> Export:
    """A file of a draft, or of an edition."""
    number, edition = (request.form.get(name, "") for name in ("stored", "edition"))
    file_format = request.form.get("format", "")
    if not number.isdecimal() or (edition and not edition.isdecimal()) or file_format not in WRITERS:
        raise NotFound()
    stored = require_report(int(number), scope())
    if not may_see(stored.asked):
        raise Forbidden
    if edition:
        require_edition(stored.id, int(edition), scope())
    return order_export(
        survey=stored.survey,
        scope=scope(),
        agency=stored.agency,
        asked={"name": stored.asked["name"], "stored": number, "edition": edition, "title": stored.title},
        steps=1 if edition else len(panels_of(stored.asked)) + 1,
        file_format=file_format,
        language=language(),
        actor=reader().email,
    )


def _kind(held: Export) -> str:
    if held.asked["name"] == ROWS:
        return _("Answers row by row")
    return held.asked.get("title") or str(REPORTS[held.asked["name"]].title)


def _create(form: ScheduleForm) -> Schedule:
    survey, agency = require_survey_in(form.survey.data, scope()), require_agency(form.agency.data)
    try:
        seen_agency(survey=survey, scope=scope(), agency=agency)
    except NotFound as error:
        words = _("This survey does not collect at that agency.")
        raise Invalid(words, errors=(Problem("agency", "elsewhere", words),)) from error
    schedule = actions.create_schedule(
        survey=survey,
        agency=agency,
        report=form.report.data,
        file_format=form.file_format.data,
        language=form.language.data,
        frequency=form.frequency.data,
        addresses=form.addresses.data or "",
        actor=reader().email,
    )
    audit.record(reader().email, "deliveries.create", str(schedule.id), to=schedule.recipients)
    return schedule


def _form() -> ScheduleForm:
    form = ScheduleForm()
    form.survey.choices = [SelectChoice(each.code, localized(each.titles)) for each in surveys_in(scope())]
    form.agency.choices = _agency_choices()
    form.report.choices = [SelectChoice(name, kind.title) for name, kind in REPORTS.items()]
    form.file_format.choices = [SelectChoice(each, each.upper()) for each in WRITERS]
    return form


def _agency_choices() -> list[SelectChoice]:
    """The agencies of the reader's scope, indented as in the tree."""
    agencies, depth = agencies_in(scope()), depths()
    top = depth[agencies[0].id] if agencies else 0
    return [SelectChoice(each.code, "\u2003" * (depth[each.id] - top) + each.name) for each in agencies]


def _page(form: ScheduleForm) -> str:
    schedules = schedules_in(scope())
    return render_template(
        "deliveries/index.html",
        form=form,
        schedules=schedules,
        given_up=[(each, delivery) for each in schedules for delivery in each.deliveries if delivery.state == "failed"],
        upcoming={each.id: period for each in schedules if (period := unqueued_period(each, now()))},
        frequencies=FREQUENCY_NAMES,
        reports=REPORTS,
        languages=NAMES,
        stands_still=deliveries_stand_still(now()),
        mail=current_app.config["SETTINGS"].mail_url is not None,
    )
