"""How a period is read from days, half months and months, and how responses become counts. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from typing import Any, NamedTuple

ONE_DAY = timedelta(days=1)
# The months of official reports end on the 14th: so many days have a count of their own.
HALF = 14


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


class Group(NamedTuple):
    """What the responses of one agency that are counted together have in common, but for their answers."""

    agency_id: int
    survey_id: int
    version_id: int
    day: date
    channel: str
    verified: bool
    flagged: bool
    procedure: str


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


def released(waiting: int, *, batch: int, closed: bool, limit: int) -> int:
    """How many of the held responses of one agency and survey may be counted now.

    None until `batch` of them wait or the survey is closed; then all, or `limit` where so many stay behind that they
    too can be released together.
    """
    if waiting < batch and not closed:
        return 0
    return waiting if waiting < limit + batch else limit


def told_apart(waiting: Mapping[Any, int], batch: int) -> dict[Any, int]:
    """How many of each group of waiting answers may be told apart from all others now: of a group nobody or at least
    `batch`, and those who are left together are nobody or at least `batch` too, or subtraction would tell them apart.

    Where small groups are too few to be left alone, the largest one leaves as many with them as that takes.
    """
    taken = {group: number for group, number in waiting.items() if number >= batch}
    while taken and 0 < (left := sum(waiting.values()) - sum(taken.values())) < batch:
        largest = max(taken, key=lambda group: taken[group])
        taken[largest] -= batch - left
        if taken[largest] < batch:
            del taken[largest]
    return taken


def spread(groups: Mapping[Group, Counts], ancestors: Mapping[int, Sequence[int]]) -> list[Change]:
    """What counted groups change in the table, at the agency and at each of its ancestors: the day, the month, and
    the month of the procedure where there is one, also in total; the first half of the month in total, that of the
    procedure by channel and marks.

    `ancestors` holds the agency itself among them. Sorted by key, without the changes that cancel out.
    """
    own: defaultdict[Head, Counts] = defaultdict(Counter)
    for (agency_id, survey_id, version_id, day, channel, verified, flagged, procedure), counts in groups.items():
        month = day.replace(day=1)
        own[agency_id, survey_id, "day", "", day, version_id, channel, verified, flagged].update(counts)
        for about in {"", procedure}:
            own[agency_id, survey_id, "month", about, month, version_id, channel, verified, flagged].update(counts)
            if day.day <= HALF:
                marks = (channel, verified, flagged) if about else TOTAL
                own[agency_id, survey_id, "half", about, month, version_id, *marks].update(counts)
    for (agency_id, survey_id, grain, procedure, starts_on, version_id, *_marks), counts in list(own.items()):
        if grain == "month":
            own[agency_id, survey_id, "total", procedure, starts_on, version_id, *TOTAL].update(counts)
    merged: defaultdict[Head, Counts] = defaultdict(Counter)
    for head, counts in own.items():
        for place in ancestors[head[0]]:
            merged[place, *head[1:]].update(counts)
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
