"""How a period is read from days and months, and how responses become counts. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from typing import NamedTuple

ONE_DAY = timedelta(days=1)


class Span(NamedTuple):
    """The tally rows of one grain that start between two days, both inclusive; None is an open end."""

    grain: str
    first: date | None
    last: date | None


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
# How often each (question, option) was chosen; ("", "") counts the responses themselves.
Counts = Counter[tuple[str, str]]


def split_period(from_on: date | None, to_on: date | None) -> tuple[Span, ...]:
    """The fewest spans that together hold every day of a period (ends inclusive, None: open) exactly once.

    Whole months are read as months, the part-months at the ends as days; () for a period that ends before it starts.
    """
    if to_on and to_on.year == MAXYEAR:
        to_on = None  # no calendar beyond it to reckon in
    if from_on and to_on and from_on > to_on:
        return ()
    if from_on and from_on.year == MAXYEAR:
        return (Span("day", from_on, None),)
    start = from_on and (from_on if from_on.day == 1 else _next_month(from_on))
    stop = to_on and (to_on + ONE_DAY).replace(day=1)
    if stop == date.min:
        return (Span("day", from_on, to_on),)  # nor before it
    if from_on and start and stop and start >= stop:
        return (Span("day", from_on, to_on),)
    spans = [Span("month", start, stop and stop - ONE_DAY)]
    if from_on and start and from_on < start:
        spans.insert(0, Span("day", from_on, start - ONE_DAY))
    if to_on and stop and stop <= to_on:
        spans.append(Span("day", stop, to_on))
    return tuple(spans)


def released(waiting: int, *, batch: int, closed: bool, limit: int) -> int:
    """How many of the held responses of one agency and survey may be counted now.

    None until `batch` of them wait or the survey is closed; then all, or `limit` where so many stay behind that they
    too can be released together.
    """
    if waiting < batch and not closed:
        return 0
    return waiting if waiting < limit + batch else limit


def spread(groups: Mapping[Group, Counts], ancestors: Mapping[int, Sequence[int]]) -> list[Change]:
    """What counted groups change in the table, at the agency and at each of its ancestors: the day, the month, and
    the month of the procedure where there is one; the months also in total.

    `ancestors` holds the agency itself among them. Sorted by key, without the changes that cancel out.
    """
    merged: defaultdict[Head, Counts] = defaultdict(Counter)
    for (agency_id, survey_id, version_id, day, channel, verified, flagged, procedure), counts in groups.items():
        month = day.replace(day=1)
        periods = [("day", "", day), ("month", "", month)]
        if procedure:
            periods.append(("month", procedure, month))
        for period in periods:
            for place in ancestors[agency_id]:
                merged[place, survey_id, *period, version_id, channel, verified, flagged].update(counts)
    for (place, survey_id, grain, procedure, starts_on, version_id, *_marks), counts in list(merged.items()):
        if grain == "month":
            merged[place, survey_id, "total", procedure, starts_on, version_id, "", False, False].update(counts)
    return [
        (*head, *choice, count) for head in sorted(merged) for choice, count in sorted(merged[head].items()) if count
    ]


def _next_month(day: date) -> date:
    """The first day of the month after a day's."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
