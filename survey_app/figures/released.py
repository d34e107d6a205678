"""The only way to counts: every panel, page, file, API answer, alert and report gets its numbers here.

`released_counts` and `released_groups` give exact counts, each with what may be told of it (`Told`). What may be told
does not depend on who asks or what was asked before: it follows from the survey's released answers alone, is decided
for whole classes of views (`statistics.resolution`) and is the same for every reader of an audience. Whoever shows a
figure asks `Told`; the raw counts are there for shares and for sums of what is told.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import product
from typing import Any, Literal

from flask import current_app

from survey_app.clock import local_date, now, time_of
from survey_app.figures.cubes import Piece
from survey_app.figures.places import Line, Place, lines_to
from survey_app.figures.remembered import remembered
from survey_app.figures.resolutions import Keep, Kind, resolution_of
from survey_app.figures.subjects import Subject
from survey_app.questionnaires.queries import version_content
from survey_app.surveys.models import Survey
from survey_app.tallies import queries as tallies
from survey_app.tallies.queries import Counts
from survey_app.tallies.rules import Slice

Audience = Literal["inside", "public"]
MARKS = ("channel", "verified", "flagged", "procedure", "version")
RESPONSES = ("", "")
LONGEST_WAIT = timedelta(minutes=15)
WAITING_STEPS = (50, 500, 5_000)


@dataclass(frozen=True, slots=True)
class Told:
    """The counts of one group of answers, and what may be told of them.

    `rows` holds for each question the options that may be told (zeros among them); a question that is missing may not
    be told at all, its n neither. `whole` where nothing of the survey was left out; no count under `minimum` is told.
    """

    counts: Counts
    rows: Mapping[str, frozenset[str]]
    responses_told: bool
    whole: bool
    minimum: int

    def within(self, other: "Told") -> "Told":
        """The same, without what the other does not tell."""
        rows = {question: told & other.rows[question] for question, told in self.rows.items() if question in other.rows}
        return replace(self, rows=rows, responses_told=self.responses_told and other.responses_told)

    @property
    def responses(self) -> int | None:
        """The number of responses; None where it may not be told."""
        return self.counts.get(RESPONSES, 0) if self.responses_told else None

    def has_row(self, question: str) -> bool:
        """Whether the question's n may be told."""
        return question in self.rows

    def tells(self, question: str, option: str) -> bool:
        """Whether the option's count may be told."""
        return option in self.rows.get(question, ())


class Groups(Mapping[tuple[Any, ...], Told]):
    """What was asked for, group by group. Any key can be asked for; those listed have answers, or may not say so."""

    def __init__(self, found: "_Anything") -> None:
        self._listed = [key for key, told in found.items() if not told.responses_told or told.responses]
        self._found = found

    def within(self, others: "Groups") -> "Groups":
        """The same groups, without what the others do not tell of them."""
        return Groups(
            _Anything({key: told.within(others[key]) for key, told in self._found.items()}, self._found.version)
        )

    def __getitem__(self, key: tuple[Any, ...]) -> Told:
        return self._found[key]

    def __contains__(self, key: object) -> bool:
        return key in self._listed

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self._listed)

    def __len__(self) -> int:
        return len(self._listed)


def minimums(audience: Audience) -> tuple[int, ...]:
    """The smallest count that is told, inside; for the public also the larger one, which never tells more."""
    settings = current_app.config["SETTINGS"]
    inside: int = settings.min_cell
    return (inside,) if audience == "inside" else (inside, max(inside, settings.min_cell_public))


def released_counts(survey: Survey, part: Slice, audience: Audience = "inside", until: date | None = None) -> Told:
    """How often each option was chosen in a part of a survey, with what may be told of it."""
    return released_groups(survey, part, (), audience, until)[()]


