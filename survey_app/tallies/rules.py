"""How a period is read from days, half months and months, and how responses become counts. Pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

ONE_DAY = timedelta(days=1)
# The months of official reports end on the 14th: so many days have a count of their own.
HALF = 14
# An answer that finds nobody like it for so long is told with others that found none, whatever their marks: a week
# holds every day on which an office works.
WAITS_AT_MOST = timedelta(days=7)


class Span(NamedTuple):
    """The tally rows of one grain that start between two days, both inclusive (None: an open end); to be added, or
    where `sign` is -1 to be taken off."""

    grain: str
    first: date | None
    last: date | None
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Slice:
    """Which counted responses of a survey are asked about: those at the agencies and below them, on the local days
    from..to (inclusive, None: open); of one channel, verified or not, flagged or not, of one procedure (None: all).
    `questions` are those whose counts are wanted ("" stands for the responses; None: all)."""

    survey_id: int
    agency_ids: tuple[int, ...]
    from_on: date | None = None
    to_on: date | None = None
    channel: str | None = None
    verified: bool | None = None
    flagged: bool | None = None
    procedure: str | None = None
    questions: tuple[str, ...] | None = None


class Kind(NamedTuple):
    """What answers of an agency and survey that are told together are alike in: all that figures are cut by, but for
    the day and the procedure."""

    version_id: int
    channel: str
    verified: bool
    flagged: bool


class Group(NamedTuple):
    """What the responses of one agency that are counted together have in common, but for their answers: by procedure
    they are counted on a day of its own (None: not by procedure)."""

    agency_id: int
    survey_id: int
    version_id: int
    day: date
    channel: str
    verified: bool
    flagged: bool
    procedure: str
    named_on: date | None

    @property
    def kind(self) -> Kind:
        return Kind(self.version_id, self.channel, self.verified, self.flagged)

    @property
    def unnamed(self) -> "Group":
        """The same, counted without the procedure."""
        return self._replace(procedure="", named_on=None)

    @property
    def unmarked(self) -> "Group":
        """The same, counted without marks and procedure."""
        channel, verified, flagged = TOTAL
        return self.unnamed._replace(channel=channel, verified=verified, flagged=flagged)


class Cell(NamedTuple):
    """The key of one tally row, in the order of the table's primary key."""

    agency_id: int
    survey_id: int
    grain: str
    procedure: str
    starts_on: date
    version_id: int
    channel: str
    verified: bool
    flagged: bool
    question: str
    option: str


# The key of a tally row without question and option, and the whole row with its count: there may be a million of them.
Head = tuple[int, int, str, str, date, int, str, bool, bool]
Change = tuple[int, int, str, str, date, int, str, bool, bool, str, str, int]
# The marks of what is counted whatever they were: channel, verified, flagged.
TOTAL = ("", False, False)
# How often each (question, option) was chosen; ("", "") counts the responses themselves.
Counts = Counter[tuple[str, str]]


def split_period(from_on: date | None, to_on: date | None, *, halves: bool = False) -> tuple[Span, ...]:
    """The spans that together hold every day of a period (ends inclusive, None: open) exactly once.

    A month that the period cuts is read from where few single days are needed: its start, its end or, with `halves`,
    after its first half; too much is taken off again. () for a period that ends before it starts.
    """
    if to_on and to_on.year == MAXYEAR:
        to_on = None  # no calendar beyond it to reckon in
    if from_on and to_on and from_on > to_on:
        return ()
    if from_on and from_on.year == MAXYEAR:
        return (Span("day", from_on, None),)
    if to_on and to_on < date.min.replace(day=31):
        return (Span("day", from_on, to_on),)  # nor before it
    before, skipped = _start_of_month(from_on - ONE_DAY, halves) if from_on and from_on.day > 1 else ((), False)
    until, whole = _start_of_month(to_on, halves) if to_on else ((), True)
    if from_on and to_on and (to_on - from_on).days < sum(_days(span) for span in (*before, *until)):
        return (Span("day", from_on, to_on),)
    first = from_on and (_next_month(from_on) if skipped else from_on.replace(day=1))
    last = to_on and (_next_month(to_on) if whole else to_on.replace(day=1)) - ONE_DAY
    # A month that is taken off whole and one that is left out meet where both ends lie in it.
    months = (Span("month", first, last),) if not (first and last) or first <= last else ()
    return (*months, *until, *(span._replace(sign=-span.sign) for span in before))


def released(waiting: int, *, batch: int, limit: int) -> int:
    """How many of those who may be told are told now: all, or `limit` where so many stay behind that they too can be
    told together."""
    limit = max(limit, batch)
    return waiting if waiting < limit + batch else limit


