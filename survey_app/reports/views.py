"""Reports: the list, drafts and editions, composing, letterheads, verifying, and downloads of reports and charts."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response as Redirect
from wtforms import SelectChoice

from survey_app.access import Scope, may, reader, requires, scope
from survey_app.agencies.queries import agencies_in, covers, require_agency
from survey_app.clock import today
from survey_app.db import transaction
from survey_app.errors import DomainError, Invalid, NotFound
from survey_app.figures.builders import PANELS, build_panel, permission_for
from survey_app.figures.filters import KEYS, Selection, read_selection
from survey_app.figures.queries import seen_agency
from survey_app.i18n import in_language, language, localized
from survey_app.procedures.rules import parse_day
from survey_app.reports.actions import (
    LETTERHEAD_FIELDS,
    compose,
    drafted,
    finalise,
    save_draft,
    save_letterhead,
    save_template,
)
from survey_app.reports.case_form import NAME as CASE_FORM
from survey_app.reports.case_form import form_report, rows_of_period
from survey_app.reports.catalogue import REPORTS, build_report, panel_report, read_filters
from survey_app.reports.composer import (
    may_see,
    moved,
    offered_kinds,
    read_parts,
    ready_parts,
    stored_parts,
    takes_long,
)
from survey_app.reports.editions import edition_report
from survey_app.reports.files import attachment, formats_of, report_file
from survey_app.reports.forms import DraftForm, FinaliseForm, LetterheadForm, Sent, TemplateForm
from survey_app.reports.models import ReportTemplate, StoredReport
from survey_app.reports.preview import shown_blocks
from survey_app.reports.queries import (
    reports_in,
    require_edition,
    require_report,
    require_template,
    stored_letterhead,
    templates_in,
)
from survey_app.reports.report import Report, date_line, number_line, official_words
from survey_app.reports.rules import rolled_period
from survey_app.reports.verifying import verify
from survey_app.reports.writers import WRITERS
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import require_survey_in, surveys_in

Answer = str | tuple[str, int] | Redirect
CHART_FORMATS = ("png", "svg", "csv", "xlsx")
CASE_FORM_FORMATS = REPORTS[CASE_FORM].formats
blueprint = Blueprint("reports", __name__, template_folder="templates")


@blueprint.get("/reports")
@requires("reports.export")
def index() -> str:
    """The reports there are, the form for one, and the drafts and finalised ones of the reader's agencies."""
    return _index(_draft_form())


@blueprint.post("/reports")
@requires("reports.export")
def create() -> Answer:
    """A draft of what the form asks for."""
    form = _draft_form()
    if not form.is_sent_and_valid():
        return _index(form), 422
    try:
        with transaction():
            stored = _begin(form)
    except DomainError as error:
        form.report.errors = [error.message]
        return _index(form), 422
    return redirect(url_for("reports.stored", number=stored.id), 303)


def _begin(form: DraftForm) -> StoredReport:
    survey = require_survey_in(form.survey.data, scope())
    template = _template(form.report.data)
    days = rolled_period(form.period.data or (template.period if template else ""), form.date_on.data or today())
    from_on, to_on = days or (form.from_on.data, form.to_on.data)
    asked = {
        "name": "overview" if template else form.report.data,
        "agency": form.agency.data,
        "from": from_on.isoformat() if from_on else "",
        "to": to_on.isoformat() if to_on else "",
        "language": form.language.data,
        "number": (form.number.data or "").strip(),
        "date": form.date_on.data.isoformat() if form.date_on.data else "",
    }
    selection = read_filters(asked["name"], asked, survey=survey, scope=scope())
    title = template.title if template else str(REPORTS[asked["name"]].title)
    blocks = {"blocks": template.blocks} if template else {}
    agency = selection.agency or seen_agency(survey=survey, scope=scope(), agency=None)
    return save_draft(survey, agency, asked | blocks, title=title, by=reader().email)


def _template(value: str) -> ReportTemplate | None:
    kind, _dash, number = value.partition("-")
    return require_template(int(number), scope()) if kind == "template" and number.isdigit() else None


@blueprint.get("/reports/stored/<int:number>")
@requires("reports.export")
def stored(number: int) -> str:
    """One draft or finalised report: its preview, files, editions and composition."""
    return _stored(require_report(number, scope()), FinaliseForm(), TemplateForm())


@blueprint.post("/reports/stored/<int:number>/blocks")
@requires("reports.export")
def compose_blocks(number: int) -> Answer:
    """The composition as the form has it, after the button that was pressed."""
    held = require_report(number, scope())
    if not Sent().is_sent_and_valid():
        return _stored(held, FinaliseForm(), TemplateForm()), 422
    columns = (request.form.getlist(name) for name in ("kind", "panel", "text"))
    sent = [dict(zip(("kind", "panel", "text"), line, strict=True)) for line in zip(*columns, strict=False)]
    try:
        with transaction():
            parts = read_parts(sent) or ready_parts()
            if not may_see({"blocks": stored_parts(parts)}):
                raise Forbidden
            compose(
                held, moved(parts, request.form.get("do", "")), title=request.form.get("title", ""), by=reader().email
            )
    except DomainError as error:
        flash(error.message, "error")
    return redirect(url_for("reports.stored", number=number, _anchor="compose"), 303)


