"""The pages about agencies."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from survey_app import audit
from survey_app.access import may, reader, requires, scope
from survey_app.agencies.actions import create_agency, record_succession, withdraw_succession
from survey_app.agencies.forms import KIND_NAMES, TIER_NAMES, AgencyForm, SuccessionForm
from survey_app.agencies.models import Agency, AgencySuccession
from survey_app.agencies.queries import agencies_in, covers, depths, require_agency, require_succession, successions_in
from survey_app.db import transaction
from survey_app.i18n import format_day

blueprint = Blueprint("agencies", __name__, template_folder="templates")


@blueprint.get("/manage/agencies")
@requires("agencies.view")
def index() -> str:
    """The reader's part of the tree, with the form for a new agency where they may add one."""
    return _page(_form() if may("agencies.manage") else None)


@blueprint.post("/manage/agencies")
@requires("agencies.manage")
def create() -> Response | tuple[str, int]:
    """A new agency inside the reader's scope."""
    form = _form()
    agency = form.carry_out(lambda: _create(form), otherwise="code")
    if agency is None:
        return _page(form), 422
    flash(_("%(name)s was added.", name=agency.name), "success")
    return redirect(url_for("agencies.index"), 303)


@blueprint.get("/manage/agencies/successions")
@requires("agencies.view")
def successions() -> str:
    """Which agency followed which, with the form for one more where the reader may record it."""
    return _succession_page(_succession_form() if may("agencies.manage") else None)


@blueprint.post("/manage/agencies/successions")
@requires("agencies.manage")
def succeed() -> Response | tuple[str, int]:
    """Record a succession between agencies of the reader's scope."""
    form = _succession_form()
    if form.carry_out(lambda: _record(form), otherwise="predecessor") is None:
        return _succession_page(form), 422
    flash(_("The succession was recorded."), "success")
    return redirect(url_for("agencies.successions"), 303)


@blueprint.post("/manage/agencies/successions/<int(max=2147483647):succession_id>/withdraw")
@requires("agencies.manage")
def withdraw(succession_id: int) -> Response:
    """Take back a succession that was recorded by mistake."""
    with transaction():
        row = require_succession(succession_id, scope())
        audit.record(reader().email, "agencies.withdraw", row.predecessor.code, kind=row.kind, by=row.successor.code)
        withdraw_succession(row)
    flash(_("The succession was withdrawn."), "success")
    return redirect(url_for("agencies.successions"), 303)


def _succession_form() -> SuccessionForm:
    form = SuccessionForm()
    choices = [SelectChoice(agency.code, label) for agency, label in _labelled(agencies_in(scope()))]
    form.predecessor.choices = choices
    form.successor.choices = [SelectChoice("", _("Nobody")), *choices]
    return form


def _record(form: SuccessionForm) -> AgencySuccession:
    # The choices hold the reader's own agencies only.
    successor = require_agency(form.successor.data) if form.successor.data else None
    row = record_succession(
        kind=form.kind.data,
        predecessor=require_agency(form.predecessor.data),
        successor=successor,
        effective_on=form.effective_on.data,
        legal_basis=form.legal_basis.data or "",
        field=form.field.data or "",
        begins=bool(form.begins.data),
    )
    audit.record(
        reader().email,
        "agencies.succeed",
        form.predecessor.data,
        kind=row.kind,
        by=form.successor.data,
        field=row.field,
    )
    return row


def _succession_page(form: SuccessionForm | None) -> str:
    rows = [
        (row, covers(scope(), row.predecessor_id) and covers(scope(), row.successor_id))
        for row in successions_in(scope())
    ]
    return render_template("agencies/successions.html", form=form, rows=rows, kinds=KIND_NAMES)


def _form() -> AgencyForm:
    form = AgencyForm()
    form.parent.choices = [SelectChoice(agency.code, label) for agency, label in _labelled(agencies_in(scope()))]
    if scope().agency_id is None:
        form.parent.choices.insert(0, SelectChoice("", _("No other agency (top of the tree)")))
    return form


def _create(form: AgencyForm) -> Agency:
    # The choices hold the reader's own agencies only: another parent was refused as a wrong choice.
    parent = require_agency(form.parent.data) if form.parent.data else None
    agency = create_agency(
        code=(form.code.data or "").strip(),
        name=form.name.data or "",
        short_name=form.short_name.data or "",
        tier=form.tier.data,
        parent=parent,
    )
    audit.record(reader().email, "agencies.create", agency.code, name=agency.name, parent=form.parent.data)
    return agency


def _page(form: AgencyForm | None) -> str:
    agencies = agencies_in(scope())
    return render_template("agencies/index.html", form=form, rows=_rows(agencies), tiers=TIER_NAMES)


def _rows(agencies: list[Agency]) -> list[tuple[Agency, int]]:
    """Each agency with its depth below the first one."""
    depth = depths()
    top = depth[agencies[0].id] if agencies else 0
    return [(agency, depth[agency.id] - top) for agency in agencies]


def _labelled(agencies: list[Agency]) -> list[tuple[Agency, str]]:
    """Each agency with its name, set in as deep as it stands in the tree; the last day of one that ended."""
    return [(agency, "\u2003" * depth + agency.name + _ended(agency)) for agency, depth in _rows(agencies)]


def _ended(agency: Agency) -> str:
    return " " + _("(until %(day)s)", day=format_day(agency.valid_to)) if agency.valid_to else ""