def unit_sizes(days: Sequence[date], batch: int) -> list[int]:
    """How many answers that are alike make each unit: their days rise, there are at least `batch` of them, and so many
    at least make a unit. Units end with a day where those before and after are enough; what is left joins the last."""
    ends = [i for i in range(1, len(days)) if days[i] > days[i - 1]]
    cuts = [0]
    for end in ends:
        if end - cuts[-1] >= batch and len(days) - end >= batch:
            cuts.append(end)
    return [last - first for first, last in pairwise([*cuts, len(days)])]


def middle(days: Sequence[date]) -> date:
    """The day on which all of them are counted: the median, the lower one of two."""
    return sorted(days)[(len(days) - 1) // 2]


def told_procedures(waiting: Mapping[Any, Mapping[str, int]], batch: int) -> list[str]:
    """The procedures whose waiting answers may all be told now, each apart, one after the other; `waiting` are those of
    one kind, by the unit with which they were told first and by procedure ("": they name none, and wait for ever).

    What looks add up and subtract is a weight for each unit plus one for each procedure told at a time, and none for
    those who wait. It concerns whoever it gives another weight than 0: at least a cut of the graph with a node for each
    unit, one for each procedure told at a time, one for all who wait, and an edge for each answer. New units are tied
    to those who wait by `batch` edges or more. To tell a procedure splits that node in two: cuts that leave both on one
    side are as large as before, and any other has, for each unit, the edges to the one or those to the other.
    """
    left = {unit: Counter(procedures) for unit, procedures in waiting.items()}
    told: list[str] = []
    while chosen := _splitting(left.values(), batch):
        told.append(chosen)
        for procedures in left.values():
            del procedures[chosen]
    return told


def _splitting(waiting: Collection[Counter[str]], batch: int) -> str | None:
    """The procedure that may be told before all others, the largest first."""
    totals = sum(waiting, Counter[str]())
    for procedure in sorted(totals.keys() - {""}, key=lambda each: (-totals[each], each)):
        if sum(min(each[procedure], each.total() - each[procedure]) for each in waiting) >= batch:
            return procedure
    return None


def spread(groups: Mapping[Group, Counts], ancestors: Mapping[int, Sequence[int]]) -> list[Change]:
    """What counted groups change in the table, at the agency and at each of its ancestors: the day, the month, and
    the month of the procedure where there is one (it has a day of its own), also in total; the first half of the month
    in total, that of the procedure by channel and marks.

    `ancestors` holds the agency itself among them. Sorted by key, without the changes that cancel out.
    """
    own: defaultdict[Head, Counts] = defaultdict(Counter)
    for group, counts in groups.items():
        place, kind = (group.agency_id, group.survey_id), group.kind
        own[*place, "day", "", group.day, *kind].update(counts)
        for about, day in (("", group.day), (group.procedure, group.named_on)):
            if day is None:
                continue
            own[*place, "month", about, day.replace(day=1), *kind].update(counts)
            if day.day <= HALF:
                marks = kind[1:] if about else TOTAL
                own[*place, "half", about, day.replace(day=1), group.version_id, *marks].update(counts)
    for (agency_id, survey_id, grain, procedure, starts_on, version_id, *_marks), counts in list(own.items()):
        if grain == "month":
            own[agency_id, survey_id, "total", procedure, starts_on, version_id, *TOTAL].update(counts)
    merged: defaultdict[Head, Counts] = defaultdict(Counter)
    for head, counts in own.items():
        for above in ancestors[head[0]]:
            merged[above, *head[1:]].update(counts)
    return [
        (*head, *choice, count) for head in sorted(merged) for choice, count in sorted(merged[head].items()) if count
    ]


def _start_of_month(day: date, halves: bool) -> tuple[tuple[Span, ...], bool]:
    """Spans that hold the days of a month up to one of them, and whether all of the month is to be added to them."""
    length = (_next_month(day) - ONE_DAY).day
    anchor = min((0, length, *((HALF,) if halves else ())), key=lambda anchor: (abs(day.day - anchor), anchor))
    month = day.replace(day=1)
    found = [Span("half", month, month)] if anchor == HALF else []
    if day.day > anchor:
        found.append(Span("day", month + timedelta(anchor), day))
    if day.day < anchor:
        found.append(Span("day", day + ONE_DAY, month + timedelta(anchor - 1), -1))
    return tuple(found), anchor == length


def _days(span: Span) -> int:
    """How many single days a span reads."""
    return (span.last - span.first).days + 1 if span.grain == "day" and span.first and span.last else 0


def _next_month(day: date) -> date:
    """The first day of the month after a day's."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