def released_groups(
    survey: Survey, part: Slice, by: Sequence[str], audience: Audience = "inside", until: date | None = None
) -> Groups:
    """The same by group; `by` as in `tallies.queries.grouped_counts`, but for "day". Who is told nothing of the days
    after `until` sees a survey that ends there; and nothing that is hidden of the same days from who sees all of it, or
    the two would give away what came since.

    Every group that can have answers is a key: the agencies asked for, the months of the survey, the channels, marks
    and procedures that occur in it. A few statements, however many groups; their cost grows with the months, the
    agencies beside those asked for and the values of the marks, never with the responses.
    """
    if "day" in by:
        raise ValueError("days are not told one by one")
    part, marks, within = _views(survey, part, by, until)
    answered = partial(days_answered, survey, until)
    kind = Kind(survey, marks, within, minimums(audience), answered, until, asked=part.questions)
    lines = lines_to(survey.agency_id, part.agency_ids)

    def groups() -> Groups:
        views = _Views(kind, lines, partial(remembered, survey.id))
        return Groups(_Anything(views.told(part, by), survey.version_id))

    places = frozenset(lines.values()), tuple(lines)
    found = remembered(survey.id, ("groups", kind.key, places, part, tuple(by)), groups)
    return found if until is None else found.within(released_groups(survey, part, by))


def released_beside(
    survey: Survey,
    part: Slice,
    subject: Subject,
    audience: Audience = "inside",
    until: date | None = None,
    least: int = 0,
) -> Told:
    """What is counted beside the answers in a part of a survey (`figures.subjects`), with what may be told of it: the
    same classes, and nothing where the responses are hidden. No count under `least` is told either."""
    smallest = tuple(max(least, minimum) for minimum in minimums(audience))
    part, marks, within = _views(survey, part, (), until)
    kind = Kind(survey, marks, within, smallest, partial(days_answered, survey, until), until, subject)
    lines = lines_to(survey.agency_id, part.agency_ids)

    def told() -> Told:
        return _Views(kind, lines, kept_meanwhile()).told(part, ())[()]

    # What stands in responses changes before their counts do.
    if tallies.counts_lag(survey_id=survey.id):
        return told()
    return remembered(survey.id, ("beside", kind.key, frozenset(lines.values()), part), told)


def kept_meanwhile() -> Keep:
    """Keeps what is made while something is worked out."""
    made: dict[Hashable, Any] = {}

    def keep(key: Hashable, make: Callable[[], Any]) -> Any:
        if key not in made:
            made[key] = make()
        return made[key]

    return keep


def _views(survey: Survey, part: Slice, by: Sequence[str], until: date | None) -> tuple[Slice, tuple[str, ...], bool]:
    """The part as far as the day `until`, the marks that its views fix, and whether they fix days."""
    marks = tuple(mark for mark in MARKS if mark in by or getattr(part, mark, None) is not None)
    span = first_and_last_day(survey)
    if until is not None:
        part = replace(part, to_on=min(until, part.to_on or until))
        span = (span[0], min(span[1], until)) if span and span[0] <= until else None
    return part, marks, _restricted(part, span) or "month" in by


def first_and_last_day(survey: Survey) -> tuple[date, date] | None:
    """The first and the last day with a counted answer anywhere in a survey; None if there is none. An agency's own
    would tell when somebody answered there."""
    place = {"agency_id": survey.agency_id, "survey_id": survey.id}
    key = ("first and last day", survey.agency_id)
    return remembered(survey.id, key, lambda: tallies.first_and_last_day(**place))


