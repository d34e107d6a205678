"""The board: what citizens said, what is done about it, and what came of it. Every figure comes from a panel."""

from dataclasses import dataclass
from datetime import date

from survey_app.access import Scope
from survey_app.agencies.models import Agency
from survey_app.clock import today
from survey_app.commitments.models import Commitment
from survey_app.commitments.rules import Effect, Measured, State, effect, next_period, state
from survey_app.figures.builders import build_panel
from survey_app.figures.parts import told_to
from survey_app.i18n import localized
from survey_app.questionnaires.queries import continued_questions, version_content
from survey_app.surveys.models import Survey


@dataclass(frozen=True, slots=True)
class Entry:
    """One commitment as the board shows it; `after` and `effect` are None until its next period is over."""

    commitment: Commitment
    question: str
    before: Measured
    state: State
    next_from: date
    next_to: date
    after: Measured | None
    effect: Effect | None


def measured(survey: Survey, agency: Agency, question: str, from_on: date, to_on: date) -> Measured | None:
    """The positive answers to a question as the public may see them; None where they are hidden or too few.

    Raises KeyError for an unknown question and what `build_panel` raises.
    """
    own = agency.id == survey.agency_id
    with told_to("public"):
        panel = build_panel(
            "distribution",
            survey=survey,
            scope=Scope(survey.agency_id),
            agency=None if own else agency,
            from_on=from_on,
            to_on=to_on,
        )
    row = {row.question: row for row in panel.rows}[question]
    if row.positive.share is None or row.positive.count is None or row.n is None:
        return None
    return Measured(row.positive.count, row.n)


def entry_of(commitment: Commitment) -> Entry:
    """A commitment with its effect, once the period after it is over."""
    survey, day = commitment.survey, today()
    first, last = next_period(commitment.from_on, commitment.to_on, commitment.done_on or commitment.due_on)
    asked = version_content(survey.version_id).by_code
    code = continued_questions(survey.version).get(commitment.question, commitment.question)
    before = Measured(commitment.count, commitment.n)
    after, change = None, None
    if last < day and commitment.done_on is not None and code in asked:
        after = measured(survey, commitment.agency, code, first, last)
        change = effect(before, after)
    return Entry(
        commitment=commitment,
        question=localized(asked[code].label) if code in asked else commitment.question,
        before=before,
        state=state(day, commitment.due_on, commitment.done_on),
        next_from=first,
        next_to=last,
        after=after,
        effect=change,
    )
