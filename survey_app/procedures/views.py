"""The pages about case figures and the catalogue of procedures."""

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from survey_app import audit
from survey_app.access import may, reader, requires, scope
from survey_app.agencies.models import Agency
from survey_app.agencies.queries import agencies_in, covers, depths, require_agency
from survey_app.clock import today
from survey_app.db import transaction
from survey_app.errors import DomainError, NotFound
from survey_app.procedures import actions, queries
from survey_app.procedures.cards import card_of
from survey_app.procedures.findings import COUNT_NAMES, case_findings, finding_words
from survey_app.procedures.forms import AcknowledgeForm, ActivityForm, FiguresForm, FileForm, ProcedureForm, card_form
from survey_app.procedures.models import CaseFigures, Procedure
from survey_app.procedures.rules import COUNTS, case_rates, parse_day, period_presets
from survey_app.procedures.scorecards import LEGACY, RULE_SETS, RuleSet
from survey_app.web import Form

blueprint = Blueprint("procedures", __name__, template_folder="templates")
Answer = str | Response | tuple[str, int]
TYPED = "typed"


@blueprint.get("/manage/procedures/figures")
@requires("procedures.view")
def figures() -> str:
    """The case figures of the reader's agencies, the latest first, each with what does not add up."""
    rows = queries.figures_in(scope=scope())
    found = [(agency, each, case_findings(each)) for agency, each in rows]
    return render_template("procedures/figures.html", rows=found, form=FileForm() if may("procedures.manage") else None)


@blueprint.get("/manage/procedures/figures/new")
@requires("procedures.manage")
def new_figures() -> str:
    """An empty entry form, or (with agency, from, to, field) one that corrects what is known."""
    return _entry(_entry_form())


@blueprint.post("/manage/procedures/figures/new")
@requires("procedures.manage")
def store_figures() -> Answer:
    """Store what was typed; the earlier figures stay as an edition."""
    form = _entry_form()
    stored = form.carry_out(lambda: _correct(form))
    if stored is None:
        return _entry(form), 422
    flash(_("The figures were stored."), "success")
    return redirect(_address(form.agency.data, stored), 303)


@blueprint.post("/manage/procedures/figures/import")
@requires("procedures.manage")
def import_file() -> Answer:
    """Take in a delivered file: all lines or none, with what does not add up line by line."""
    form = FileForm()
    if not form.is_sent_and_valid():
        return render_template("procedures/imported.html", outcome=None, problems=form.file.errors, form=form), 422
    name = Path(form.file.data.filename or "").name[:200]
    try:
        outcome = _imported(form, name)
    except DomainError as error:
        lines = [_("Line %(line)s: %(reason)s", line=each.where, reason=each.message) for each in error.errors]
        problems = [*([error.message] if error.message else []), *lines]
        return render_template("procedures/imported.html", outcome=None, problems=problems, form=form), 422
    words = [(each.line, finding_words(each.imbalance, each.counts)) for each in outcome.findings]
    return render_template("procedures/imported.html", outcome=outcome, words=words, problems=[], form=form)


@blueprint.get("/manage/procedures/figures/<agency>/<first>/<last>")
@requires("procedures.view")
def one_period(agency: str, first: str, last: str) -> str:
    """The figures of one agency and period: counts, rates, what does not add up, editions, named figures."""
    place, found = _known(agency, first, last)
    return _period_page(place, found, AcknowledgeForm(), ActivityForm())


@blueprint.post("/manage/procedures/figures/<agency>/<first>/<last>/acknowledge")
@requires("procedures.acknowledge")
def acknowledge(agency: str, first: str, last: str) -> Answer:
    """Answer by name for an identity that fails, so that the report may be written."""
    place, found = _known(agency, first, last)
    form = AcknowledgeForm()
    return _stored(form, place, found, lambda: _acknowledge(form, place, found))


@blueprint.post("/manage/procedures/figures/<agency>/<first>/<last>/activities")
@requires("procedures.manage")
def record_activity(agency: str, first: str, last: str) -> Answer:
    """Keep a named figure of the period; without a count it is taken away."""
    place, found = _known(agency, first, last)
    form = ActivityForm()
    return _stored(form, place, found, lambda: _record_activity(form, place, found))


@blueprint.get("/manage/procedures/scorecards/<agency>/<first>/<last>")
@requires("procedures.view")
def scorecard(agency: str, first: str, last: str) -> str:
    """The scorecard of an agency and period under the rule set `?rules=`."""
    rules, place, days = _card_asked(agency, first, last)
    return _card_page(rules, place, days, card_form(rules)(data=_card_values(rules, place, days)))


