"""The Report: blocks in reading order with the words that name them; what every writer draws."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any

from flask_babel import gettext as _

from survey_app.figures.panels import Panel
from survey_app.i18n import format_day
from survey_app.reports.blocks import Block, Cover, Note, Sentence
from survey_app.reports.letterhead import UNKNOWN, Head
from survey_app.reports.rules import document_number, official_date, printable


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a document holds, worded in `language`. `number` is as given ("" where none was); `filters` are pairs
    of name and words; `source` is the line "Nguồn: ..." with n and both days; `panels` are all that `body` draws from;
    `response_rate` is a sentence and `live` the address of the page ("" where they are not known): what pictures carry.
    `marks` and the `seal` of a finalised report stand at the foot of every page. `is_form`: an official form, on pages
    across and without an official document's head."""

    name: str
    title: str
    subtitle: str
    filters: tuple[tuple[str, str], ...]
    date_on: date
    number: str
    panels: tuple[Panel, ...]
    body: tuple[Block, ...]
    source: str
    language: str
    head: Head = UNKNOWN
    marks: tuple[str, ...] = ()
    seal: str = ""
    is_form: bool = False
    response_rate: str = ""
    live: str = ""

    @property
    def foot(self) -> str:
        """What stands at the foot of every page."""
        return " · ".join((*self.marks, *((self.seal,) if self.seal else ())))

    @property
    def cover(self) -> Cover | None:
        """The page before the document's head."""
        first = self.body[0] if self.body else None
        return first if isinstance(first, Cover) else None

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the figures say, sentence by sentence."""
        return tuple(block.text for block in self.body if isinstance(block, Sentence))

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(block.text for block in self.body if isinstance(block, Note))


def printable_report(report: Report) -> Report:
    """The report without what no format can hold: control characters, lone surrogates."""
    cleaned: Report = _cleaned(report)
    return cleaned


def _cleaned(value: Any) -> Any:
    """The value itself where nothing in it changes."""
    if isinstance(value, str):
        return value if value.isprintable() else printable(value)
    if isinstance(value, tuple):
        items = tuple(_cleaned(item) for item in value)
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    if is_dataclass(value) and not isinstance(value, type):
        changed = {}
        for each in fields(value):
            old = getattr(value, each.name)
            if (new := _cleaned(old)) is not old:
                changed[each.name] = new
        return replace(value, **changed) if changed else value
    if isinstance(value, Mapping):
        return {_cleaned(key): _cleaned(item) for key, item in value.items()}
    return value


def number_line(report: Report) -> str:
    """ "Số: 05/BC-SNV", dots where a part is not known."""
    return _("No. %(number)s", number=document_number(report.number, report.head.symbol))


def date_line(report: Report) -> str:
    """Place and day as the report's language writes them on official documents."""
    day = official_date(report.date_on) if report.language == "vi" else format_day(report.date_on)
    return f"{report.head.place}, {day}"


def official_words(report: Report) -> dict[str, str]:
    """The fixed words of an official document, and those that name this one. Call in the report's language."""
    number, day = document_number(report.number, report.head.symbol), date_line(report).partition(", ")[2]
    return {
        "nation": _("SOCIALIST REPUBLIC OF VIET NAM"),
        "motto": _("Independence - Freedom - Happiness"),
        "report": _("REPORT"),
        "to": _("To: %(whom)s", whom=report.head.addressed_to),
        "recipients": _("Recipients:"),
        "drawn": _("Drawn up by"),
        "attached": _(
            "(Attached to Report No. %(number)s, %(day)s, of %(agency)s)",
            number=number,
            day=day,
            agency=report.head.issuing,
        ),
    }
