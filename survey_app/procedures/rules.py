"""The counts of a case report and the identities that they must satisfy. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
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
OPTIONAL_KEY = ("field",)
LONGEST_FIELD = 100
LONGEST_REASON = 500
# Form II.06a: the column numbers of the counts that it prints.
FORM_COLUMNS = {
    3: "received_total",
    4: "received_online",
    5: "received_in_person_or_post",
    6: "carried_over",
    7: "resolved_total",
    8: "resolved_early",
    9: "resolved_on_time",
    10: "resolved_overdue",
    11: "pending_total",
    12: "pending_in_time",
    13: "pending_overdue",
}
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# What the databases hold in an integer column.
MOST = 2**31 - 1
# The right side of "the whole is the sum over its fields".
FIELDS = "sum of fields"
ONE_DAY = timedelta(days=1)
ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
    (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


class Identity(NamedTuple):
    """A count that is the sum of others; checked only where `absent` (a count's name, if any) is missing."""

    total: str
    parts: tuple[str, ...]
    absent: str = ""

    @property
    def text(self) -> str:
        """ "new_total = received_online + received_in_person_or_post"."""
        return f"{self.total} = {' + '.join(self.parts)}"


IDENTITIES = (
    Identity("new_total", ("received_online", "received_in_person_or_post")),
    Identity("received_total", ("new_total", "carried_over")),
    Identity("received_total", ("received_online", "received_in_person_or_post", "carried_over"), absent="new_total"),
    Identity("resolved_total", ("resolved_early", "resolved_on_time", "resolved_overdue")),
    Identity("pending_total", ("pending_in_time", "pending_overdue")),
    Identity("received_total", ("resolved_total", "pending_total")),
)


class Preset(NamedTuple):
    """A reporting period: `kind` quarter, half or year; `rule` calendar or statutory; days inclusive."""

    kind: str
    rule: str
    from_on: date
    to_on: date


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
    return Imbalance(identity.text, left, sum(known), left - sum(known))


def field_sums(total: Mapping[str, int | None], fields: Sequence[Mapping[str, int | None]]) -> list[Imbalance]:
    """The counts of the whole that are not the sum over its fields; only counts that all of them have are compared."""
    found = []
    for name in COUNTS if fields else ():
        parts = [counts.get(name) for counts in fields]
        known = [part for part in parts if part is not None]
        left = total.get(name)
        if left is not None and len(known) == len(parts) and left != sum(known):
            found.append(Imbalance(f"{name} = {FIELDS}", left, sum(known), left - sum(known)))
    return found


class CaseRates(NamedTuple):
    """Shares (0 to 1) of case figures; None where a member is unknown or the denominator is 0.

    Source: form II.06a: on time = ((8) + (9)) / (7), overdue = (10) / (7), online = (4) / ((4) + (5)).
    """

    on_time: float | None
    overdue: float | None
    online: float | None


def case_rates(counts: Mapping[str, int | None]) -> CaseRates:
    """The rates that a quarter's report gives."""
    early, punctual = counts.get("resolved_early"), counts.get("resolved_on_time")
    online, other = counts.get("received_online"), counts.get("received_in_person_or_post")
    in_time = None if early is None or punctual is None else early + punctual
    new = None if online is None or other is None else online + other
    resolved = counts.get("resolved_total")
    return CaseRates(_share(in_time, resolved), _share(counts.get("resolved_overdue"), resolved), _share(online, new))


def period_presets(day: date) -> list[Preset]:
    """The quarter, half-year and year that ended last before a day: by the calendar, and as the statutory reports
    count (from the 15th of the month before to the 14th of the last month; Circular 01/2020)."""
    ends = (
        ("quarter", 3, date(day.year, 3 * ((day.month - 1) // 3) + 1, 1) - ONE_DAY),
        ("half", 6, date(day.year, 1 if day.month < 7 else 7, 1) - ONE_DAY),
        ("year", 12, date(day.year, 1, 1) - ONE_DAY),
    )
    presets = []
    for kind, months, end in ends:
        start = date(end.year, end.month - months + 1, 1)
        presets.append(Preset(kind, "calendar", start, end))
        presets.append(Preset(kind, "statutory", (start - ONE_DAY).replace(day=15), end.replace(day=14)))
    return presets


def _share(part: int | None, whole: int | None) -> float | None:
    return part / whole if part is not None and whole else None


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


def roman(number: int) -> str:
    """A whole number from 1 in Roman numerals."""
    written = ""
    for value, numeral in ROMAN:
        written += numeral * (number // value)
        number %= value
    return written
