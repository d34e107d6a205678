"""Periods of calendars and of reports, and the one that a period is compared with. Pure; days are local, inclusive."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Literal

COMPARISONS = ("previous", "year_ago")
STATUTORY_DAY = 15
ONE_DAY = timedelta(days=1)
Unit = Literal["month", "quarter", "half", "year"]
MONTHS: dict[Unit, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Preset:
    """A period by name: the calendar's, or the one of official reports, which ends on the 14th (`statutory`)."""

    unit: Unit
    number: int
    year: int
    from_on: date
    to_on: date
    statutory: bool = False


def compared_with(from_on: date, to_on: date, comparison: str) -> tuple[date, date] | None:
    """The days before from..to: as many whole months where it is made of those (counted from the 1st or the 15th),
    else as many days; "year_ago" is the same stretch a year earlier. None where no calendar reaches."""
    try:
        if comparison == "year_ago":
            return _year_back(from_on), _year_back(to_on)
        months = _whole_months(from_on, to_on)
        if months:
            return _add_months(from_on, -months), from_on - ONE_DAY
        return from_on - (to_on - from_on) - ONE_DAY, from_on - ONE_DAY
    except (ValueError, OverflowError):
        return None


def latest_months(from_on: date, to_on: date, months: int) -> tuple[date, date] | None:
    """The last so many whole months of from..to; None where there are fewer."""
    end = (to_on + ONE_DAY).replace(day=1)
    if (end.year - from_on.year) * 12 + end.month - from_on.month < months + (from_on.day > 1):
        return None
    return _add_months(end, -months), end - ONE_DAY


def presets(today: date) -> Iterator[Preset]:
    """The periods that a reader chooses most: the running and the last one of each length, then those of reports."""
    for unit, months in MONTHS.items():
        start = _start(today.replace(day=1), months)
        for first in (start, _add_months(start, -months)):
            yield _preset(unit, first, months, statutory=False)
    start = _start(_statutory_month(today), 3)
    for first in (start, _add_months(start, -3)):
        yield _preset("quarter", first, 3, statutory=True)


def months_between(from_on: date, to_on: date) -> list[date]:
    """The first days of the months that from..to touches."""
    first, found = from_on.replace(day=1), []
    while first <= to_on:
        found.append(first)
        if (first.year, first.month) == (MAXYEAR, 12):
            break
        first = _add_months(first, 1)
    return found


def _preset(unit: Unit, first: date, months: int, *, statutory: bool) -> Preset:
    number, year = (first.month - 1) // months + 1, first.year
    from_on, to_on = first, _add_months(first, months) - ONE_DAY
    if statutory:
        # The first quarter of a year begins on 15 December of the year before.
        from_on = _add_months(first, -1).replace(day=STATUTORY_DAY)
        to_on = _add_months(first, months - 1).replace(day=STATUTORY_DAY - 1)
    return Preset(unit, number, year, from_on, to_on, statutory)


def _statutory_month(today: date) -> date:
    """The month whose reports count this day: from the 15th on the next one's."""
    first = today.replace(day=1)
    return _add_months(first, 1) if today.day >= STATUTORY_DAY else first


def _start(first: date, months: int) -> date:
    return first.replace(month=(first.month - 1) // months * months + 1)


def _whole_months(from_on: date, to_on: date) -> int:
    """How many months from..to is made of, counted from the 1st or the 15th; 0 where it is not."""
    after = to_on + ONE_DAY
    if from_on.day != after.day or from_on.day not in (1, STATUTORY_DAY):
        return 0
    return (after.year - from_on.year) * 12 + after.month - from_on.month


def _add_months(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise ValueError("no such year")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _year_back(day: date) -> date:
    """The same day a year earlier; the last day of February stays the last."""
    is_last_of_february = day.month == 2 and day.day == monthrange(day.year, 2)[1]
    if is_last_of_february:
        return date(day.year - 1, 2, monthrange(day.year - 1, 2)[1])
    return day.replace(year=day.year - 1)
