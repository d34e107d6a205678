"""Making a commitment after a finding, saying that it was kept, withdrawing it."""

from datetime import date

from flask_babel import gettext as _

from survey_app.agencies.models import Agency
from survey_app.clock import now, today
from survey_app.commitments.board import measured
from survey_app.commitments.models import Commitment
from survey_app.commitments.rules import LONGEST_OWNER, LONGEST_TEXT
from survey_app.db import db
from survey_app.errors import Invalid, Problem
from survey_app.questionnaires.queries import version_content
from survey_app.surveys.models import Survey


def make_commitment(
    *,
    survey: Survey,
    agency: Agency,
    question: str,
    from_on: date,
    to_on: date,
    action: str,
    owner: str,
    due_on: date,
    actor: str,
) -> Commitment:
    """Promise an action after a finding, which is kept as the public may see it now.

    The edge has checked that the survey collects at the agency. Raises Invalid with one Problem a wrong field, also
    where the finding's figures are too few to be told.
    """
    action, owner = action.strip(), " ".join(owner.split())
    problems = _problems(survey, question, from_on, to_on, action, owner, due_on)
    finding = None if problems else measured(survey, agency, question, from_on, to_on)
    if not problems and finding is None:
        words = _("There are too few answers in this period to tell them in public.")
        problems.append(Problem("question", "too_few", words))
    if problems or finding is None:
        raise Invalid(" ".join(problem.message for problem in problems), errors=tuple(problems))
    commitment = Commitment(survey=survey, agency=agency, question=question, from_on=from_on, to_on=to_on)
    commitment.count, commitment.n = finding.count, finding.n
    commitment.action, commitment.owner, commitment.due_on = action, owner, due_on
    commitment.created_by, commitment.created_at = actor, now()
    db.session.add(commitment)
    db.session.flush()
    return commitment


def keep_commitment(commitment: Commitment, done_on: date, outcome: str) -> None:
    """Say when and how a promise was kept; said again, the later words hold. Raises Invalid."""
    outcome = outcome.strip()
    problems = []
    if not commitment.created_at.date() <= done_on <= today():
        words = _("The day lies between the promise and today.")
        problems.append(Problem("done_on", "bad_day", words))
    if not 0 < len(outcome) <= LONGEST_TEXT:
        problems.append(Problem("outcome", "bad_text", _text_words()))
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), errors=tuple(problems))
    commitment.done_on, commitment.outcome = done_on, outcome
    db.session.flush()


def withdraw_commitment(commitment: Commitment) -> None:
    """Take a promise off the board; it stays on record."""
    commitment.withdrawn_at = commitment.withdrawn_at or now()
    db.session.flush()


def _problems(
    survey: Survey, question: str, from_on: date, to_on: date, action: str, owner: str, due_on: date
) -> list[Problem]:
    problems = []
    if question not in {each.code for each in version_content(survey.version_id).choices}:
        problems.append(Problem("question", "unknown", _("Please choose one of the list.")))
    if to_on < from_on:
        problems.append(Problem("to_on", "order", _("The last day lies before the first.")))
    if to_on > today():
        problems.append(Problem("to_on", "future", _("The period is not over yet.")))
    if due_on < to_on:
        problems.append(Problem("due_on", "order", _("The deadline lies after the period of the finding.")))
    if not 0 < len(action) <= LONGEST_TEXT:
        problems.append(Problem("action", "bad_text", _text_words()))
    if not 0 < len(owner) <= LONGEST_OWNER:
        words = _("Please say who is responsible, in at most %(most)s characters.", most=LONGEST_OWNER)
        problems.append(Problem("owner", "bad_owner", words))
    return problems


def _text_words() -> str:
    return _("Please write 1 to %(most)s characters.", most=LONGEST_TEXT)