@blueprint.post("/reports/stored/<int:number>/template")
@requires("reports.export")
def keep_template(number: int) -> Answer:
    """Keep a draft's composition for the next reports of its agency."""
    held, form = require_report(number, scope()), TemplateForm()
    if not form.is_sent_and_valid():
        return _stored(held, FinaliseForm(), form), 422
    with transaction():
        parts = read_parts(held.asked.get("blocks", ())) or ready_parts()
        save_template(held.agency, form.title.data, form.period.data, parts, by=reader().email)
    flash(_("The template was kept; it stands in the list of reports."), "success")
    return redirect(url_for("reports.stored", number=number), 303)


@blueprint.post("/reports/stored/<int:number>/finalise")
@requires("reports.sign")
def freeze(number: int) -> Answer:
    """Freeze today's figures as the next edition."""
    held, form = require_report(number, scope()), FinaliseForm()
    try:
        if not form.is_sent_and_valid():
            return _stored(held, form, TemplateForm()), 422
        with transaction():
            finalise(held, scope(), by=reader().email, change=form.change.data or "")
    except Invalid as error:
        form.change.errors = [error.message]
        return _stored(held, form, TemplateForm()), 422
    flash(_("The report was finalised; its figures no longer move."), "success")
    return redirect(url_for("reports.stored", number=number), 303)


@blueprint.get("/reports/stored/<int:number>.<extension>")
@requires("reports.export")
def draft_file(number: int, extension: str) -> Response | str:
    """A draft from today's figures; where it takes long and a person asks, the page that has it made."""
    _require_format(extension, tuple(WRITERS))
    held = require_report(number, scope())
    _require_panels(held)
    if takes_long(held.asked) and _asks_for_a_page():
        return _offer(held.title, extension, stored=held.id)
    return _download(drafted(held, scope()), held.survey.code, extension)


@blueprint.get("/reports/stored/<int:number>/<int:edition>.<extension>")
@requires("reports.export")
def edition_file(number: int, edition: int, extension: str) -> Response | str:
    """A finalised report from its frozen figures; a long one as a draft."""
    _require_format(extension, tuple(WRITERS))
    frozen = require_edition(number, edition, scope())
    _require_panels(frozen.report)
    if takes_long(frozen.report.asked) and _asks_for_a_page():
        return _offer(frozen.report.title, extension, stored=number, edition=edition)
    return _download(edition_report(frozen), frozen.report.survey.code, extension)


@blueprint.post("/reports/verify")
@requires("reports.export")
def check_file() -> Answer:
    """Whether a file still says the figures of the finalised report that it names."""
    sent = request.files.get("file")
    if not Sent().is_sent_and_valid() or sent is None or not sent.filename:
        flash(_("Please choose a file."), "error")
        return redirect(url_for("reports.index"), 303)
    try:
        verdict = verify(sent.read(), sent.filename.rpartition(".")[2].lower())
        require_report(verdict.edition.report_id, scope())
    except DomainError as error:
        flash(error.message, "error")
        return redirect(url_for("reports.index"), 303)
    return render_template("reports/verdict.html", verdict=verdict, filename=sent.filename)


@blueprint.route("/manage/reports", methods=["GET", "POST"])
@requires("reports.sign")
def letterheads() -> Answer:
    """What the documents of one of the reader's agencies say around their body."""
    agencies = agencies_in(scope())
    agency = next(
        (each for each in agencies if each.code == request.args.get("agency")), agencies[0] if agencies else None
    )
    if agency is None:
        raise NotFound(_("There are no agencies yet."))
    form = LetterheadForm(obj=stored_letterhead(agency.id))
    if request.method == "POST":
        if form.is_sent_and_valid():
            with transaction():
                save_letterhead(agency, {name: form[name].data or "" for name in LETTERHEAD_FIELDS}, by=reader().email)
            flash(_("The letterhead was kept."), "success")
            return redirect(url_for("reports.letterheads", agency=agency.code), 303)
        return render_template("reports/letterhead.html", agencies=agencies, agency=agency, form=form), 422
    return render_template("reports/letterhead.html", agencies=agencies, agency=agency, form=form)


def _draft_form() -> DraftForm:
    form = DraftForm()
    templates = [SelectChoice(f"template-{each.id}", each.title) for each in templates_in(scope())]
    form.report.choices = [*(SelectChoice(name, kind.title) for name, kind in REPORTS.items()), *templates]
    form.survey.choices = [SelectChoice(each.code, localized(each.titles)) for each in surveys_in(scope())]
    agencies = [SelectChoice(each.code, each.name) for each in agencies_in(scope())]
    form.agency.choices = [SelectChoice("", _("the whole survey, as far as you may see it")), *agencies]
    return form


