"""Which period a schedule sends next, when a failed sending is tried again, and what a list of recipients is. Pure."""

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from survey_app.accounts.rules import clean_email, is_email

ONE_DAY = timedelta(days=1)
# How long after each failed attempt the next one follows; after the last one the delivery has failed.
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
# A worker that was killed while sending is taken for dead after this.
STALE = timedelta(minutes=15)
# Who waits longer than this while nothing is worked on learns that no jobs seem to run.
PATIENCE = timedelta(seconds=30)
# How long an export is kept for who asked for it, how often one is begun, and how many one may have unfinished.
KEPT = timedelta(days=1)
MOST_MADE = 2
MOST_UNFINISHED = 20
MOST_RECIPIENTS = 50
FREQUENCIES = ("weekly", "monthly", "quarterly", "statutory_quarterly", "yearly", "at_close")


class Period(NamedTuple):
    """The local days of a report, both inclusive; a first day of None is the survey's first answer."""

    from_on: date | None
    to_on: date


def last_period(frequency: str, today: date, *, opens_on: date | None, closes_on: date | None) -> Period | None:
    """The last whole period that ended before today; None where there is none yet.

    Weeks run from Monday to Sunday; a statutory quarter from the 15th of the month before to the 14th of its last.
    Raises KeyError for an unknown frequency.
    """
    if frequency == "at_close":
        return Period(opens_on, closes_on) if closes_on and closes_on < today else None
    first, last = PERIODS[frequency](today)
    return Period(first, last)


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When a delivery is tried again after so many failed attempts; None where it is given up."""
    return now + RETRY_AFTER[attempts - 1] if attempts <= len(RETRY_AFTER) else None


def recipients(text: str) -> tuple[list[str], list[str]]:
    """The addresses in a text (parted by commas, semicolons, spaces or lines), each once; and what is no address."""
    parts = list(dict.fromkeys(clean_email(part) for part in re.split(r"[\s,;]+", text) if part))
    return [part for part in parts if is_email(part)], [part for part in parts if not is_email(part)]


def _week(today: date) -> tuple[date, date]:
    last = today - timedelta(days=today.weekday() + 1)
    return last - timedelta(days=6), last


def _month(today: date) -> tuple[date, date]:
    last = today.replace(day=1) - ONE_DAY
    return last.replace(day=1), last


def _quarter(today: date) -> tuple[date, date]:
    last = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1) - ONE_DAY
    return date(last.year, last.month - 2, 1), last


def _statutory_quarter(today: date) -> tuple[date, date]:
    # From the 15th of a quarter's last month on, that quarter is over.
    reckoned = today + timedelta(days=17) if today.day >= 15 and today.month % 3 == 0 else today
    first, last = _quarter(reckoned)
    return (first - ONE_DAY).replace(day=15), last.replace(day=14)


def _year(today: date) -> tuple[date, date]:
    return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)


PERIODS = {
    "weekly": _week,
    "monthly": _month,
    "quarterly": _quarter,
    "statutory_quarterly": _statutory_quarter,
    "yearly": _year,
}
