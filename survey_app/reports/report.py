"""The Report: blocks in reading order with the words that name them; what every writer draws."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from survey_app.figures.panels import Panel
from survey_app.i18n import format_day
from survey_app.reports.blocks import Block, Note, Sentence
from survey_app.reports.letterhead import UNKNOWN, Head
from survey_app.reports.rules import document_number, official_date


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a document holds, worded in `language`. `number` is as given ("" where none was); `filters` are pairs
    of name and words; `source` is the line "Nguồn: ..." with n and both days; `panels` are all that `body` draws from;
    `marks` and the `seal` of a finalised report stand at the foot of every page."""

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

    @property
    def foot(self) -> str:
        """What stands at the foot of every page."""
        return " · ".join((*self.marks, *((self.seal,) if self.seal else ())))

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the figures say, sentence by sentence."""
        return tuple(block.text for block in self.body if isinstance(block, Sentence))

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(block.text for block in self.body if isinstance(block, Note))


def number_line(report: Report) -> str:
    """ "Số: 05/BC-SNV", dots where a part is not known."""
    return _("No. %(number)s", number=document_number(report.number, report.head.symbol))


def date_line(report: Report) -> str:
    """Place and day as the report's language writes them on official documents."""
    day = official_date(report.date_on) if report.language == "vi" else format_day(report.date_on)
    return f"{report.head.place}, {day}"
