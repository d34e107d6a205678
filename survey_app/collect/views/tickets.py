"""One-time tickets for cases that were served: made in bulk by officers or by the one-stop system, shown once."""

import io
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import SelectChoice

from survey_app.access import reader, requires, scope
from survey_app.agencies.models import Agency
from survey_app.agencies.queries import agency_by_code, require_agency
from survey_app.clock import today
from survey_app.collect.bodies import json_body
from survey_app.collect.forms import TicketForm
from survey_app.collect.pace import require_turn
from survey_app.collect.shapes import Member, day, is_count, is_day, is_switch, is_text
from survey_app.collect.ticket_sheet import MOST, ticket_sheet_pdf
from survey_app.db import transaction
from survey_app.errors import Forbidden, Invalid, Problem
from survey_app.sheets.csv_cells import write_rows
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import require_survey_in, survey_agencies, ticket_batches
from survey_app.surveys.tickets import Issued, issue_tickets
from survey_app.web import csrf

blueprint = Blueprint("tickets", __name__, template_folder="../templates")
PAGE = "/manage/surveys/<code>/tickets"
MOST_BY_CALL = 1000
ISSUE = {
    "agency": Member(is_text, required=True),
    "count": Member(is_count, required=True),
    "procedure": Member(is_text),
    "closing_date": Member(is_day),
    "by_message": Member(is_switch),
}


@blueprint.get(PAGE)
@requires("surveys.manage")
def page(code: str) -> str:
    """The form for new tickets, and what was issued so far at the reader's agencies."""
    survey = require_survey_in(code, scope())
    return _page(survey, _form(survey))


@blueprint.post(PAGE)
@requires("surveys.manage")
def issue(code: str) -> BaseResponse | tuple[str, int]:
    """New tickets as CSV, or as a sheet of QR codes: they are shown this once."""
    survey = require_survey_in(code, scope())
    form = _form(survey)
    as_sheet = request.form.get("as") == "pdf"
    issued = form.carry_out(lambda: _issue(survey, form, as_sheet=as_sheet))
    if issued is None:
        return _page(survey, form), 422
    return _sheet(issued, require_agency(form.agency.data)) if as_sheet else _csv(issued)


@blueprint.post("/api/v1/surveys/<survey>/tickets")
@requires("surveys.issue")
@csrf.exempt  # type: ignore[untyped-decorator]  # no role holds this right: a token opens it, not a cookie
def issue_by_call(survey: str) -> tuple[Response, int]:
    """New tickets, up to a thousand: for a one-stop system that prints or sends them."""
    require_turn()
    wanted = json_body(ISSUE)
    found = require_survey_in(survey, scope())
    agency = agency_by_code(wanted["agency"])
    if agency is None or agency.id not in {each.id for each in survey_agencies(found, scope())}:
        raise Forbidden()
    with transaction():
        issued = issue_tickets(
            survey=found,
            agency=agency,
            count=_count(wanted["count"]),
            actor=reader().email,
            procedure_code=wanted.get("procedure"),
            closing_on=day(wanted.get("closing_date", "")),
            by_message=wanted.get("by_message", False),
        )
    return jsonify(_told(issued)), 201


def _form(survey: Survey) -> TicketForm:
    form = TicketForm()
    form.agency.choices = [SelectChoice(each.code, each.name) for each in survey_agencies(survey, scope())]
    return form


def _issue(survey: Survey, form: TicketForm, *, as_sheet: bool) -> Issued:
    if as_sheet and (form.count.data or 0) > MOST:
        words = _("A sheet holds at most %(most)s tickets at once; take the CSV for more.", most=MOST)
        raise Invalid(words, errors=(Problem("count", "too_many", words),))
    # The choices hold the reader's own agencies only: another one was refused as a wrong choice.
    return issue_tickets(
        survey=survey,
        agency=require_agency(form.agency.data),
        count=form.count.data or 0,
        actor=reader().email,
        procedure_code=(form.procedure.data or "").strip() or None,
        closing_on=form.closing_date.data,
        by_message=form.by_message.data,
    )


def _count(wanted: int) -> int:
    if wanted > MOST_BY_CALL:
        words = _("Between 1 and %(most)s tickets are made at once.", most=MOST_BY_CALL)
        raise Invalid(words, errors=(Problem("count", "bad_count", words),))
    return wanted


def _told(issued: Issued) -> dict[str, Any]:
    tickets = [{"ticket": ticket, "address": address} for ticket, address in issued.addresses()]
    return {"tickets": tickets, "expires_on": issued.expires_on.isoformat()}


def _csv(issued: Issued) -> Response:
    file = io.StringIO(newline="")
    write_rows(file, issued.rows())
    answer = Response(file.getvalue(), mimetype="text/csv")
    name = f"tickets-{issued.survey.code}-{issued.agency_code}-{today():%Y%m%d}.csv"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _sheet(issued: Issued, agency: Agency) -> Response:
    answer = Response(ticket_sheet_pdf(issued, agency.name), mimetype="application/pdf")
    name = f"tickets-{issued.survey.code}-{issued.agency_code}-{today():%Y%m%d}.pdf"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _page(survey: Survey, form: TicketForm) -> str:
    batches = ticket_batches(survey.id, scope())
    return render_template("collect/tickets.html", survey=survey, form=form, batches=batches)
