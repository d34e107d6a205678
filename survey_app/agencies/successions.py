"""Which agency follows which, from when on and for what: chains, names valid on a day, what can be pooled. Pure.

Figures belong to the agency that stood when they were collected ("as reported"). Restated to today's structure, the
counts of those whose whole work passed on are added up; a part of an agency's work (a split, a transfer) has no
counts of its own in a satisfaction survey and is never guessed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

# rename, merge: all of the predecessor's work passes on. split: parts of it, field by field, and it ends.
# transfer: one field, and it goes on. abolish: it ends and nobody follows.
KINDS = ("rename", "merge", "split", "transfer", "abolish")
WHOLE = ("rename", "merge")
ENDING = ("rename", "merge", "split", "abolish")
LONGEST_FIELD = 120
LONGEST_BASIS = 300


@dataclass(frozen=True, slots=True)
class Succession:
    """From `effective_on` (a local day) on, `successor` does what `predecessor` did in `field` ("" is all of it or not
    said). An abolition has no successor: both ids are the same."""

    predecessor: int
    successor: int
    kind: str
    effective_on: date
    field: str = ""
    legal_basis: str = ""


@dataclass(frozen=True, slots=True)
class Restatement:
    """An agency in today's structure: whose counts are pooled (itself first), what could not be, and where the series
    breaks."""

    pooled: tuple[int, ...]
    left_out: tuple[Succession, ...]
    breaks: tuple[Succession, ...]


def closes_a_circle(new: Succession, known: Iterable[Succession]) -> bool:
    """Whether an agency would follow itself. Transfers of a field may go there and back: nothing is pooled by them."""
    if new.kind in ("transfer", "abolish"):
        return new.kind == "transfer" and new.predecessor == new.successor
    edges = [s for s in known if s.kind not in ("transfer", "abolish")]
    return new.predecessor in _reached(new.successor, edges)


def is_succeeded(agency: int, known: Iterable[Succession]) -> bool:
    """Whether all of an agency's work has passed on or ended, so that nothing more can."""
    return any(s.predecessor == agency and s.kind in (*WHOLE, "abolish") for s in known)


def restate(agency: int, known: Sequence[Succession]) -> Restatement:
    """What an agency of today's structure is made of, over any chain of mergers and renamings."""
    pooled = [agency]
    for each in pooled:
        pooled += [s.predecessor for s in _whole(known) if s.successor == each and s.predecessor not in pooled]
    inside = set(pooled)
    arriving = [s for s in known if s.successor in inside and s.kind != "abolish"]
    leaving = [s for s in known if s.predecessor in inside and s.kind == "transfer" and s.successor not in inside]
    left_out = tuple(s for s in arriving if s.kind not in WHOLE)
    breaks = sorted({*arriving, *leaving}, key=lambda s: (s.effective_on, s.predecessor, s.successor, s.field))
    return Restatement(tuple(pooled), left_out, tuple(breaks))


def breaks_as_reported(agency: int, known: Iterable[Succession]) -> tuple[Succession, ...]:
    """What changed in an agency's own work on a day: something joined it or left it."""
    changes = [
        s for s in known if (s.successor == agency and s.kind not in ("rename", "abolish")) or _leaves(s, agency)
    ]
    return tuple(sorted(changes, key=lambda s: (s.effective_on, s.predecessor, s.successor, s.field)))


def today_of(agency: int, known: Iterable[Succession]) -> int:
    """The agency that does today all that this one did; itself where there is none."""
    following = {s.predecessor: s.successor for s in _whole(known)}
    while agency in following:
        agency = following[agency]
    return agency


def named_on(agency: int, day: date, known: Iterable[Succession]) -> int:
    """Which agency of a chain of renamings stood on that day: its name goes into a document of the day."""
    renamings = [s for s in known if s.kind == "rename"]
    before = {s.successor: s for s in renamings}
    after = {s.predecessor: s for s in renamings}
    while agency in before and day < before[agency].effective_on:
        agency = before[agency].predecessor
    while agency in after and day >= after[agency].effective_on:
        agency = after[agency].successor
    return agency


def _whole(known: Iterable[Succession]) -> Iterator[Succession]:
    return (s for s in known if s.kind in WHOLE)


def _leaves(succession: Succession, agency: int) -> bool:
    return succession.predecessor == agency and succession.kind == "transfer"


def _reached(agency: int, edges: Sequence[Succession]) -> set[int]:
    """The agency and all that follow it."""
    found = [agency]
    for each in found:
        found += [s.successor for s in edges if s.predecessor == each and s.successor not in found]
    return set(found)
