"""The rows of a panel as a chart: the same figures, in drawing order."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from flask_babel import gettext as _
from flask_babel import ngettext

from survey_app.figures.charts import NEUTRAL, Bar, LegendItem, ScaleGroup, Segment, StackedBars
from survey_app.figures.panels import QuestionFigure


def stacked_groups(rows: Sequence[QuestionFigure]) -> StackedBars:
    """One bar a row of one question, in the order of the rows and under the names of what they are about."""
    if not rows:
        return StackedBars("", "", finding(rows), ())
    legend = tuple(LegendItem(option.level, option.label) for option in rows[0].options)
    bars = tuple(replace(_bar(row), key=row.leading.key, label=row.leading.label) for row in rows if row.leading)
    diverging = any(_is_two_sided(row) for row in rows)
    shares = [f"{row.leading.label}: {row.top.text}" for row in rows if row.leading and row.top.text]
    told = _("Share of the best level. %(shares)s.", shares="; ".join(shares)) if shares else finding(())
    return StackedBars("", "", told, (ScaleGroup(rows[0].question, legend, bars, diverging),))


def stacked_bars(rows: Sequence[QuestionFigure]) -> StackedBars:
    """One bar a question, grouped by scale in the order of the rows; within a scale the best top level first."""
    groups = []
    diverging = any(_is_two_sided(row) for row in rows)
    scales = list(dict.fromkeys(_scale(row) for row in rows))
    ordered = sorted(rows, key=lambda row: scales.index(_scale(row)))
    for (scale, _options), members in groupby(ordered, key=_scale):
        bars = sorted(members, key=_top_share, reverse=True)
        legend = tuple(LegendItem(option.level, option.label) for option in bars[0].options)
        groups.append(ScaleGroup(scale, legend, tuple(_bar(row) for row in bars), diverging))
    return StackedBars("", "", finding(rows), tuple(groups))


def finding(rows: Sequence[QuestionFigure]) -> str:
    """What the chart shows in one sentence, for those who cannot see it. States figures, claims no difference."""
    told = [
        _("%(question)s: %(option)s %(share)s", question=row.label, option=row.top.label.lower(), share=row.top.text)
        for row in rows
        if row.top.text
    ]
    if told:
        return _("Share of the best level. %(shares)s.", shares="; ".join(told))
    return _("No shares are shown: there are too few answers.")


def _scale(row: QuestionFigure) -> tuple[str, tuple[str, ...]]:
    return row.scale, tuple(option.option for option in row.options)


def _is_two_sided(row: QuestionFigure) -> bool:
    """Whether bars around zero say more than bars from it: the scale has a neutral level, and answers are on both
    sides of it (hidden ones may be)."""
    has_neutral = any(option.level == NEUTRAL for option in row.options)
    worse = [option for option in row.options if option.level < NEUTRAL]
    return has_neutral and row.state == "ok" and any(option.count is None or option.count for option in worse)


def _top_share(row: QuestionFigure) -> float:
    return -1.0 if row.top.share is None else row.top.share


def _bar(row: QuestionFigure) -> Bar:
    segments = tuple(
        Segment(figure.option, figure.label, figure.level, figure.count, figure.share, figure.text)
        for figure in row.options
        if figure.count is not None and figure.share is not None
    )
    return Bar(row.question, row.label, row.n, _bar_note(row), segments)


def _bar_note(row: QuestionFigure) -> str:
    """Why a bar is empty or shorter than 100%; "" for a whole one."""
    if row.n is None:
        return _("too few answers to show")
    if row.n == 0:
        return _("no answers")
    if row.state == "too_few":
        return ngettext("%(num)s answer, too few for shares", "%(num)s answers, too few for shares", row.n)
    return _("small counts hidden") if any(figure.suppressed for figure in row.options) else ""
