"""The part of a survey that a panel is about: whose answers, of which days, through which channel."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypedDict

from flask import current_app
from flask_babel import gettext as _

from survey_app.access import Scope
from survey_app.agencies.models import Agency
from survey_app.agencies.queries import name_on
from survey_app.clock import today
from survey_app.errors import Invalid, Problem
from survey_app.figures.panels import Filters
from survey_app.figures.periods import COMPARISONS, compared_with
from survey_app.figures.queries import pooled_agencies, seen_agency
from survey_app.figures.released import Audience, Groups, Told, first_and_last_day, released_beside, released_groups
from survey_app.figures.subjects import Subject
from survey_app.i18n import localized
from survey_app.questionnaires.content import Question
from survey_app.questionnaires.queries import version_content
from survey_app.surveys.models import Survey
from survey_app.surveys.rules import CHANNELS, is_closed
from survey_app.tallies.rules import WAITS_AT_MOST, Slice

_audience: ContextVar[Audience] = ContextVar("audience", default="inside")
_until: ContextVar[date | None] = ContextVar("until", default=None)
Days = tuple[date | None, date | None]
# The panels that tell answers apart by what some are not told by (`tallies.release`).
APART = ("channels", "verified", "quality", "flags")


class AskedFilters(TypedDict, total=False):
    """What a panel can be asked under, as `read_part` takes it."""

    agency: Agency | None
    from_on: date | None
    to_on: date | None
    channel: str | None
    procedure: str | None
    compare: str | None
    question: str | None
    structure: str | None
    level: str | None
    rating: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """A survey at the agency `seen` and below it on `days`; `entire` where that leaves nothing of the survey out.

    `pooled` are the agencies whose counts are added up: the one seen, in today's structure also those that it followed.
    """

    survey: Survey
    scope: Scope
    seen: Agency
    asked_agency: Agency | None
    days: Days
    channel: str | None
    procedure: str | None
    compare: str | None
    question: str | None
    structure: str | None
    level: str | None
    rating: str | None
    pooled: tuple[int, ...]
    entire: bool

    @property
    def questions(self) -> tuple[Question, ...]:
        """The choice questions, in the order of the questionnaire."""
        return version_content(self.survey.version_id).choices

    @property
    def asked(self) -> tuple[Question, ...]:
        """The question asked for, else all of them: what panels with several rows a question have rows of."""
        return tuple(question for question in self.questions if self.question in (None, question.code))

    @property
    def headline(self) -> str:
        """The question that charts of one question draw: the one asked for, else the last, which sums up."""
        return self.question or self.questions[-1].code

    def counts(self) -> Told:
        """How often each option was chosen, and what may be told of it."""
        return self.grouped(())[()]

    def grouped(self, by: tuple[str, ...], **changes: Any) -> Groups:
        """The same by group (`released.released_groups`), of the question asked for where there is one; `changes`
        replace what the part says."""
        questions = ("", self.question) if by and self.question else None
        part = replace(self.slice, **({"questions": questions} | changes))
        return released_groups(self.survey, part, by, _audience.get(), _until.get())

    def beside(self, subject: Subject, least: int = 0) -> Told:
        """What is counted beside the answers, and what may be told of it (`released.released_beside`)."""
        return released_beside(self.survey, self.slice, subject, _audience.get(), _until.get(), least)

    @property
    def slice(self) -> Slice:
        """The part as the tallies take it."""
        first, last = self.days
        return Slice(self.survey.id, self.pooled, first, last, self.channel, None, None, self.procedure)

    def pool_of(self, agency: Agency) -> tuple[int, ...]:
        """The agencies whose counts stand for one below the seen one."""
        return pooled_agencies(survey=self.survey, scope=self.scope, agency=agency, structure=self.structure)

    def earlier(self) -> "Part | None":
        """The part that this one is compared with; None where nothing was asked for, or its days have no end."""
        first, last = self.days
        if self.compare is None or first is None or last is None:
            return None
        days = compared_with(first, last, self.compare)
        return replace(self, days=days, entire=False) if days else None

    def filters(self) -> Filters:
        """The part in words; the agency as it was called on the last day, in today's structure as it is called now."""
        last = None if self.structure == "current" else self.days[1]
        return Filters(
            survey=self.survey.code,
            survey_title=localized(self.survey.titles),
            provenance=self.survey.provenance,
            agency=self.asked_agency.code if self.asked_agency else None,
            agency_name=name_on(self.seen, last) if last else self.seen.name,
            agency_short=self.seen.short_name or self.seen.name,
            from_on=self.days[0],
            to_on=self.days[1],
            channel=self.channel,
            procedure=self.procedure,
            compare=self.compare,
            question=self.question,
            structure=self.structure,
            level=self.level,
            rating=self.rating,
        )


