"""The simulated survey: who answers when, where and what. Pure: the same seed gives the same people.

Each agency has a level of its own and a slow trend; one commune's staff attitude falls in the second half of the year
and one department becomes faster, so that the pages have something true to show. A person's answers hang together
through a mood; kiosk answers are a little kinder than those from home.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random

SEED = 20161231
DAYS = 730
CHANNELS = {"kiosk": 0.52, "web": 0.2, "qr": 0.16, "paper": 0.09, "phone": 0.03}
KINDER = {"kiosk": 0.25, "paper": 0.1, "phone": 0.15, "qr": -0.05, "web": -0.2}
# How much of a week's work falls on each day, Monday first; offices close on Sunday.
WEEKDAYS = (1.25, 1.1, 1.0, 1.0, 1.05, 0.35, 0.0)
# Ends of the parts of a normal variable that make the five levels, lowest first: about 1, 3, 10, 46 and 40 per cent.
FIVE_LEVELS = (-2.35, -1.75, -1.08, 0.25)
THREE_TIMES = (-1.75, 0.45)
SKIPPED, NO_OPINION, NOT_RECEIVED = 0.015, 0.025, 0.06
# Who says what it was about, who clicks without reading, and how long the others take, in seconds.
ABOUT, HASTY = 0.85, 0.012
SECONDS = (25, 140)


@dataclass(frozen=True, slots=True)
class Place:
    """An agency of the simulation: its share of the visitors, its level, and what changes at mid-year."""

    code: str
    weight: float
    level: float
    change: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scale:
    """The counted options of a question, worst to best, and the ones outside the denominator; `level` as a Place's."""

    question: str
    options: tuple[str, ...]
    outside: tuple[str, ...]
    unhappy: frozenset[str]
    reasons: tuple[str, ...]
    level: float = 0.0


@dataclass(frozen=True, slots=True)
class Answered:
    """One simulated response; `at` is local and naive, `seconds` the time it took."""

    place: str
    at: datetime
    channel: str
    language: str
    answers: dict[str, str]
    reasons: dict[str, list[str]]
    comment: str
    procedure: str | None
    seconds: int


def simulate(
    count: int,
    last_day: date,
    places: Sequence[Place],
    scales: Sequence[Scale],
    comments: Sequence[str],
    procedures: Sequence[str] = (),
) -> Iterator[Answered]:
    """`count` responses of the DAYS that end on `last_day`, in no order of time."""
    random = Random(SEED)
    days = [last_day - timedelta(days=back) for back in range(DAYS)]
    weights = [WEEKDAYS[day.weekday()] * (1 + 0.15 * math.sin(day.timetuple().tm_yday / 58)) for day in days]
    channels, shares = list(CHANNELS), list(CHANNELS.values())
    visits = [place.weight for place in places]
    for day in random.choices(days, weights, k=count):
        place = random.choices(places, visits)[0]
        channel = random.choices(channels, shares)[0]
        late_in_year = (last_day - day).days < DAYS // 2
        person = _answered(random, place, day, channel, late_in_year, scales, comments)
        about = random.choice(procedures) if procedures and random.random() < ABOUT else None
        seconds = random.randint(2, 4) if random.random() < HASTY else random.randint(*SECONDS)
        yield replace(person, procedure=about, seconds=seconds)


def _answered(
    random: Random,
    place: Place,
    day: date,
    channel: str,
    late_in_year: bool,
    scales: Sequence[Scale],
    comments: Sequence[str],
) -> Answered:
    mood = random.gauss(place.level + KINDER[channel], 0.75)
    answers: dict[str, str] = {}
    reasons: dict[str, list[str]] = {}
    for scale in scales:
        change = place.change.get(scale.question, 0.0) if late_in_year else 0.0
        option = _answer(random, scale, mood + scale.level + change)
        if option is None:
            continue
        answers[scale.question] = option
        if option in scale.unhappy and scale.reasons and random.random() < 0.6:
            reasons[scale.question] = sorted(random.sample(scale.reasons, k=random.choice((1, 1, 2))))
    if not answers:
        answers[scales[0].question] = scales[0].options[-1]
    comment = random.choice(comments) if random.random() < 0.04 else ""
    language = "en" if random.random() < 0.01 else "vi"
    return Answered(place.code, _moment(random, day, channel), channel, language, answers, reasons, comment, None, 0)


def _answer(random: Random, scale: Scale, mood: float) -> str | None:
    luck = random.random()
    if luck < SKIPPED:
        return None
    for share, code in ((NO_OPINION, "no_opinion"), (NOT_RECEIVED, "not_received")):
        if code in scale.outside:
            luck -= share
            if luck < SKIPPED:
                return code
    ends = FIVE_LEVELS if len(scale.options) == 5 else THREE_TIMES
    felt = (mood + random.gauss(0, 0.65)) / math.hypot(0.75, 0.65)
    return scale.options[sum(felt > end for end in ends)]


def _moment(random: Random, day: date, channel: str) -> datetime:
    """Office hours at the office, evenings too from home."""
    if channel in ("web", "qr") and random.random() < 0.5:
        minute = random.randrange(17 * 60, 22 * 60)
    else:
        start, end = random.choice(((7 * 60 + 30, 11 * 60 + 30), (13 * 60 + 30, 17 * 60)))
        minute = random.randrange(start, end)
    return datetime.combine(day, time(minute // 60, minute % 60, random.randrange(60)))
