"""What is unusual about a response: every flag with its rule, its threshold and its words, in one table. Pure.

A flag never refuses, hides or deletes an answer: figures are shown with and without the flagged ones. Equal answers to
every question are no flag: of five questions, most honest answers are straight lines.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from survey_app.surveys.opening_hours import Hours, is_open
from survey_app.surveys.rules import is_within

# Marks a text for translation; the edge translates it.
N_ = str
# A live answer whose own time is further than this from ours came from a wrong clock or a long queue.
CLOCK_TOLERANCE = timedelta(hours=24)
SELF_SERVICE = frozenset({"kiosk", "web", "qr", "sms"})
SECONDS_A_QUESTION = 1.5
MEDIAN_SHARE = 0.3
# Seconds that a citizen needs for one question. Not measured on the answers themselves: a flood of fast ones would
# move the very median that should find it.
USUAL_SECONDS = 5.0
DEVICE_INTERVAL = timedelta(seconds=3)
# (most completed answers, within): 40 people in ten minutes on one kiosk are an honest rush, and twelve in two minutes
# would have to read five questions in under ten seconds each, one behind the other.
BURSTS = ((40, timedelta(minutes=10)), (12, timedelta(minutes=2)))
LONGEST_BURST = max(span for _most, span in BURSTS)
# People still answer when the doors have closed.
HOURS_GRACE = timedelta(minutes=15)
# Answers without a ticket from one address to one form: a hall behind one address has fewer.
FLOOD = (60, timedelta(minutes=10))


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the rules look at. Times are aware; `local_at` is `answered_at` in the installation's time zone.

    `device_times` are the completed answers of the same device around this one, without it. `crowd` counts the earlier
    answers without a ticket from the same address to the same form within FLOOD, this process's view.
    """

    answered_on: date
    answered_at: datetime | None
    local_at: datetime | None
    started_at: datetime | None
    received_at: datetime
    opens_on: date | None
    closes_on: date | None
    live: bool
    channel: str
    answered: int
    completed: bool = True
    verified: bool = False
    device_times: Sequence[datetime] = ()
    opening_hours: Hours | None = None
    crowd: int = 0


class Flag(NamedTuple):
    """`words` say the rule to officers, with the numbers of `threshold` in it."""

    name: str
    rule: Callable[[Evidence], bool]
    label: str
    words: str
    threshold: dict[str, float]


def found_flags(evidence: Evidence) -> list[str]:
    """The names of the flags that a response deserves, in alphabetical order."""
    return sorted(flag.name for flag in FLAGS if flag.rule(evidence))


def burst_members(moment: datetime, device_times: Sequence[datetime]) -> frozenset[datetime]:
    """The answers of a device, this one at `moment` among them, that make a burst together; none without a burst."""
    members: set[datetime] = set()
    times = sorted((*device_times, moment))
    for most, span in BURSTS:
        for start in range(len(times) - most):
            if times[start + most] - times[start] <= span and times[start] <= moment <= times[start + most]:
                members.update(times[start : start + most + 1])
    return frozenset(members)


def _too_fast(evidence: Evidence) -> bool:
    if evidence.channel not in SELF_SERVICE or evidence.answered < 1:
        return False
    if evidence.started_at is None or evidence.answered_at is None:
        return False
    seconds = (evidence.answered_at - evidence.started_at).total_seconds() / evidence.answered
    return 0 <= seconds < min(SECONDS_A_QUESTION, MEDIAN_SHARE * USUAL_SECONDS)


def _device_interval(evidence: Evidence) -> bool:
    """On either side: a queue may arrive in any order."""
    if evidence.answered_at is None or not evidence.completed:
        return False
    return any(abs(evidence.answered_at - other) < DEVICE_INTERVAL for other in evidence.device_times)


def _burst(evidence: Evidence) -> bool:
    if evidence.answered_at is None or not evidence.completed:
        return False
    return bool(burst_members(evidence.answered_at, evidence.device_times))


def _out_of_hours(evidence: Evidence) -> bool:
    if evidence.channel != "kiosk" or not evidence.live or evidence.opening_hours is None or evidence.local_at is None:
        return False
    around = (evidence.local_at + shift for shift in (timedelta(0), HOURS_GRACE, -HOURS_GRACE))
    return not any(is_open(evidence.opening_hours, moment) for moment in around)


def _flood(evidence: Evidence) -> bool:
    return evidence.channel in ("web", "qr", "sms") and not evidence.verified and evidence.crowd >= FLOOD[0]


def _clock(evidence: Evidence) -> bool:
    if not evidence.live or evidence.answered_at is None:
        return False
    return abs(evidence.answered_at - evidence.received_at) > CLOCK_TOLERANCE


def _outside_period(evidence: Evidence) -> bool:
    return not is_within(evidence.answered_on, evidence.opens_on, evidence.closes_on)


FLAGS = (
    Flag(
        "too_fast",
        _too_fast,
        N_("Too fast"),
        N_("Less than %(seconds)s seconds a question, and less than %(share)s of the usual time (%(usual)s seconds)."),
        {"seconds": SECONDS_A_QUESTION, "share": MEDIAN_SHARE, "usual": USUAL_SECONDS},
    ),
    Flag(
        "device_interval",
        _device_interval,
        N_("Device interval"),
        N_("Less than %(seconds)s seconds between two completed answers on the same device."),
        {"seconds": DEVICE_INTERVAL.total_seconds()},
    ),
    Flag(
        "burst",
        _burst,
        N_("Burst"),
        N_("More than %(most)s completed answers in %(minutes)s minutes, or %(few)s in %(span)s, on the same device."),
        {
            "most": BURSTS[0][0],
            "minutes": BURSTS[0][1].total_seconds() / 60,
            "few": BURSTS[1][0],
            "span": BURSTS[1][1].total_seconds() / 60,
        },
    ),
    Flag(
        "out_of_hours",
        _out_of_hours,
        N_("Out of hours"),
        N_("Answered on a kiosk more than %(minutes)s minutes outside its opening hours."),
        {"minutes": HOURS_GRACE.total_seconds() / 60},
    ),
    Flag(
        "ticketless_flood",
        _flood,
        N_("Flood without tickets"),
        N_("More than %(most)s answers without a ticket in %(minutes)s minutes from one address to one form."),
        {"most": FLOOD[0], "minutes": FLOOD[1].total_seconds() / 60},
    ),
    Flag(
        "clock",
        _clock,
        N_("Clock"),
        N_("The time of the answer is more than %(hours)s hours away from the time at which it arrived."),
        {"hours": CLOCK_TOLERANCE.total_seconds() / 3600},
    ),
    Flag(
        "outside_period",
        _outside_period,
        N_("Outside the period"),
        N_("Answered before the first or after the last day of the survey."),
        {},
    ),
)
