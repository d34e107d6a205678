"""A report as blocks in reading order: every document writer draws these, so that no document says more or less.

Call in the report's language.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from survey_app.figures.charts import Bar, ScaleGroup, StackedBars
from survey_app.figures.panels import OptionFigure, Panel, QuestionFigure
from survey_app.figures.wording import interval_text, published_text
from survey_app.i18n import format_day
from survey_app.reports.report import Report, count_words, source_line
from survey_app.reports.rules import ELLIPSIS, document_number, official_date

MOST_NAMED = 5
DASH = "–"


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the report's body."""

    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """What must be known about the figures: smaller than the body."""

    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where the figures above come from."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """`caption` stands above; the first column names its row, the others are figures."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The bars of one scale; `caption` stands below, `alternative` holds all figures in words."""

    caption: str
    alternative: str
    group: ScaleGroup


Block = Heading | Sentence | Note | Source | Table | Picture


def number_line(report: Report) -> str:
    """ "Số: …/BC-…"."""
    return _("No. %(number)s", number=document_number(report.number))


def date_line(report: Report) -> str:
    """The day of the report as its language's documents write it."""
    if report.language == "vi":
        words = official_date(report.date_on)
        return words[:1].upper() + words[1:]
    return _("Date: %(day)s", day=format_day(report.date_on))


def blocks(report: Report) -> tuple[Block, ...]:
    """The body of the document: sentences, charts, tables, notes; a part without content has no heading."""
    parts = (
        (_("Results"), [Sentence(sentence) for sentence in report.sentences]),
        (_("Charts"), list(_charts(report.panels))),
        (_("Tables"), list(_tables(report.panels))),
        (_("Notes"), [Note(note) for note in report.notes]),
    )
    written: list[Block] = []
    for heading, content in parts:
        if content:
            written += [Heading(heading), *content]
    return tuple(written)


def _charts(panels: Sequence[Panel]) -> Iterator[Block]:
    groups = [
        (panel, group) for panel in panels if isinstance(panel.chart, StackedBars) for group in panel.chart.groups
    ]
    # Bars that are all too few to draw are told by their tables.
    drawn = [(panel, group) for panel, group in groups if any(bar.segments for bar in group.bars)]
    for number, (panel, group) in enumerate(drawn, 1):
        caption = _("Chart %(number)s. %(title)s", number=number, title=f"{panel.title}: {_named(group.bars)}")
        yield Picture(caption, alternative_words(group), group)
        yield Source(source_line(panel))


def _named(bars: Sequence[Bar]) -> str:
    names = "; ".join(bar.label for bar in bars[:MOST_NAMED])
    return f"{names}; {ELLIPSIS}" if len(bars) > MOST_NAMED else names


def alternative_words(group: ScaleGroup) -> str:
    """A chart for those who cannot see it: each bar with its n and every share, or why it has none."""
    return " ".join(f"{_alternative(bar)}." for bar in group.bars)


def _alternative(bar: Bar) -> str:
    shares = ", ".join(f"{segment.label} {segment.text}" for segment in bar.segments)
    told = "; ".join(text for text in (shares, bar.note) if text)
    return f"{bar.label} (n = {count_words(bar.n)}): {told}"


def _tables(panels: Sequence[Panel]) -> Iterator[Block]:
    rows = [(panel, row) for panel in panels for row in panel.rows]
    for number, (panel, row) in enumerate(rows, 1):
        yield question_table(row, number)
        if row is panel.rows[-1]:
            yield Source(source_line(panel))


def question_table(row: QuestionFigure, number: int) -> Table:
    """One question: options worst to best with count, share and interval, and what was published beside them."""
    published = {value.option: published_text(value.value, value.qualifier) for value in row.published}
    columns = (_("Level"), _("Answers"), _("Share"), _("Interval (95%)"))
    return Table(
        caption=_("Table %(number)s. %(title)s", number=number, title=f"{row.label} (n = {count_words(row.n)})"),
        columns=(*columns, *((_("Published figures"),) if published else ())),
        rows=tuple(
            (*_cells(option, row), *((published.get(option.option, DASH),) if published else ()))
            for option in row.options
        ),
        note=_excluded(row),
    )


def _cells(option: OptionFigure, row: QuestionFigure) -> tuple[str, ...]:
    if option.suppressed:
        return option.label, ELLIPSIS, ELLIPSIS, ELLIPSIS
    interval = interval_text(option.low, option.high, row.n or 0)
    return option.label, count_words(option.count), option.text or DASH, interval or DASH


def _excluded(row: QuestionFigure) -> str:
    counts = [count for count in row.excluded.values() if count is not None]
    if len(counts) < len(row.excluded) or not sum(counts):
        return ""
    return _("Not counted in n: %(count)s answers outside the scale.", count=count_words(sum(counts)))
