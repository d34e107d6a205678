"""The pages about agencies."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from survey_app import audit
from survey_app.access import may, reader, requires, scope
from survey_app.agencies.actions import create_agency
from survey_app.agencies.forms import TIER_NAMES, AgencyForm
from survey_app.agencies.models import Agency
from survey_app.agencies.queries import agencies_in, depths, require_agency
from survey_app.db import transaction
from survey_app.errors import DomainError

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
    if not form.is_sent_and_valid():
        return _page(form), 422
    try:
        with transaction():
            agency = _create(form)
    except DomainError as error:
        _show_on(form, error)
        return _page(form), 422
    flash(_("%(name)s was added.", name=agency.name), "success")
    return redirect(url_for("agencies.index"), 303)


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


def _show_on(form: AgencyForm, error: DomainError) -> None:
    """Put what was wrong beside its fields; a conflict is always about the code."""
    for problem in error.errors:
        form[problem.where].errors = [*form[problem.where].errors, problem.message]
    if not error.errors:
        form.code.errors = [error.message]


def _page(form: AgencyForm | None) -> str:
    agencies = agencies_in(scope())
    return render_template("agencies/index.html", form=form, rows=_rows(agencies), tiers=TIER_NAMES)


def _rows(agencies: list[Agency]) -> list[tuple[Agency, int]]:
    """Each agency with its depth below the first one."""
    depth = depths()
    top = depth[agencies[0].id] if agencies else 0
    return [(agency, depth[agency.id] - top) for agency in agencies]


def _labelled(agencies: list[Agency]) -> list[tuple[Agency, str]]:
    """Each agency with its name, set in as deep as it stands in the tree."""
    return [(agency, "\u2003" * depth + agency.name) for agency, depth in _rows(agencies)]
