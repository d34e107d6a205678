"""Month by month: the top level as a control chart, and how the answers spread."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from math import ceil
from statistics import median

from flask_babel import gettext as _
from flask_babel import ngettext

from survey_app.figures import history
from survey_app.figures.axes import share_axis
from survey_app.figures.charts import Point, Signal, Tick, Trend
from survey_app.figures.drawing import stacked_groups
from survey_app.figures.models import PublishedFigure
from survey_app.figures.panels import Body, Leading, QuestionFigure
from survey_app.figures.parts import Part
from survey_app.figures.periods import months_between
from survey_app.figures.released import Told
from survey_app.figures.rows import group_rows, question_row
from survey_app.figures.wording import month_text, published_period_text, published_text, share_measure
from survey_app.i18n import format_percent
from survey_app.statistics import FEWEST_FOR_LIMITS, ControlChart, control_chart

FEWEST_FOR_MEDIAN = 8
# So many figures stand beside each other at the width of half a page.
MOST_LABELS = 10
# Of several signals at one point the first of these is told.
RULES: tuple[Signal, ...] = ("outside", "shift", "trend", "near_limit")


def trend(part: Part, counts: Told) -> Body:
    """Limits from 12 months with shares on, the median from 8 on, plain points below; what was published before stands
    beside, hollow, and a broken line where the series is of something else than before."""
    rows = _rows(part)
    shown = [row for row in rows if row.question == part.headline]
    control = _control(shown)
    points = _points(shown, control)
    whole = question_row(next(q for q in part.questions if q.code == part.headline), counts)
    published = history.published_before(part, whole.top.option)
    dated = _in_time(points, history.published_points(published))
    broken = history.breaks(part, dated)
    chart = Trend(
        title="",
        subtitle="",
        alternative=_alternative(points) + _published_text(published),
        points=_labelled([point for _day, point in dated]),
        axis=share_axis(value for _d, p in dated for value in (p.share, p.low, p.high, p.lower, p.upper, p.until)),
        lines=_lines(points, control),
        breaks=broken,
    )
    notes = (*_notes(points, control), *(line.footnote for line in broken), *history.change_notes(whole, published))
    return Body(rows=rows, chart=chart, measure=share_measure(shown), notes=notes)


def _in_time(points: Sequence[Point], published: Sequence[history.Dated]) -> list[history.Dated]:
    """All points by their first days; what was published of a period stands before the month it begins with."""
    months = [(date.fromisoformat(f"{point.key}-01"), point) for point in points]
    return sorted([*published, *months], key=lambda each: (each[0], not each[1].published))


def _labelled(points: Sequence[Point]) -> tuple[Point, ...]:
    """With the figures that the drawing has room for: what was published, the last point, and what lies beyond the
    limits, the newest first."""
    room = ceil(len(points) / MOST_LABELS)
    chosen = {i for i, point in enumerate(points) if point.published}
    shown = [i for i, point in enumerate(points) if point.share is not None and not point.published]
    for i in reversed(shown):
        wanted = i == shown[-1] or points[i].signal == "outside"
        if wanted and all(abs(i - other) >= room for other in chosen):
            chosen.add(i)
    return tuple(replace(point, labelled=i in chosen) for i, point in enumerate(points))


def _published_text(published: Sequence[PublishedFigure]) -> str:
    told = [
        f"{published_period_text(*each.period)}: {published_text(each.value, each.qualifier)}" for each in published
    ]
    return " " + _("Published before: %(values)s.", values="; ".join(told)) if told else ""


def periods(part: Part, _counts: Told) -> Body:
    """A bar a month for the headline question."""
    rows = _rows(part)
    shown = [row for row in rows if row.question == part.headline]
    notes = history.crosswalk_notes(part, (part.headline,))
    return Body(rows=rows, chart=stacked_groups(shown), measure=_("Share of answers by month, %."), notes=notes)


def month_groups(part: Part) -> list[tuple[Leading, Told]]:
    """What each month counts from the first day to the last; months without answers too."""
    first, last = part.days
    if first is None or last is None:
        return []
    counted = part.grouped(("month",))
    return [(Leading("period", f"{day:%Y-%m}", month_text(day)), counted[day,]) for day in months_between(first, last)]


def _rows(part: Part) -> tuple[QuestionFigure, ...]:
    return group_rows(part.asked, month_groups(part))


def _control(rows: Sequence[QuestionFigure]) -> ControlChart | None:
    """The control chart of what is shown, a month without a share told as one without answers; None where there are
    too few months."""
    shown = [(row.top.count or 0, row.n or 0) if row.top.share is not None else (0, 0) for row in rows]
    if sum(n > 0 for _k, n in shown) < FEWEST_FOR_LIMITS:
        return None
    return control_chart([k for k, _n in shown], [n for _k, n in shown])


def _points(rows: Sequence[QuestionFigure], control: ControlChart | None) -> list[Point]:
    shares = [row.top.share for row in rows if row.top.share is not None]
    run_chart = median(shares) if len(shares) >= FEWEST_FOR_MEDIAN else None
    signals = _signals(control)
    return [
        _point(row, control.mean if control else run_chart, control.limits[i] if control else None, signals.get(i))
        for i, row in enumerate(rows)
    ]


def _point(
    row: QuestionFigure, centre: float | None, limits: tuple[float, float] | None, signal: tuple[Signal, bool] | None
) -> Point:
    has_share = row.top.share is not None
    lower, upper = limits if limits and has_share else (None, None)
    rule, better = signal or ("", True)
    return Point(
        key=row.leading.key if row.leading else "",
        label=row.leading.label if row.leading else "",
        n=row.n,
        share=row.top.share,
        low=row.top.low,
        high=row.top.high,
        text=row.top.text,
        centre=centre,
        lower=lower,
        upper=upper,
        signal=rule,
        better=better,
        note=_signal_text(rule) if has_share else _("too few answers for a share"),
    )


def _signals(control: ControlChart | None) -> dict[int, tuple[Signal, bool]]:
    """The signal to tell at each point, and whether it points upwards."""
    found: dict[int, tuple[Signal, bool]] = {}
    for rule in reversed(RULES):
        for signal in control.signals if control else ():
            if signal.rule == rule:
                found |= dict.fromkeys(range(signal.first, signal.last + 1), (rule, signal.upward))
    return found


def _signal_text(rule: Signal) -> str:
    words = {
        "outside": _("outside the control limits"),
        "shift": _("7 or more months on one side of the mean"),
        "trend": _("6 or more months rising or falling"),
        "near_limit": _("2 of 3 months near a limit"),
    }
    return words.get(rule, "")


def _lines(points: Sequence[Point], control: ControlChart | None) -> tuple[Tick, ...]:
    """The words at the right end, from the last month that has a share."""
    last = next((point for point in reversed(points) if point.centre is not None and point.share is not None), None)
    if last is None or last.centre is None:
        return ()
    centre = Tick(
        last.centre,
        _("Mean %(share)s", share=format_percent(last.centre, 1))
        if control
        else _("Median %(share)s", share=format_percent(last.centre, 1)),
    )
    if last.lower is None or last.upper is None:
        return (centre,)
    upper = Tick(last.upper, _("Upper limit %(share)s", share=format_percent(last.upper, 1)))
    lower = Tick(last.lower, _("Lower limit %(share)s", share=format_percent(last.lower, 1)))
    return upper, centre, lower


def _alternative(points: Sequence[Point]) -> str:
    shown = [point for point in points if point.share is not None]
    if not shown:
        return _("No shares are shown: there are too few answers.")
    first, last = shown[0], shown[-1]
    told = _(
        "%(first)s in %(first_month)s, %(last)s in %(last_month)s.",
        first=first.text,
        first_month=first.label,
        last=last.text,
        last_month=last.label,
    )
    signals = [f"{point.label} ({point.text}): {point.note}" for point in shown if point.signal]
    if signals:
        return told + " " + _("Signals: %(signals)s.", signals="; ".join(signals))
    limits = any(point.lower is not None for point in shown)
    return told + " " + _("No month stands out of its usual range.") if limits else told


def _notes(points: Sequence[Point], control: ControlChart | None) -> tuple[str, ...]:
    shown = sum(point.share is not None for point in points)
    said = []
    if control:
        said.append(_("Control chart with three-sigma limits; a signal asks for its cause, it proves none."))
        if control.widened:
            said.append(_("The months vary more than chance alone would make them: limits after Laney (p′)."))
    elif shown >= FEWEST_FOR_MEDIAN:
        said.append(_("The line is the median; limits are drawn from 12 months on."))
    elif shown:
        few = ngettext("%(num)s month with a share", "%(num)s months with a share", shown)
        said.append(_("%(months)s: too few for a median or limits.", months=few))
    return tuple(said)
