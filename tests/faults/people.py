"""Simulated people and machines that answer, each labelled: honest ones by scene, and those who cheat by script.

Times are assumptions, not measurements: a person reads and answers a question in 4.5 seconds at the median (log-normal,
standard deviation of the logarithm 0.38 between people); somebody who only presses buttons in 0.5 to 1 second.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

QUESTIONS = 5
HONEST, FRAUD, PATIENT = "honest", "fraud", "patient fraud"


@dataclass(frozen=True, slots=True)
class Act:
    """One answer: `place` is the kiosk (by number) or the address it came from; `finished` and `started` are aware."""

    kind: str
    scene: str
    channel: str
    place: str
    started: datetime
    finished: datetime


def everybody(day: datetime, rng: random.Random, scale: float = 1.0) -> list[Act]:
    """A day at a one-stop shop (`day` is its midnight), in the order of arrival at the server.

    `scale` makes more or fewer of the quiet hours and of the flood; a rush is always forty people.
    """
    acts = [
        *_quiet_kiosks(day, rng, kiosks=max(1, round(12 * scale))),
        *_rush(day, rng, "20"),
        *_hall_on_phones(day, rng),
        *_phones(day, rng, count=round(3000 * scale)),
        *_officer_in_slack_hours(day, rng, "21"),
        *_masher(day, rng, "22"),
        *_after_closing(day, rng, "23"),
        *_flood(day, rng, count=round(2000 * max(scale, 0.7))),
        *_patient_officer(day, rng, "24"),
    ]
    acts.sort(key=lambda act: act.finished)
    return _late(acts, rng)


def _quiet_kiosks(day: datetime, rng: random.Random, kiosks: int) -> Iterator[Act]:
    """People one after the other, three minutes apart on average, within the opening hours."""
    for number in range(kiosks):
        for opens, closes in ((7.5, 11.5), (13.5, 17.0)):
            free = day + timedelta(hours=opens)
            while True:
                started = free + timedelta(seconds=4 + rng.expovariate(1 / 180))
                finished = started + _reading(rng)
                if finished > day + timedelta(hours=closes, minutes=10):
                    break
                yield Act(HONEST, "quiet kiosk", "kiosk", str(number), started, finished)
                free = finished


def _rush(day: datetime, rng: random.Random, place: str) -> Iterator[Act]:
    """Forty people in ten minutes at one kiosk: a queue that knows what it wants to say."""
    start = day + timedelta(hours=8)
    for number in range(40):
        finished = start + timedelta(seconds=15 * number + rng.uniform(10.5, 14.5))
        yield Act(HONEST, "rush at a kiosk", "kiosk", place, finished - timedelta(seconds=rng.uniform(8, 10)), finished)


def _hall_on_phones(day: datetime, rng: random.Random) -> Iterator[Act]:
    """Forty people in ten minutes on their phones, all behind the hall's one address."""
    for _number in range(40):
        started = day + timedelta(hours=9, seconds=rng.uniform(0, 550))
        yield Act(HONEST, "hall on phones", "qr", "hall", started, started + _reading(rng))


def _phones(day: datetime, rng: random.Random, count: int) -> Iterator[Act]:
    """People at home, each at an address of their own."""
    for number in range(count):
        started = day + timedelta(hours=rng.uniform(6, 22))
        yield Act(HONEST, "phones at home", "web", f"home {number}", started, started + _reading(rng))


def _officer_in_slack_hours(day: datetime, rng: random.Random, place: str) -> Iterator[Act]:
    """Presses the tablet to lift the score: a tap every half second to second, three times that morning."""
    for hour in (9.2, 10.4, 15.6):
        free = day + timedelta(hours=hour)
        for _number in range(40):
            started = free + timedelta(seconds=rng.uniform(1, 4))
            free = started + _pressing(rng)
            yield Act(FRAUD, "officer in slack hours", "kiosk", place, started, free)


def _masher(day: datetime, rng: random.Random, place: str) -> Iterator[Act]:
    """A child, or somebody who is angry: the same button as fast as it goes."""
    free = day + timedelta(hours=14)
    for _number in range(60):
        started = free + timedelta(seconds=rng.uniform(0.1, 0.4))
        free = started + timedelta(seconds=QUESTIONS * rng.uniform(0.15, 0.3))
        yield Act(FRAUD, "mashing", "kiosk", place, started, free)


def _after_closing(day: datetime, rng: random.Random, place: str) -> Iterator[Act]:
    """Takes their time, but the doors are shut."""
    free = day + timedelta(hours=18)
    for _number in range(50):
        started = free + timedelta(seconds=rng.uniform(5, 60))
        free = started + _reading(rng)
        yield Act(FRAUD, "after closing", "kiosk", place, started, free)


def _flood(day: datetime, rng: random.Random, count: int) -> Iterator[Act]:
    """A script that waits like a reader before it sends, a hundred a minute, from one address."""
    for number in range(count):
        finished = day + timedelta(hours=20, seconds=number * 0.6 + rng.uniform(0, 0.5))
        yield Act(FRAUD, "scripted flood", "web", "script", finished - _reading(rng), finished)


def _patient_officer(day: datetime, rng: random.Random, place: str) -> Iterator[Act]:
    """As slow as a citizen, in opening hours: no rule can tell; only tickets can. Reported apart."""
    free = day + timedelta(hours=16)
    for _number in range(20):
        started = free + timedelta(seconds=rng.uniform(20, 60))
        free = started + _reading(rng)
        yield Act(PATIENT, "patient officer", "kiosk", place, started, free)


def _reading(rng: random.Random) -> timedelta:
    return timedelta(seconds=QUESTIONS * 4.5 * math.exp(rng.gauss(0, 0.38)))


def _pressing(rng: random.Random) -> timedelta:
    return timedelta(seconds=sum(rng.uniform(0.5, 1.0) for _question in range(QUESTIONS)))


def _late(acts: list[Act], rng: random.Random) -> list[Act]:
    """A third of the kiosks were offline: their answers arrive at the end, out of order."""
    late = [act for act in acts if act.channel == "kiosk" and int(act.place) % 3 == 0]
    prompt = [act for act in acts if act not in late]
    rng.shuffle(late)
    return prompt + late
