"""The rows of form II.06a: agencies by tier, their fields of administration, sub-totals and the total.

What the agencies delivered stands as delivered, a missing count stays missing; what nobody delivered is summed and says
so in its name, so that whoever reads the form back in takes no sum for a delivery. Call in the form's language.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from flask_babel import gettext as _

from config import LOCALES
from survey_app.agencies.rules import name_order
from survey_app.i18n import in_language, lazy_gettext
from survey_app.procedures.rules import FORM_COLUMNS, roman

RowKind = Literal["tier", "agency", "field", "total"]
Counts = Mapping[str, int | None]
# The order of the form, not that of the tree of agencies.
TIER_ROWS = {
    "province": lazy_gettext("At province level"),
    "department": lazy_gettext("Departments, boards and sectors"),
    "service_centre": lazy_gettext("Public administration service centres"),
    "unit": lazy_gettext("Units"),
    "district": lazy_gettext("At district level"),
    "commune": lazy_gettext("Communes, wards and special zones"),
}


SUM_MARK = lazy_gettext("(sum of the fields)")


@dataclass(frozen=True, slots=True)
class Delivered:
    """Counts of an agency and field ("" for all of its fields); `agency` is the name that stands for it."""

    tier: str
    agency: str
    field: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row; the counts are those of the form's columns, by name."""

    kind: RowKind
    order: str
    name: str
    counts: Counts


def form_rows(delivered: Sequence[Delivered], *, reporter: str) -> tuple[FormRow, ...]:
    """The rows: the fields alone where all is the reporter's own, else every agency under its tier; the total last.
    What was delivered without fields is the reporter's row, numbered as a group of its own."""
    if not delivered:
        return ()
    if {each.agency for each in delivered} == {reporter}:
        return tuple(_own(delivered))
    return tuple(_tiers(delivered))


def summed(parts: Iterable[Counts]) -> Counts:
    """Count by count the sum of the parts; None where any of them lacks it, and where there are no parts."""
    held = list(parts)
    sums: dict[str, int | None] = {}
    for name in FORM_COLUMNS.values():
        known = [count for each in held if (count := each.get(name)) is not None]
        sums[name] = sum(known) if held and len(known) == len(held) else None
    return sums


def tier_names() -> frozenset[str]:
    """What rows that are tiers are called, in every language of the platform and without case."""
    return frozenset(words.casefold() for words in _in_all_languages(TIER_ROWS.values()))


def sum_marks() -> frozenset[str]:
    """How the names end whose counts are sums over fields, in every language of the platform."""
    return frozenset(_in_all_languages([SUM_MARK]))


def _in_all_languages(texts: Iterable[str]) -> set[str]:
    held, words = list(texts), set()
    for code in LOCALES:
        with in_language(code):
            words |= {str(text) for text in held}
    return words


def _own(delivered: Sequence[Delivered]) -> Iterator[FormRow]:
    fields = _fields(delivered)
    for position, each in enumerate(fields, 1):
        yield FormRow("field", str(position), each.field, each.counts)
    if not fields:
        yield _whole("agency", roman(1), delivered[0].agency, delivered)
    yield _whole("total", "", _("Total"), delivered)


def _tiers(delivered: Sequence[Delivered]) -> Iterator[FormRow]:
    places = list(TIER_ROWS)
    held = sorted(delivered, key=lambda each: (places.index(each.tier), name_order(each.agency)))
    sums = []
    for number, (tier, in_tier) in enumerate(groupby(held, key=lambda each: each.tier), 1):
        rows = list(_agencies(list(in_tier)))
        sums.append(summed(row.counts for row in rows if row.kind == "agency"))
        yield FormRow("tier", roman(number), str(TIER_ROWS[tier]), sums[-1])
        yield from rows
    yield FormRow("total", "", _("Total"), summed(sums))


def _agencies(delivered: Sequence[Delivered]) -> Iterator[FormRow]:
    for number, (agency, of_agency) in enumerate(groupby(delivered, key=lambda each: each.agency), 1):
        held = list(of_agency)
        yield _whole("agency", str(number), agency, held)
        for position, each in enumerate(_fields(held), 1):
            yield FormRow("field", f"{number}.{position}", each.field, each.counts)


def _fields(delivered: Sequence[Delivered]) -> list[Delivered]:
    return sorted((each for each in delivered if each.field), key=lambda each: name_order(each.field))


def _whole(kind: RowKind, order: str, name: str, delivered: Sequence[Delivered]) -> FormRow:
    """All fields of an agency together: as delivered, else their sum."""
    whole = next((each for each in delivered if not each.field), None)
    if whole:
        return FormRow(kind, order, name, whole.counts)
    return FormRow(kind, order, f"{name} {SUM_MARK}", summed(each.counts for each in delivered))