def _index(form: DraftForm) -> str:
    return render_template(
        "reports/index.html",
        surveys=surveys_in(scope()),
        kinds=REPORTS,
        form=form,
        held=reports_in(scope()),
        sent=Sent(),
    )


def _stored(held: StoredReport, form: FinaliseForm, keeping: TemplateForm) -> str:
    _require_panels(held)
    is_long = takes_long(held.asked)
    # Only a later edition has something to correct.
    form.change.flags.required = True
    # Drawn at once only where that is quick or was asked for.
    preview = _preview(held) if not is_long or "preview" in request.args else {}
    return render_template(
        "reports/stored.html",
        held=held,
        is_long=is_long,
        **preview,
        formats=formats_of(preview["report"]) if preview else tuple(WRITERS),
        form=form,
        keeping=keeping,
        sent=Sent(),
        parts=read_parts(held.asked.get("blocks", ())),
        kinds=offered_kinds(),
        panels={key: kind for key, kind in PANELS.items() if may(permission_for(key))},
    )


def _preview(held: StoredReport) -> dict[str, Any]:
    report = edition_report(held.editions[-1]) if held.editions else drafted(held, scope())
    with in_language(report.language):
        head = official_words(report) | {"number": number_line(report), "day": date_line(report)}
        return {"report": report, "shown": shown_blocks(report), "head": head}


def _require_panels(held: StoredReport) -> None:
    if not may_see(held.asked):
        raise Forbidden


def _asks_for_a_page() -> bool:
    """A browser that goes somewhere asks for HTML by name; programs ask for anything."""
    return "text/html" in request.accept_mimetypes.values()


def _offer(title: str, extension: str, **asked: object) -> str:
    """A file that takes a while is made by the jobs once somebody asks for it there."""
    return render_template("reports/offer.html", title=title, extension=extension, asked=asked)


@blueprint.get("/reports/<name>/<code>.<extension>")
@requires("reports.export")
def document(name: str, code: str, extension: str) -> Response | str:
    """A report under the filters of the dashboards, in the reader's language; a long one as a draft."""
    _require_format(extension, tuple(WRITERS))
    survey = require_survey_in(code, scope())
    asked = read_filters(name, request.args, survey=survey, scope=scope())
    if name in REPORTS and REPORTS[name].is_long and _asks_for_a_page():
        filters = {key: request.args.get(key, "") for key in KEYS}
        return _offer(str(REPORTS[name].title), extension, name=name, survey=code, **filters)
    report = build_report(
        name,
        survey=survey,
        scope=scope(),
        language=language(),
        **asked.asked(),
    )
    return _download(report, survey.code, extension)


@blueprint.get("/reports/cases/<agency>/<first>/<last>.<extension>")
@requires("procedures.view")
def cases(agency: str, first: str, last: str, extension: str) -> Response:
    """The case figures of an agency, all below it and just one period as form II.06a, in the reader's language."""
    _require_format(extension, CASE_FORM_FORMATS)
    place = require_agency(agency)
    if not covers(scope(), place.id):
        raise NotFound(_("There is no such agency."))
    days = _days(first, last)
    rows = rows_of_period(Scope(place.id), *days)
    if not rows:
        raise NotFound(_("No case figures were delivered for just this period."))
    return _download(form_report(rows, place, days, language=language(), on=today()), place.code, extension)


def _days(first: str, last: str) -> tuple[date, date]:
    """The days of an address. Raises NotFound."""
    try:
        return parse_day(first), parse_day(last)
    except ValueError as error:
        raise NotFound from error


@blueprint.get("/reports/chart/<panel>/<code>.<extension>")
@requires("dashboards.view")
def chart(panel: str, code: str, extension: str) -> Response:
    """One panel's chart, or its figures as CSV, under the same filters."""
    _require_format(extension, CHART_FORMATS)
    if not may(permission_for(panel)):
        raise Forbidden
    survey, asked = _asked(code)
    built = build_panel(panel, survey=survey, scope=scope(), **asked.asked())
    agency = seen_agency(survey=survey, scope=scope(), agency=asked.agency)
    return _download(panel_report(built, agency, language=language()), survey.code, extension)


def _require_format(extension: str, known: tuple[str, ...]) -> None:
    if extension not in known:
        raise NotFound(
            _("There is no format “%(name)s”; there are: %(names)s.", name=extension[:10], names=", ".join(known))
        )


def _asked(code: str) -> tuple[Survey, Selection]:
    survey = require_survey_in(code, scope())
    return survey, read_selection(request.args, survey=survey, scope=scope())


def _download(report: Report, code: str, extension: str) -> Response:
    return attachment(report_file(report, code, extension))