def read_part(
    *,
    survey: Survey,
    scope: Scope,
    agency: Agency | None = None,
    from_on: date | None = None,
    to_on: date | None = None,
    channel: str | None = None,
    procedure: str | None = None,
    compare: str | None = None,
    question: str | None = None,
    structure: str | None = None,
    level: str | None = None,
    rating: str | None = None,
) -> Part:
    """What was asked for as a part of the survey. Days are local and inclusive; a missing one is the survey's own, else
    that of the first or last answer; the agency is `seen_agency`'s. Raises NotFound (agency) and Invalid (channel,
    comparison, question, days in the wrong order)."""
    _check(survey, from_on, to_on, channel, compare, question)
    seen = seen_agency(survey=survey, scope=scope, agency=agency)
    pooled = pooled_agencies(survey=survey, scope=scope, agency=seen, structure=structure)
    whole = _whole_period(survey)
    days = _period(whole, from_on, to_on)
    unfiltered = channel is None and procedure is None
    entire = seen.id == survey.agency_id and unfiltered and _holds(days, whole)
    asked = channel, procedure, compare, question, structure, level, rating
    return Part(survey, scope, seen, agency, days, *asked, pooled, entire)


def undated(part: Part, from_on: date | None, to_on: date | None) -> Part:
    """The same part without the days of its first and last answer: they would tell when the few answered."""
    return replace(part, days=(from_on or part.survey.opens_on, to_on or part.survey.closes_on))


def waiting_notes(part: Part, key: str) -> tuple[str, ...]:
    """Why the answers of single channels or procedures may be fewer than all of them, while a survey is open."""
    batch = current_app.config["SETTINGS"].release_batch
    if batch == 1 or is_closed(today(), part.survey.closes_on):
        return ()
    if part.procedure or key == "procedures":
        words = _(
            "By procedure new answers are told later, several of them together and on one day, so that no difference "
            "of figures concerns fewer than %(batch)s people: figures of a procedure can lag, and its months can "
            "differ from the whole.",
            batch=batch,
        )
        return (words,)
    words = _(
        "Answers that find no others of their agency with the same channel, verification and flags within %(days)s "
        "days are in the whole alone until the survey closes.",
        days=WAITS_AT_MOST.days,
    )
    return (words,) if part.channel or key in APART else ()


@contextmanager
def told_to(audience: Audience, until: date | None = None) -> Iterator[None]:
    """What is built inside is for this audience: staff, or everybody, who is told less; and nothing of the days after
    `until`."""
    tokens = _audience.set(audience), _until.set(until)
    try:
        yield
    finally:
        _audience.reset(tokens[0])
        _until.reset(tokens[1])


def min_cell() -> int:
    """The smallest count that is shown to whom the figures are built for, but for 0."""
    settings = current_app.config["SETTINGS"]
    inside: int = settings.min_cell
    return inside if _audience.get() == "inside" else max(inside, settings.min_cell_public)


def _check(
    survey: Survey,
    from_on: date | None,
    to_on: date | None,
    channel: str | None,
    compare: str | None,
    question: str | None,
) -> None:
    problems = []
    if from_on and to_on and to_on < from_on:
        problems.append(Problem("to", "order", _("The last day lies before the first one.")))
    if channel is not None and channel not in CHANNELS:
        problems.append(Problem("channel", "invalid", _("There is no channel “%(code)s”.", code=channel[:40])))
    if compare is not None and compare not in COMPARISONS:
        problems.append(Problem("compare", "invalid", _("There is no comparison “%(code)s”.", code=compare[:40])))
    if question is not None and question not in {q.code for q in version_content(survey.version_id).choices}:
        problems.append(Problem("question", "invalid", _("There is no question “%(code)s”.", code=question[:40])))
    if problems:
        raise Invalid(problems[0].message, errors=tuple(problems))


def _whole_period(survey: Survey) -> Days:
    """The survey's own days; an open end is the day of the first or last counted answer anywhere in it: an agency's
    own would tell when somebody answered there."""
    if survey.opens_on and survey.closes_on:
        return survey.opens_on, survey.closes_on
    answered = first_and_last_day(survey) or (None, None)
    first, last = survey.opens_on or answered[0], survey.closes_on or answered[1]
    return (first, last) if not (first and last) or first <= last else (first, first)


def _period(whole: Days, from_on: date | None, to_on: date | None) -> Days:
    """The days asked for; a missing end is the whole period's, left open where that would lie on the wrong side."""
    first, last = from_on or whole[0], to_on or whole[1]
    if first and last and last < first:
        return (from_on, None) if from_on else (None, to_on)
    return first, last


def _holds(days: Days, whole: Days) -> bool:
    """Whether the days cover the whole period: published figures speak of nothing less."""
    starts = days[0] is None or whole[0] is None or days[0] <= whole[0]
    return starts and (days[1] is None or whole[1] is None or days[1] >= whole[1])
