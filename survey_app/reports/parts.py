"""Panels as blocks: charts with their sources, tables, headline figures, and the words that name them.

Call in the report's language.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeAlias

from flask_babel import gettext as _

from survey_app.figures.charts import (
    Bar,
    Columns,
    Funnel,
    IntervalRow,
    Intervals,
    ScaleGroup,
    StackedBars,
    Tick,
    Trend,
    drawable,
)
from survey_app.figures.panels import Filters, Panel, QuestionFigure
from survey_app.figures.periods import compared_with
from survey_app.figures.wording import channel_text, period_text, provenance_text
from survey_app.i18n import format_number, format_percent
from survey_app.reports.blocks import Block, Headline, Picture, Source
from survey_app.reports.rules import ELLIPSIS, within_sentence

MOST_NAMED = 5
DASH = "–"
MOST_ROWS = 25
Plot: TypeAlias = Trend | Intervals | Funnel | Columns


def charts(panels: Sequence[Panel]) -> Iterator[Block]:
    """Each chart with its source line; bars that are all too few to draw are told by their tables."""
    for panel in panels:
        chart = drawable(panel.chart)
        if isinstance(chart, StackedBars):
            for group in chart.groups:
                if any(bar.segments for bar in group.bars):
                    yield Picture(
                        f"{panel.title}: {_named(group.bars)}", alternative_words(group), group, _finding(group)
                    )
                    yield Source(source_line(panel))
        elif chart:
            for part in _parts_of(chart):
                yield Picture(chart.title, chart_words(part), part, chart.title)
            yield Source(source_line(panel))


def _parts_of(chart: Plot) -> Iterator[Plot]:
    """A chart as pictures that fit a page: a long dot plot in several."""
    if isinstance(chart, Intervals):
        for start in range(0, len(chart.rows), MOST_ROWS):
            yield replace(chart, rows=chart.rows[start : start + MOST_ROWS])
    else:
        yield chart


def _finding(group: ScaleGroup) -> str:
    """The best level of each bar; states figures, claims no difference."""
    best = group.legend[-1].label
    told = [(bar.label, next((s.text for s in bar.segments if s.label == best), "")) for bar in group.bars]
    shares = "; ".join(f"{label} {text}" for label, text in told[:MOST_NAMED] if text)
    return f"{best}: {shares}" if shares else ""


def _named(bars: Sequence[Bar]) -> str:
    names = "; ".join(bar.label for bar in bars[:MOST_NAMED])
    return f"{names}; {ELLIPSIS}" if len(bars) > MOST_NAMED else names


def chart_words(chart: Plot) -> str:
    """The finding, then every figure in words."""
    told: list[tuple[str, int | None, str, str]]
    match chart:
        case Trend():
            told = [(point.label, point.n, point.text, point.note) for point in chart.points]
        case Intervals():
            told = [(row.label, row.n, row.text, row.note) for row in chart.rows]
        case Funnel():
            told = [(point.label, point.n, point.text, "") for point in chart.points]
        case Columns():
            told = [(column.label, None, column.text, column.note) for column in chart.columns]
    words = "; ".join(f"{sized_label(label, n)}: {text or note or DASH}" for label, n, text, note in told)
    return f"{chart.alternative.rstrip('.')}. {words}."


def sized_label(label: str, n: int | None) -> str:
    """A name with its number of answers, where it has one."""
    return label if n is None else f"{label} (n = {count_words(n)})"


def row_label(row: IntervalRow) -> str:
    """What stands before a row of a dot plot in Office: no label lies over its interval."""
    return f"{sized_label(row.label, row.n)}: {row.text or row.note or DASH}"


def reference_words(reference: Tick) -> str:
    """What the line across a dot plot is."""
    return _("The upright line: %(words)s", words=reference.text)


def limit_names() -> tuple[str, str, str, str]:
    """The limits of a funnel from the lowest to the highest."""
    wide, narrow = format_percent(0.998, 1), format_percent(0.95)
    return (
        _("%(level)s limit, low", level=wide),
        _("%(level)s limit, low", level=narrow),
        _("%(level)s limit, high", level=narrow),
        _("%(level)s limit, high", level=wide),
    )


def alternative_words(group: ScaleGroup) -> str:
    """A chart for those who cannot see it: each bar with its n and every share, or why it has none."""
    return " ".join(f"{_alternative(bar)}." for bar in group.bars)


def _alternative(bar: Bar) -> str:
    shares = ", ".join(f"{segment.label} {segment.text}" for segment in bar.segments)
    told = "; ".join(text for text in (shares, bar.note) if text)
    return f"{bar.label} (n = {count_words(bar.n)}): {told}"


def headline(panel: Panel) -> Headline:
    """Each question's best level first, the next positive one below it."""
    return Headline(tuple((row.label, *_first_and_second(row)) for row in panel.rows))


def _first_and_second(row: QuestionFigure) -> tuple[str, str]:
    if not row.top.text:
        return DASH, f"n = {count_words(row.n)}"
    other = f"; {row.other.label.lower()} {row.other.text}" if row.other and row.other.text else ""
    return row.top.text, f"{row.top.label.lower()}{other}"


def filter_words(panel: Panel) -> tuple[tuple[str, str], ...]:
    """The filters as pairs of name and words, n and the provenance with them."""
    filters = panel.filters
    provenance = provenance_text(filters.provenance)
    return (
        (_("Survey"), filters.survey_title),
        (_("Agency"), filters.agency_name),
        (_("Period"), period_text(filters.from_on, filters.to_on)),
        (_("Channel"), channel_text(filters.channel) if filters.channel else _("all channels")),
        *(((_("Procedure"), filters.procedure),) if filters.procedure else ()),
        *(((_("Structure"), _("today's structure")),) if filters.structure == "current" else ()),
        *(((_("Compared with"), period_text(*earlier)),) if (earlier := _earlier(filters)) else ()),
        (_("Responses"), f"n = {count_words(panel.responses)}"),
        *(((_("Figures"), provenance),) if provenance else ()),
    )


def _earlier(filters: Filters) -> tuple[date, date] | None:
    """The days that the panel's are compared with."""
    if not (filters.compare and filters.from_on and filters.to_on):
        return None
    return compared_with(filters.from_on, filters.to_on, filters.compare)


def source_line(panel: Panel) -> str:
    """ "Nguồn: ... (n = 66; từ 01/01/2016 đến 31/12/2016)"."""
    period = period_text(panel.filters.from_on, panel.filters.to_on)
    return f"{panel.source.rstrip('.')} (n = {count_words(panel.responses)}; {period})."


def about_words(filters: Filters) -> str:
    """What a report is about, below its name: the survey, and where its figures come from if not from citizens."""
    provenance = provenance_text(filters.provenance)
    about = _("Results of the survey: %(survey)s", survey=within_sentence(filters.survey_title))
    return f"{about} ({provenance})" if provenance else about


def count_words(count: int | None) -> str:
    """A count with the reader's separators, "…" where it is hidden."""
    return ELLIPSIS if count is None else format_number(count)