def days_answered(survey: Survey, until: date | None, month: date) -> tuple[int, ...]:
    """The days of a month, as far as the day `until`, with a counted answer anywhere in a survey."""
    last = min(month.replace(day=monthrange(month.year, month.month)[1]), until or date.max)
    part = Slice(survey.id, (survey.agency_id,), month, last, questions=("",))

    def days() -> tuple[int, ...]:
        return tuple(sorted(day.day for (day,) in tallies.grouped_counts(part, ("day",))))

    return remembered(survey.id, ("days answered", part), days)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far the counts of a whole survey are behind: the hour in which they last changed (UTC; None: never, or not
    known), the `least` number of answers that wait (a step of WAITING_STEPS; 0: fewer than `fewest`), and whether
    answers have waited for longer than counting ever takes."""

    counted_at: datetime | None
    least: int
    fewest: int
    lags: bool


def freshness(survey: Survey) -> Freshness:
    """The same for every reader: of a part of a survey it would tell where somebody answered just now."""
    settings = current_app.config["SETTINGS"]
    token = tallies.counts_token(survey.id)
    changed = time_of(token) if token else None
    steps = (settings.min_cell, *WAITING_STEPS)
    waiting = tallies.waiting_responses(survey_id=survey.id, limit=steps[-1])
    before = now() - LONGEST_WAIT
    return Freshness(
        counted_at=changed and changed.replace(minute=0, second=0, microsecond=0),
        least=max((step for step in steps if step <= waiting), default=0),
        fewest=settings.min_cell,
        lags=waiting > 0
        and tallies.counting_lags(
            survey_id=survey.id,
            batch=settings.release_batch,
            before=before,
            closed=survey.closes_on is not None and survey.closes_on < local_date(before),
        ),
    )


def responses_by_month(survey: Survey) -> dict[date, int]:
    """The counted responses of a survey by the first days of their months: to decide by, never to show."""
    counted = tallies.grouped_counts(Slice(survey.id, (survey.agency_id,)), ("month",))
    return {month: counts.get(RESPONSES, 0) for (month,), counts in counted.items()}


class _Anything(dict[tuple[Any, ...], Told]):
    """A key that cannot have answers has none."""

    def __init__(self, found: Mapping[tuple[Any, ...], Told], version_id: int) -> None:
        super().__init__(found)
        self.version = version_id

    def __missing__(self, key: tuple[Any, ...]) -> Told:
        return Told({}, _everything(self.version), responses_told=True, whole=False, minimum=1)


def _everything(version_id: int) -> dict[str, frozenset[str]]:
    return {question.code: question.option_codes for question in version_content(version_id).choices}


def _restricted(part: Slice, span: tuple[date, date] | None) -> bool:
    """Whether the days leave counted answers out."""
    if span is None:
        return False
    return bool(part.from_on and part.from_on > span[0]) or bool(part.to_on and part.to_on < span[1])


class _Views:
    """What views of one kind at some agencies may tell."""

    def __init__(self, kind: Kind, lines: Mapping[int, Line], keep: Keep) -> None:
        self.kind = kind
        self.top = resolution_of(kind, (Place(kind.survey.agency_id, ()),), keep)
        resolutions = {line: resolution_of(kind, line, keep) for line in set(lines.values())}
        self._of = {agency_id: resolutions[line] for agency_id, line in lines.items()}

    def told(self, part: Slice, by: Sequence[str]) -> dict[tuple[Any, ...], Told]:
        """Every group that can have answers."""
        known = all(agency_id in self._of for agency_id in part.agency_ids)
        in_cubes = known and self.kind.subject is None and not self.top.has_own_months
        counted = None if in_cubes else self.top.counted.grouped(part, by)
        values: dict[str, Sequence[Any]] = {"agency": part.agency_ids, "month": self.top.months_of(part)}
        keys = product(*(values[name] if name in values else self.top.values_of(name) for name in by))
        return {
            key: _told(self, part, dict(zip(by, key, strict=True)), None if counted is None else counted.get(key, {}))
            for key in keys
        }

    def options(
        self, question: str, agency_id: int, days: Sequence[Piece] | None, fixed: Mapping[str, Any]
    ) -> frozenset[str] | None:
        resolution = self._of.get(agency_id)
        return None if resolution is None else resolution.options(question, agency_id, days, fixed)

    def counts(
        self,
        agencies: Sequence[int],
        days: Sequence[Piece] | None,
        fixed: Mapping[str, Any],
        questions: Sequence[str] | None,
    ) -> Counts:
        found: Counter[tuple[str, str]] = Counter()
        for agency_id in agencies:
            found.update(self._of[agency_id].counts(agency_id, days, fixed, questions))
        return dict(found)


def _told(views: _Views, part: Slice, group: Mapping[str, Any], counted: Counts | None) -> Told:
    """One group; its counts are those of the cubes where they are not given."""
    agencies = (group["agency"],) if "agency" in group else part.agency_ids
    asked = {mark: value for mark in MARKS if (value := getattr(part, mark, None)) is not None}
    fixed = asked | {mark: value for mark, value in group.items() if mark in MARKS}
    days = views.top.pieces(part.from_on, part.to_on, group.get("month"))
    rows = {}
    for question in views.top.questions:
        if question in ("", *(part.questions or (question,))):
            found = [views.options(question, agency_id, days, fixed) for agency_id in agencies]
            if found and None not in found:
                rows[question] = frozenset.intersection(*(options for options in found if options is not None))
    counts: Counts = {}
    if all(fixed[mark] == value for mark, value in asked.items()):
        counts = views.counts(agencies, days, fixed, part.questions) if counted is None else counted
    whole = not fixed and days is None and agencies == (views.kind.survey.agency_id,)
    told = {question: options for question, options in rows.items() if question}
    return Told(counts, told, "" in rows, whole, views.kind.minimums[-1])
