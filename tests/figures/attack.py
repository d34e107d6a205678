"""An attacker on everything that readers are told about a small survey: subtraction and elimination.

Unknown are the answers by agency, day, channel, marks and option ("atoms"); every told figure is a sum of them. What
the attacker can describe is a group: one agency (with all below it, or its own desk), some days, a channel, marks, an
option, two of them, or n. He has isolated a group where its number follows from what he was told, and lies between 0
and the minimum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, product
from typing import Any

import numpy as np

Box = tuple[frozenset[int], date, date, str | None, bool | None, bool | None]


@dataclass(frozen=True)
class Person:
    """One answer: at which agency, when and how, and the option of each question."""

    agency: int
    day: date
    channel: str
    verified: bool
    flagged: bool
    answers: Mapping[str, str]


@dataclass(frozen=True)
class Statement:
    """A figure that was told: so many people of these groups chose one of the options (None: of all that count)."""

    box: Box
    options: frozenset[str]
    count: int


def matches(person: Person, box: Box) -> bool:
    agencies, first, last, channel, verified, flagged = box
    return (
        person.agency in agencies
        and first <= person.day <= last
        and channel in (None, person.channel)
        and verified in (None, person.verified)
        and flagged in (None, person.flagged)
    )


def isolated(
    people: Sequence[Person], question: str, told: Sequence[Statement], groups: Sequence[Box], minimum: int
) -> list[tuple[Box, frozenset[str], int]]:
    """The groups whose number follows from the told figures of one question, by elimination, and is too small."""
    answering = [person for person in people if question in person.answers]
    facts = [(p.agency, p.day, p.channel, p.verified, p.flagged, p.answers[question]) for p in answering]
    # He does not know which combinations occur.
    columns = list(product(*(sorted(set(values)) for values in zip(*facts, strict=True))))
    place = {column: i for i, column in enumerate(columns)}
    truth = np.zeros(len(columns))
    for fact in facts:
        truth[place[fact]] += 1
    features = [
        (Person(agency, day, channel, verified, flagged, {}), option)
        for agency, day, channel, verified, flagged, option in columns
    ]

    def row(box: Box, options: frozenset[str]) -> Any:
        return np.array([float(option in options and matches(person, box)) for person, option in features])

    known = np.array([row(s.box, s.options) for s in told]) if told else np.zeros((0, len(columns)))
    for s, vector in zip(told, known, strict=True):
        assert vector @ truth == s.count, s
    # What is told as 0 is 0 in each of its atoms.
    zeros = [vector for vector, s in zip(known, told, strict=True) if s.count == 0]
    live = ~np.any(np.array(zeros) > 0, axis=0) if zeros else np.ones(len(columns), bool)
    basis = _basis(known[:, live])
    options = sorted({option for *_, option in columns})
    wanted = [frozenset([option]) for option in options] + [frozenset(options)]
    wanted += [frozenset(pair) for pair in combinations(options, 2)]
    found = []
    seen = set()
    for box, chosen in product(groups, wanted):
        vector = row(box, chosen)
        count = int(vector @ truth)
        key = vector.tobytes()
        if 0 < count < minimum and key not in seen:
            seen.add(key)
            if _spanned(basis, vector[live]):
                found.append((box, chosen, count))
    return found


def _basis(rows: Any) -> Any:
    """An orthonormal basis of what the rows span."""
    if not rows.size:
        return np.zeros((0, rows.shape[1]))
    _, sizes, right = np.linalg.svd(np.unique(rows, axis=0), full_matrices=False)
    return right[sizes > 1e-8]


def _spanned(basis: Any, vector: Any) -> bool:
    rest = vector - (basis @ vector) @ basis if len(basis) else vector
    return bool(np.abs(rest).max(initial=0) < 1e-6)
