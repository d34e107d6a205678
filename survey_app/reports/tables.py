"""Panels as tables in words. Call in the report's language."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from survey_app.figures.panels import OptionFigure, Panel, QuestionFigure
from survey_app.figures.rules import decimals_for
from survey_app.figures.wording import interval_text, published_text
from survey_app.i18n import format_day, format_percent
from survey_app.reports.blocks import Block, Source, Table
from survey_app.reports.parts import DASH, count_words, source_line
from survey_app.reports.rules import ELLIPSIS


def tables(panels: Sequence[Panel]) -> Iterator[Block]:
    """What a panel holds as tables, and its source line after the last one: a table for each question, or one for all
    rows where there are several a question; measures and remarks as they are."""
    for panel in panels:
        held = [*_question_tables(panel), *matrix_table(panel), *_measure_table(panel), *_remark_table(panel)]
        yield from held
        if held:
            yield Source(source_line(panel))


def _question_tables(panel: Panel) -> Iterator[Table]:
    if any(row.before for row in panel.rows):
        yield _change_table(panel)
    else:
        yield from (question_table(row) for row in panel.rows if row.leading is None)


def question_table(row: QuestionFigure) -> Table:
    """One question: options worst to best with count, share and interval, and what was published beside them."""
    published = {value.option: published_text(value.value, value.qualifier) for value in row.published}
    columns = (_("Level"), _("Answers"), _("Share"), _("Interval (95%)"))
    return Table(
        caption=f"{row.label} (n = {count_words(row.n)})",
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


def matrix_table(panel: Panel) -> Iterator[Table]:
    """The rows of a panel with several rows a question: whom or when they speak of, n, and each option's share."""
    for question in dict.fromkeys(row.question for row in panel.shown if row.leading):
        rows = [row for row in panel.shown if row.leading and row.question == question]
        yield Table(
            caption=f"{panel.title}: {rows[0].label}",
            columns=(_heading(rows[0]), "n", *(option.label for option in rows[0].options)),
            rows=tuple((_named(row), count_words(row.n), *(_share(option) for option in row.options)) for row in rows),
        )


def side_by_side_table(panel: Panel) -> Iterator[Table]:
    """Each agency (period, channel) in one row: n of the first question, then the best level's share of each."""
    units: dict[str, dict[str, QuestionFigure]] = {}
    questions: dict[str, str] = {}
    for row in panel.rows:
        if row.leading:
            units.setdefault(row.leading.key, {})[row.question] = row
            questions.setdefault(row.question, row.label)
    rows = []
    for held in units.values():
        first = next(iter(held.values()))
        heading = _heading(first)
        shares = (_share(held[code].top) if code in held else DASH for code in questions)
        rows.append((_named(first), count_words(first.n), *shares))
    if rows:
        yield Table(_("Share of the best level"), (heading, "n", *questions.values()), tuple(rows))


def unit_tables(panel: Panel) -> Iterator[Table]:
    """A table for each agency (period, channel): a row a question with n, the best level and all positive ones."""
    units: dict[str, list[QuestionFigure]] = {}
    for row in panel.rows:
        if row.leading:
            units.setdefault(row.leading.key, []).append(row)
    columns = (_("Criterion"), "n", _("Best level"), _("Interval (95%)"), _("All positive"))
    for rows in units.values():
        lines = ((row.label, count_words(row.n), _share(row.top), _interval(row), _positive(row)) for row in rows)
        yield Table(_named(rows[0]), columns, tuple(lines))


def index_table(panel: Panel) -> Table:
    """Each criterion's share of positive answers, and their mean without weights."""
    rows = []
    for row in panel.rows:
        rate = row.positive
        interval = interval_text(rate.low, rate.high, row.n or 0) or DASH
        rows.append((row.label, count_words(row.n), count_words(rate.count), _positive(row), interval))
    shares = [row.positive.share for row in panel.rows if row.positive.share is not None]
    if shares and len(shares) == len(panel.rows):
        mean = format_percent(sum(shares) / len(shares), decimals_for(min(row.n or 0 for row in panel.rows)))
        rows.append((_("Overall (for reference)"), "", "", mean, ""))
    columns = (_("Criterion"), "n", _("Satisfied answers"), _("Index"), _("Interval (95%)"))
    return Table(_("Satisfaction index by criterion"), columns, tuple(rows))


def _named(row: QuestionFigure) -> str:
    return row.leading.label if row.leading else row.label


def _heading(row: QuestionFigure) -> str:
    """What the column of names holds."""
    names = {"agency": _("Agency"), "period": _("Period"), "channel": _("Channel"), "procedure": _("Procedure")}
    return names.get(row.leading.kind if row.leading else "", _("Name"))


def _share(option: OptionFigure) -> str:
    return ELLIPSIS if option.suppressed else option.text or DASH


def _interval(row: QuestionFigure) -> str:
    return interval_text(row.top.low, row.top.high, row.n or 0) or DASH


def _positive(row: QuestionFigure) -> str:
    return row.positive.text or (DASH if row.state == "too_few" or row.n == 0 else ELLIPSIS)


def _change_table(panel: Panel) -> Table:
    columns = (_("Criterion"), "n", _("Earlier"), _("Now"), _("Difference"), _("Interval (95%)"), _("Meaning"))
    lines = []
    for row in panel.rows:
        earlier = _share(row.before.top) if row.before else DASH
        change = row.difference
        told = (change.text, change.interval, change.words) if change else (DASH, DASH, DASH)
        lines.append((row.label, count_words(row.n), earlier, _share(row.top), *told))
    return Table(panel.title, columns, tuple(lines))


def _measure_table(panel: Panel) -> Iterator[Table]:
    if panel.measures:
        rows = ((each.leading.label, each.text or DASH, count_words(each.n), each.note) for each in panel.measures)
        yield Table(panel.title, (_("Name"), _("Figure"), "n", _("Note")), tuple(rows))


def _remark_table(panel: Panel) -> Iterator[Table]:
    if panel.remarks:
        rows = ((format_day(each.day), each.text) for each in panel.remarks)
        yield Table(panel.title, (_("Day"), _("Comment")), tuple(rows), wordy=True)
