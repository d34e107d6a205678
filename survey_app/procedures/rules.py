"""The counts of a case report and the identities that they must satisfy. Pure."""

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

COUNTS = (
    "received_total",
    "new_total",
    "received_online",
    "received_in_person_or_post",
    "results_returned",
    "carried_over",
    "resolved_total",
    "resolved_early",
    "resolved_on_time",
    "resolved_overdue",
    "pending_total",
    "pending_in_time",
    "pending_overdue",
    "digitally_signed",
)
KEY = ("agency", "period_from", "period_to")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# What the databases hold in an integer column.
MOST = 2**31 - 1


class Identity(NamedTuple):
    """A count that is the sum of others; checked only where `absent` (a count's name, if any) is missing."""

    total: str
    parts: tuple[str, ...]
    absent: str = ""


IDENTITIES = (
    Identity("new_total", ("received_online", "received_in_person_or_post")),
    Identity("received_total", ("new_total", "carried_over")),
    Identity("received_total", ("received_online", "received_in_person_or_post", "carried_over"), absent="new_total"),
    Identity("resolved_total", ("resolved_early", "resolved_on_time", "resolved_overdue")),
    Identity("pending_total", ("pending_in_time", "pending_overdue")),
    Identity("received_total", ("resolved_total", "pending_total")),
)


class Imbalance(NamedTuple):
    """An identity that does not hold: its text, both sums and the left less the right."""

    identity: str
    left: int
    right: int
    difference: int


def reconcile(counts: Mapping[str, int | None]) -> list[Imbalance]:
    """The identities that fail, in the order of the official form; one that lacks a member is not checked.

    Source: form II.06a/VPCP/KSTT, columns (3) to (13), with the new cases apart from those carried over.
    """
    return [imbalance for identity in IDENTITIES if (imbalance := _imbalance(identity, counts))]


def _imbalance(identity: Identity, counts: Mapping[str, int | None]) -> Imbalance | None:
    if identity.absent and counts.get(identity.absent) is not None:
        return None
    left, parts = counts.get(identity.total), [counts.get(part) for part in identity.parts]
    known = [part for part in parts if part is not None]
    if left is None or len(known) < len(parts) or left == sum(known):
        return None
    text = f"{identity.total} = {' + '.join(identity.parts)}"
    return Imbalance(text, left, sum(known), left - sum(known))


def parse_count(text: str) -> int | None:
    """A cell as a count: whole, not negative, None for an empty one. Raises ValueError."""
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text) <= MOST):
        raise ValueError(f"not a whole number: {text}")
    return int(text)


def parse_day(text: str) -> date:
    """A cell as a day, YYYY-MM-DD and nothing else. Raises ValueError."""
    text = text.strip()
    if not DAY.fullmatch(text):
        raise ValueError(f"not a day: {text}")
    return date.fromisoformat(text)