@blueprint.post("/manage/procedures/scorecards/<agency>/<first>/<last>")
@requires("procedures.manage")
def store_scorecard(agency: str, first: str, last: str) -> Answer:
    """Keep what was typed into a scorecard."""
    rules, place, days = _card_asked(agency, first, last)
    form = card_form(rules)()
    if not form.is_sent_and_valid():
        return _card_page(rules, place, days, form), 422
    codes = [indicator.code for indicator in rules.indicators]
    scores = {c: (form[f"own_{c}"].data, form[f"verified_{c}"].data, form[f"note_{c}"].data or "") for c in codes}
    with transaction():
        actions.record_scores(rules, agency_id=place.id, from_on=days[0], to_on=days[1], scores=scores)
        audit.record(reader().email, "procedures.record_scores", place.code, rules=rules.code, period=first)
    flash(_("The scorecard was stored."), "success")
    return redirect(request.full_path.rstrip("?"), 303)


@blueprint.get("/manage/procedures")
@requires("procedures.view")
def index() -> str:
    """The catalogue: each procedure with the days it takes, and how they were cut over time."""
    return _catalogue(ProcedureForm() if may("procedures.manage") else None)


@blueprint.post("/manage/procedures")
@requires("procedures.manage")
def store_procedure() -> Answer:
    """A new procedure, or a new term of one that is known."""
    form = ProcedureForm()
    if form.carry_out(lambda: _record_procedure(form)) is None:
        return _catalogue(form), 422
    flash(_("The procedure was stored."), "success")
    return redirect(url_for("procedures.index"), 303)


def _card_asked(agency: str, first: str, last: str) -> tuple[RuleSet, Agency, tuple[date, date]]:
    """Raises NotFound, also outside the reader's scope."""
    place, rules = require_agency(agency), RULE_SETS.get(request.args.get("rules", LEGACY.code))
    if rules is None or not covers(scope(), place.id):
        raise NotFound(_("There is no such scorecard."))
    return rules, place, _days(first, last)


def _card_values(rules: RuleSet, place: Agency, days: tuple[date, date]) -> dict[str, object]:
    card = card_of(rules, agency_id=place.id, from_on=days[0], to_on=days[1])
    values: dict[str, object] = {}
    for row in card.rows:
        code = row.indicator.code
        values |= {f"own_{code}": row.own, f"verified_{code}": row.verified, f"note_{code}": row.note}
    return values


def _card_page(rules: RuleSet, place: Agency, days: tuple[date, date], form: Form) -> str:
    card = card_of(rules, agency_id=place.id, from_on=days[0], to_on=days[1])
    historical = rules.is_historical(days[1])
    return render_template(
        "procedures/scorecard.html", rules=rules, agency=place, days=days, form=form, card=card, historical=historical
    )


def _imported(form: FileForm, name: str) -> actions.Outcome:
    with tempfile.TemporaryDirectory() as folder:
        # What it is, its content says; only the ending of the name is taken over.
        path = Path(folder) / f"figures{Path(name).suffix[:5]}"
        form.file.data.save(path)
        with transaction():
            outcome = actions.import_figures(path, actor=reader().email, name=name, scope=scope())
            audit.record(reader().email, "procedures.import_figures", name, stored=outcome.stored)
    return outcome


def _known(agency: str, first: str, last: str) -> tuple[Agency, CaseFigures]:
    """The agency and its figures at `?field=`. Raises NotFound, also outside the reader's scope."""
    place, days = require_agency(agency), _days(first, last)
    field = request.args.get("field", "").replace("\x00", "")
    found = queries.case_figures(agency_id=place.id, from_on=days[0], to_on=days[1], field=field)
    if found is None or not covers(scope(), place.id):
        raise NotFound(_("There are no case figures of this agency and period."))
    return place, found


def _days(first: str, last: str) -> tuple[date, date]:
    """The days of an address. Raises NotFound."""
    try:
        days = parse_day(first), parse_day(last)
    except ValueError as error:
        raise NotFound() from error
    if days[1] < days[0]:
        raise NotFound()
    return days


def _stored(form: Form, place: Agency, found: CaseFigures, store: Callable[[], object]) -> Answer:
    """Store what a form of the period's page says and show the page again."""
    if form.carry_out(lambda: (store(),)):
        return redirect(_address(place.code, found), 303)
    acknowledging = form if isinstance(form, AcknowledgeForm) else AcknowledgeForm(formdata=None)
    activity = form if isinstance(form, ActivityForm) else ActivityForm(formdata=None)
    return _period_page(place, found, acknowledging, activity), 422


