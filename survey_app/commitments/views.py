"""The public board, and the page on which promises are made and kept."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from survey_app import audit
from survey_app.access import public, reader, requires, scope
from survey_app.agencies.queries import depths, require_agency
from survey_app.clock import today
from survey_app.commitments import actions
from survey_app.commitments.board import entry_of
from survey_app.commitments.forms import CommitmentForm, KeptForm
from survey_app.commitments.models import Commitment
from survey_app.commitments.queries import commitments_in, commitments_of, require_commitment_in
from survey_app.db import transaction
from survey_app.i18n import localized
from survey_app.questionnaires.queries import version_content
from survey_app.sharing.queries import require_public
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import require_survey_in, survey_agencies, surveys_in

blueprint = Blueprint("commitments", __name__, template_folder="templates")
Answer = str | Response | tuple[str, int]
DAYS_OF_FINDING = 90


@blueprint.get("/results/<code>/commitments")
@public
def board(code: str) -> str:
    """ "You said, we did": for a survey whose results are public."""
    survey = require_public(code).survey
    return render_template(
        "commitments/board.html", survey=survey, entries=[entry_of(each) for each in commitments_of(survey)]
    )


@blueprint.get("/manage/commitments")
@requires("commitments.manage")
def index() -> str:
    """The promises of the reader's agencies, and the surveys after which one can be made."""
    entries = [entry_of(each) for each in commitments_in(scope())]
    return render_template("commitments/index.html", entries=entries, surveys=surveys_in(scope()))


@blueprint.get("/manage/commitments/new/<code>")
@requires("commitments.manage")
def new(code: str) -> str:
    """The form for a promise after a survey's finding."""
    survey = require_survey_in(code, scope())
    return _new_page(survey, _form(survey))


@blueprint.post("/manage/commitments/new/<code>")
@requires("commitments.manage")
def make(code: str) -> Answer:
    """Make the promise."""
    survey = require_survey_in(code, scope())
    form = _form(survey)
    made = form.carry_out(lambda: _make(survey, form))
    if made is None:
        return _new_page(survey, form), 422
    flash(_("The promise stands on the board."), "success")
    return redirect(url_for("commitments.index", _anchor=f"commitment-{made.id}"), 303)


@blueprint.get("/manage/commitments/<int:number>")
@requires("commitments.manage")
def one(number: int) -> str:
    """One promise, with the form that says how it was kept."""
    return _page(require_commitment_in(number, scope()), KeptForm())


@blueprint.post("/manage/commitments/<int:number>")
@requires("commitments.manage")
def keep(number: int) -> Answer:
    """Say how a promise was kept."""
    commitment = require_commitment_in(number, scope())
    form = KeptForm()
    if form.carry_out(lambda: _keep(commitment, form)) is None:
        return _page(commitment, form), 422
    return redirect(url_for("commitments.index", _anchor=f"commitment-{number}"), 303)


@blueprint.post("/manage/commitments/<int:number>/withdraw")
@requires("commitments.manage")
def withdraw(number: int) -> Response:
    """Take a promise off the board."""
    with transaction():
        actions.withdraw_commitment(require_commitment_in(number, scope()))
        audit.record(reader().email, "commitments.withdraw", str(number))
    return redirect(url_for("commitments.index"), 303)


def _make(survey: Survey, form: CommitmentForm) -> Commitment:
    made = actions.make_commitment(
        survey=survey,
        agency=require_agency(form.agency.data),
        question=form.question.data,
        from_on=form.from_on.data,
        to_on=form.to_on.data,
        action=form.action.data or "",
        owner=form.owner.data or "",
        due_on=form.due_on.data,
        actor=reader().email,
    )
    audit.record(reader().email, "commitments.make", str(made.id), survey=survey.code, question=made.question)
    return made


def _form(survey: Survey) -> CommitmentForm:
    """The choices hold the reader's own agencies of the survey only: others are refused as wrong choices."""
    form = CommitmentForm()
    agencies, depth = survey_agencies(survey, scope()), depths()
    top = depth[agencies[0].id] if agencies else 0
    form.agency.choices = [SelectChoice(a.code, "\u2003" * (depth[a.id] - top) + a.name) for a in agencies]
    choices = version_content(survey.version_id).choices
    form.question.choices = [SelectChoice(question.code, localized(question.label)) for question in choices]
    if request.method == "GET":
        last = min(today() - timedelta(days=1), survey.closes_on or today())
        first = last - timedelta(days=DAYS_OF_FINDING - 1)
        form.from_on.data, form.to_on.data = max(first, survey.opens_on or first), last
    return form


def _new_page(survey: Survey, form: CommitmentForm) -> str:
    return render_template("commitments/new.html", survey=survey, form=form)


def _page(commitment: Commitment, form: KeptForm) -> str:
    return render_template("commitments/one.html", entry=entry_of(commitment), form=form)


def _keep(commitment: Commitment, form: KeptForm) -> Commitment:
    actions.keep_commitment(commitment, form.done_on.data, form.outcome.data or "")
    audit.record(reader().email, "commitments.keep", str(commitment.id))
    return commitment
