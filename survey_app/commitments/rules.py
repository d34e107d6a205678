"""When a commitment is measured again, and what its effect may be called. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

from survey_app.statistics import newcombe

LONGEST_TEXT = 500
LONGEST_OWNER = 120
# Under so many answers a share is not shown, so no effect either.
FEWEST = 30
Verdict = Literal["rose", "fell", "unclear", "too_few"]
State = Literal["promised", "overdue", "done"]


@dataclass(frozen=True, slots=True)
class Measured:
    """How many of n answers were positive; shown figures only."""

    count: int
    n: int

    @property
    def share(self) -> float:
        return self.count / self.n


class Effect(NamedTuple):
    """The change in the positive share (0 to 1) with its 95% interval; None where there are too few answers."""

    verdict: Verdict
    difference: float | None
    low: float | None
    high: float | None


def next_period(from_on: date, to_on: date, acted_on: date) -> tuple[date, date]:
    """The days on which an action shows: as long as the period of its finding, from the day after the action on, but
    never overlapping that period."""
    first = max(acted_on, to_on) + timedelta(days=1)
    return first, first + (to_on - from_on)


def effect(before: Measured, after: Measured | None) -> Effect:
    """What became of a share after an action; "unclear" where the interval of the difference (Newcombe) covers zero."""
    if after is None or before.n < FEWEST or after.n < FEWEST:
        return Effect("too_few", None, None, None)
    low, high = newcombe(after.count, after.n, before.count, before.n)
    difference = after.share - before.share
    verdict: Verdict = "rose" if low > 0 else "fell" if high < 0 else "unclear"
    return Effect(verdict, difference, low, high)


def state(today: date, due_on: date, done_on: date | None) -> State:
    """How a commitment stands on a day."""
    if done_on is not None:
        return "done"
    return "overdue" if today > due_on else "promised"
