"""When a place is open: for each weekday some spans of local time, as data. Pure.

Hours are seven lists, Monday first, each of pairs ["07:30", "11:30"]: in order, not overlapping, the end exclusive.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

Span = Sequence[str]
Hours = Sequence[Sequence[Span]]

WEEKDAYS = range(7)
WORKDAY = (("07:30", "11:30"), ("13:30", "17:00"))
# What most one-stop shops keep; a device starts with these.
OFFICE_HOURS: Hours = (*(WORKDAY,) * 5, (), ())
SPAN = re.compile(r"([01]?[0-9]|2[0-3])[:hH.]([0-5][0-9])\s*[-–]\s*([01]?[0-9]|2[0-4])[:hH.]([0-5][0-9])")
LONGEST_LOOK = timedelta(days=30)


def day_spans(text: str) -> list[list[str]]:
    """The spans that somebody wrote for one day: "7:30-11:30, 13:30-17:00"; "" is closed.

    Raises ValueError where it is not written so, or spans overlap or end before they begin.
    """
    spans: list[list[str]] = []
    for part in filter(None, (piece.strip() for piece in re.split("[,;]", text))):
        found = SPAN.fullmatch(part)
        if found is None:
            raise ValueError(part)
        opens, closes = (f"{int(hour):02}:{minute}" for hour, minute in (found.groups()[:2], found.groups()[2:]))
        if not (spans[-1][1] if spans else "") <= opens < closes <= "24:00":
            raise ValueError(part)
        spans.append([opens, closes])
    return spans


def day_text(spans: Sequence[Span]) -> str:
    """The spans of one day as `day_spans` reads them."""
    return ", ".join(f"{opens}-{closes}" for opens, closes in spans)


def is_open(hours: Hours, local: datetime) -> bool:
    """Whether the place is open at a local moment."""
    return any(opens <= local.strftime("%H:%M") < closes for opens, closes in hours[local.weekday()])


def open_time(hours: Hours, start: datetime, end: datetime) -> timedelta:
    """How long the place was open between two local moments of the same zone; looks back 30 days at most."""
    start = max(start, end - LONGEST_LOOK)
    total = timedelta(0)
    for opens, closes in _spans_between(hours, start, end):
        total += max(timedelta(0), min(closes, end) - max(opens, start))
    return total


def _spans_between(hours: Hours, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    day = datetime.combine(start.date(), time(0), start.tzinfo)
    while day <= end:
        for opens, closes in hours[day.weekday()]:
            yield day + _since_midnight(opens), day + _since_midnight(closes)
        day += timedelta(days=1)


def _since_midnight(text: str) -> timedelta:
    hour, minute = text.split(":")
    return timedelta(hours=int(hour), minutes=int(minute))
