"""A finished report as canonical JSON and back: what finalising freezes. Nothing of it is read from the database again.

Dataclasses become objects that name their class, days and decimals objects of their own, tuples lists; keys are sorted,
nothing is spaced or escaped that need not be, so that equal reports are equal texts and one digit changes the hash.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from types import ModuleType
from typing import Any

from survey_app.figures import charts, panels
from survey_app.reports import blocks, letterhead, report
from survey_app.reports.report import Report

CLASS, DAY, DECIMAL, PAIRS = "class", "day", "decimal", "pairs"


def _classes(*modules: ModuleType) -> dict[str, type]:
    return {
        name: member
        for module in modules
        for name, member in vars(module).items()
        if isinstance(member, type) and is_dataclass(member) and member.__module__ == module.__name__
    }


CLASSES: Mapping[str, type] = _classes(charts, panels, blocks, letterhead, report)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A frozen report with what was left out: pairs of a rule in words and how many responses it left out (None where
    that is too few to tell)."""

    report: Report
    exclusions: tuple[tuple[str, int | None], ...]


def freeze(snapshot: Snapshot) -> str:
    """The snapshot as canonical JSON."""
    content = {"report": _plain(snapshot.report), "exclusions": _plain(snapshot.exclusions)}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def thaw(text: str) -> Snapshot:
    """The snapshot that was frozen; members that a later version of the classes no longer has are dropped."""
    content = json.loads(text)
    thawed: Report = _rebuilt(content["report"])
    return Snapshot(thawed, _rebuilt(content["exclusions"]))


def fingerprint(text: str) -> str:
    """SHA-256 of a frozen snapshot, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {CLASS: type(value).__name__} | {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {CLASS: PAIRS, PAIRS: [[_plain(key), _plain(item)] for key, item in value.items()]}
    if isinstance(value, date):
        return {CLASS: DAY, DAY: value.isoformat()}
    if isinstance(value, Decimal):
        return {CLASS: DECIMAL, DECIMAL: str(value)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{type(value).__name__} cannot be frozen")


def _rebuilt(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_rebuilt(item) for item in value)
    if not isinstance(value, dict):
        return value
    name = value[CLASS]
    if name == PAIRS:
        return {_rebuilt(key): _rebuilt(item) for key, item in value[PAIRS]}
    if name == DAY:
        return date.fromisoformat(value[DAY])
    if name == DECIMAL:
        return Decimal(value[DECIMAL])
    kind = CLASSES[name]
    known = {each.name for each in fields(kind)}
    return kind(**{key: _rebuilt(item) for key, item in value.items() if key in known})