def _correct(form: FiguresForm) -> CaseFigures:
    stored = actions.correct_figures(
        agency_id=require_agency(form.agency.data).id,
        from_on=form.from_on.data,
        to_on=form.to_on.data,
        field=form.field.data or "",
        counts=form.counts(),
        actor=reader().email,
        source=TYPED,
    )
    audit.record(reader().email, "procedures.correct", form.agency.data, period=f"{form.from_on.data}")
    return stored


def _record_procedure(form: ProcedureForm) -> Procedure:
    stored = actions.record_procedure(
        code=form.code.data or "",
        name=form.name.data or "",
        field=form.field.data or "",
        from_on=form.from_on.data,
        statutory_days=form.statutory_days.data,
        committed_days=form.committed_days.data,
        legal_basis=form.legal_basis.data or "",
    )
    audit.record(reader().email, "procedures.record", (form.code.data or "").strip()[:200])
    return stored


def _acknowledge(form: AcknowledgeForm, place: Agency, found: CaseFigures) -> None:
    actions.acknowledge(found, form.identity.data or "", reason=form.reason.data or "", actor=reader().email)
    audit.record(reader().email, "procedures.acknowledge", place.code, identity=form.identity.data)


def _record_activity(form: ActivityForm, place: Agency, found: CaseFigures) -> None:
    actions.record_activity(
        agency_id=place.id,
        from_on=found.period_from,
        to_on=found.period_to,
        name=form.name.data or "",
        count=form.count.data,
    )
    audit.record(reader().email, "procedures.record_activity", place.code, name=form.name.data, count=form.count.data)


def _period_page(place: Agency, found: CaseFigures, acknowledging: Form, activity: Form) -> str:
    first, last = found.period_from, found.period_to
    fields = queries.fields_of(agency_id=place.id, from_on=first, to_on=last) if not found.field else []
    return render_template(
        "procedures/period.html",
        agency=place,
        figures=found,
        names=COUNT_NAMES,
        findings=case_findings(found),
        rates=case_rates(found.counts),
        fields=fields,
        editions=queries.editions_of(found),
        activities=queries.activities_of(agency_id=place.id, from_on=first, to_on=last),
        acknowledging=acknowledging,
        activity_form=activity,
        address=_address,
    )


def _address(agency: str, found: CaseFigures) -> str:
    first, last = found.period_from.isoformat(), found.period_to.isoformat()
    return url_for("procedures.one_period", agency=agency, first=first, last=last, field=found.field or None)


def _entry_form() -> FiguresForm:
    """The form with the reader's agencies; on a GET filled with what is known or with the last quarter."""
    form = FiguresForm()
    agencies, depth = agencies_in(scope()), depths()
    top = depth[agencies[0].id] if agencies else 0
    form.agency.choices = [SelectChoice(a.code, "\u2003" * (depth[a.id] - top) + a.name) for a in agencies]
    if request.method != "GET":
        return form
    quarter = period_presets(today())[0]
    form.from_on.data, form.to_on.data = quarter.from_on, quarter.to_on
    if request.args.get("agency"):
        place, found = _known(request.args["agency"], request.args.get("from", ""), request.args.get("to", ""))
        form.agency.data, form.field.data = place.code, found.field
        form.from_on.data, form.to_on.data = found.period_from, found.period_to
        for name in COUNTS:
            form[name].data = getattr(found, name)
    return form


def _entry(form: FiguresForm) -> str:
    return render_template("procedures/entry.html", form=form, counts=COUNTS, presets=_presets(today()))


def _presets(day: date) -> list[tuple[str, date, date]]:
    words = {
        ("quarter", "calendar"): _("last quarter"),
        ("half", "calendar"): _("last half-year"),
        ("year", "calendar"): _("last year"),
        ("quarter", "statutory"): _("last quarter, 15th to 14th"),
        ("half", "statutory"): _("last half-year, 15th to 14th"),
        ("year", "statutory"): _("last year, 15th to 14th"),
    }
    return [(words[each.kind, each.rule], each.from_on, each.to_on) for each in period_presets(day)]


def _catalogue(form: ProcedureForm | None) -> str:
    return render_template("procedures/index.html", form=form, procedures=queries.catalogue(), today=today())
