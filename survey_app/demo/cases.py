"""The simulated case figures: what each agency received and closed in each quarter of the simulation. Pure.

More cases come in online than people answer from home, so that answers and cases differ in their mix, as they do in
life; every identity of the figures holds.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from survey_app.demo.rules import DAYS, SEED, Place

ONE_DAY = timedelta(days=1)
# Cases for each answer, and the part of them that comes in online, lowest and highest.
CASES_PER_ANSWER = (4.0, 9.0)
ONLINE = (0.35, 0.55)


@dataclass(frozen=True, slots=True)
class Cases:
    """The case figures of an agency, by its code, from..to (inclusive)."""

    place: str
    from_on: date
    to_on: date
    counts: Mapping[str, int]


def simulated_cases(
    answers: int, first: date, last: date, places: Sequence[Place], merged: Mapping[str, str], merged_on: date
) -> Iterator[Cases]:
    """The calendar quarters from..to, cut at both ends, of each place; those that merge go on as their successor from
    `merged_on`. The same for the same arguments; nothing without answers."""
    random = Random(SEED)
    lives = [(place.code, place.weight, first, min(last, merged_on - ONE_DAY) if place.code in merged else last)
             for place in places]  # fmt: skip
    for successor in dict.fromkeys(merged.values()):
        weight = sum(place.weight for place in places if merged.get(place.code) == successor)
        lives.append((successor, weight, max(first, merged_on), last))
    waiting: dict[str, int] = {}
    for code, weight, begins, ends in lives:
        pending = sum(waiting.get(old, 0) for old, new in merged.items() if new == code)
        factor, online = random.uniform(*CASES_PER_ANSWER), random.uniform(*ONLINE)
        for from_on, to_on in _quarters(begins, ends):
            new = round(answers * weight * factor * ((to_on - from_on).days + 1) / DAYS)
            if new:
                counts = _counts(random, new, online, pending)
                pending = counts["pending_total"]
                yield Cases(code, from_on, to_on, counts)
        waiting[code] = pending


def _quarters(first: date, last: date) -> Iterator[tuple[date, date]]:
    while first <= last:
        month = 3 * ((first.month - 1) // 3) + 4
        following = date(first.year + month // 13, 1 if month > 12 else month, 1)
        yield first, min(last, following - ONE_DAY)
        first = following


def _counts(random: Random, new: int, online: float, carried: int) -> dict[str, int]:
    received = new + carried
    resolved = round(received * random.uniform(0.93, 0.98))
    overdue, early = round(resolved * random.uniform(0.0, 0.03)), round(resolved * random.uniform(0.3, 0.5))
    pending = received - resolved
    late = round(pending * random.uniform(0.0, 0.1))
    by_net = round(new * online)
    return {
        "received_total": received,
        "new_total": new,
        "received_online": by_net,
        "received_in_person_or_post": new - by_net,
        "carried_over": carried,
        "results_returned": resolved,
        "resolved_total": resolved,
        "resolved_early": early,
        "resolved_on_time": resolved - early - overdue,
        "resolved_overdue": overdue,
        "pending_total": pending,
        "pending_in_time": pending - late,
        "pending_overdue": late,
        "digitally_signed": round(resolved * 0.8),
    }
