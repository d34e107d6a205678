"""A row beside what it is compared with: differences with intervals, their words, and the dot plots that draw them."""

from collections.abc import Sequence
from dataclasses import replace

from flask_babel import gettext as _

from survey_app.figures.axes import points_axis, share_axis
from survey_app.figures.charts import IntervalRow, Intervals, Role, Tick
from survey_app.figures.claims import funnel_role
from survey_app.figures.panels import Difference, OptionFigure, QuestionFigure
from survey_app.figures.wording import points_interval_text, points_text
from survey_app.statistics import newcombe

NOTHING = Difference(None, None, None, "few", "", "", "")


def beside_whole(row: QuestionFigure, whole: QuestionFigure) -> QuestionFigure:
    """A row with its difference to the whole that it is a part of.

    The whole holds the row's own answers: the difference to it is that to all others, times their share of the whole.
    The role is "above" or "below" beyond the 99.8% limits of chance around the whole's share.
    """
    k, n, all_k, all_n = row.top.count, row.n, whole.top.count, whole.n
    if None in (row.top.share, whole.top.share) or k is None or n is None or all_k is None or all_n is None:
        return replace(row, difference=replace(NOTHING, words=_("too few answers for a comparison")))
    rest = all_n - n
    if rest <= 0 or not 0 <= all_k - k <= rest:
        return replace(row, difference=Difference(0.0, None, None, "same", "", "", _("the whole itself")))
    low, high = newcombe(k, n, all_k - k, rest)
    part = rest / all_n
    value = k / n - all_k / all_n
    role: Role = funnel_role(k, n, all_k / all_n)
    words = {"above": _("above average"), "below": _("below average")}.get(role, _("no different from average"))
    return replace(row, difference=_difference(value, low * part, high * part, role, n, words))


def beside_earlier(row: QuestionFigure, before: QuestionFigure) -> QuestionFigure:
    """A row with the same one of an earlier period, and the difference between them (Newcombe)."""
    k, n, old_k, old_n = row.top.count, row.n, before.top.count, before.n
    if None in (row.top.share, before.top.share) or k is None or n is None or old_k is None or old_n is None:
        words = _("too few answers for a comparison")
        return replace(row, before=before, difference=replace(NOTHING, words=words))
    low, high = newcombe(k, n, old_k, old_n)
    role: Role = "above" if low > 0 else "below" if high < 0 else "same"
    words = {"above": _("increase"), "below": _("decrease")}.get(role, _("not enough to tell"))
    difference = _difference(k / n - old_k / old_n, low, high, role, min(n, old_n), words)
    return replace(row, before=before, difference=difference)


def beside_mean(row: QuestionFigure, mean: float) -> QuestionFigure:
    """A row with its difference to the centre line of its series, which is taken as known."""
    top = row.top
    if top.share is None or top.low is None or top.high is None or row.n is None:
        return replace(row, difference=replace(NOTHING, words=_("too few answers for a comparison")))
    role: Role = "above" if top.share > mean else "below"
    return replace(row, difference=_difference(top.share - mean, top.low - mean, top.high - mean, role, row.n, ""))


def dot_plot(rows: Sequence[QuestionFigure], whole: QuestionFigure | None) -> Intervals:
    """The top level of each row with its interval, against the whole's."""
    reference = None
    if whole is not None and whole.top.share is not None:
        reference = Tick(whole.top.share, _("Overall %(share)s", share=whole.top.text))
    values = [value for row in rows for value in (row.top.low, row.top.high)]
    return Intervals(
        title="",
        subtitle="",
        alternative=_alternative(rows, reference),
        rows=tuple(_interval_row(row) for row in rows),
        axis=share_axis([*values, reference.value if reference else None]),
        reference=reference,
    )


def change_plot(rows: Sequence[QuestionFigure]) -> Intervals:
    """The difference of each question to the earlier period with its interval, against no change."""
    drawn = [_change_row(row, row.difference or NOTHING) for row in rows]
    changes = [(row.label, row.difference) for row in rows if row.difference and row.difference.text]
    told = [f"{label}: {difference.text} ({difference.words})" for label, difference in changes]
    return Intervals(
        title="",
        subtitle="",
        alternative="; ".join(told) + "." if told else _("There are too few answers for a comparison."),
        rows=tuple(drawn),
        axis=points_axis(value for row in drawn for value in (row.low, row.high)),
        reference=Tick(0, _("no change")),
    )


def _change_row(row: QuestionFigure, found: Difference) -> IntervalRow:
    note = found.words if found.value is None else ""
    ends = found.low, found.high
    return IntervalRow(row.question, row.label, row.n, found.value, *ends, found.text, found.role, note)


def names_of(rows: Sequence[QuestionFigure], role: Role) -> list[str]:
    """The rows with a role, by name."""
    return [row.leading.label for row in rows if row.leading and row.difference and row.difference.role == role]


def _difference(value: float, low: float, high: float, role: Role, n: int, words: str) -> Difference:
    return Difference(value, low, high, role, points_text(value, n), points_interval_text(low, high, n), words)


def _interval_row(row: QuestionFigure) -> IntervalRow:
    top: OptionFigure = row.top
    role: Role = row.difference.role if row.difference else "same"
    key, label = (row.leading.key, row.leading.label) if row.leading else (row.question, row.label)
    note = "" if top.share is not None else why_no_share(row)
    return IntervalRow(key, label, row.n, top.share, top.low, top.high, top.text, role, note)


def why_no_share(row: QuestionFigure) -> str:
    """Why a row has no share for its top level."""
    if row.n is None:
        return _("too few answers to show")
    if row.n == 0:
        return _("no answers")
    return _("fewer than 30 answers") if row.state == "too_few" else _("small counts hidden")


def _alternative(rows: Sequence[QuestionFigure], reference: Tick | None) -> str:
    shares = [f"{row.leading.label} {row.top.text}" for row in rows if row.leading and row.top.text]
    if not shares:
        return _("No shares are shown: there are too few answers.")
    told = f"{reference.text}. " if reference else ""
    above, below = names_of(rows, "above"), names_of(rows, "below")
    if above:
        told += _("Above average: %(names)s.", names=", ".join(above)) + " "
    if below:
        told += _("Below average: %(names)s.", names=", ".join(below)) + " "
    return told + _("Share of the best level. %(shares)s.", shares="; ".join(shares))
