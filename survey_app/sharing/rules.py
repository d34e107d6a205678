"""What a link may show, when results are public, up to which day. Pure."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

LINK_KINDS = ("share", "board")
LONGEST_NAME = 120
LONGEST_DAYS = 366
USUAL_DAYS = 90
LICENCES = {
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """What figures are cut to; None is no bound. Days are local and inclusive; `agency` is an id, it and all below."""

    from_on: date | None = None
    to_on: date | None = None
    channel: str | None = None
    agency: int | None = None


def narrowed(bound: Bounds, asked: Bounds) -> Bounds | None:
    """What is shown where a link is bound to `bound` and the address asks for `asked`: never more than the bound, None
    where nothing is left. (Whether an asked agency stands below the bound one is for the tree to say.)"""
    from_on = max(filter(None, (bound.from_on, asked.from_on)), default=None)
    to_on = min(filter(None, (bound.to_on, asked.to_on)), default=None)
    if from_on and to_on and to_on < from_on:
        return None
    if bound.channel and asked.channel and asked.channel != bound.channel:
        return None
    return Bounds(from_on, to_on, bound.channel or asked.channel, asked.agency or bound.agency)


def is_public(today: date, from_on: date | None, to_on: date | None) -> bool:
    """Whether results are public on this local day; both ends are inclusive and may be open."""
    return (from_on is None or today >= from_on) and (to_on is None or today <= to_on)


def month_end(month: date) -> date:
    """The last day of the month in which a day lies."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def public_until(days: Iterable[tuple[date, int]], minimum: int) -> date | None:
    """The last day that public figures count, given (last day, answers) of stretches in order; None: not yet any.

    Stretches are taken together until at least `minimum` answers are new, and only whole groups are shown: who compares
    an earlier page with today's sees the answers of that many people at once, or nothing new.
    """
    last, new = None, 0
    for day, answers in days:
        new += answers
        if new >= minimum:
            last, new = day, 0
    return last
