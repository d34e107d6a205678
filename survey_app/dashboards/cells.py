"""A panel as the cells of a page: KPI strip, table, legend and notes. Texts only: nothing is counted here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from flask_babel import gettext as _
from flask_babel import ngettext

from survey_app.figures.charts import Chart, StackedBars, drawable, stretches
from survey_app.figures.panels import OptionFigure, Panel, PublishedValue, QuestionFigure
from survey_app.figures.plotly_chart import chart_height, plotly_json
from survey_app.figures.wording import interval_text, published_text
from survey_app.i18n import format_number

Cell = str | None
CONFIDENCE = "95%"
NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class Kpi:
    """One cell of the strip. `parts` are (level, width in per cent), best first."""

    label: str
    value: str
    level: str
    prefix: str = ""
    state: Literal["ok", "few", "empty"] = "ok"
    empty_text: str = ""
    detail: str = ""
    notes: tuple[str, ...] = ()
    parts: tuple[tuple[int, float], ...] = ()
    href: str | None = None
    change: "Change | None" = None


@dataclass(frozen=True, slots=True)
class Change:
    """The change against an earlier period: a shape (up, down or none), the points, and what may be said of them."""

    shape: Literal["up", "down", ""]
    points: str
    words: str


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one question; the first cell of each names its level, None is a hidden figure."""

    label: str
    n: Cell
    rows: list[list[Cell]]


def kpis(panel: Panel, change: Panel | None = None, link: Callable[[str], str] | None = None) -> list[Kpi]:
    """One cell a question: its best level large, the next positive one below, n and interval, the change where the
    periods are compared; `link` leads to the question's page."""
    changes = {row.question: row for row in change.rows} if change else {}
    return [
        replace(kpi(row, changes.get(row.question)), href=link(row.question) if link else None) for row in panel.rows
    ]


def kpi(row: QuestionFigure, changed: QuestionFigure | None) -> Kpi:
    """The cell of one question."""
    return replace(_kpi(row), change=_change(changed)) if changed else _kpi(row)


def _change(row: QuestionFigure) -> Change | None:
    found = row.difference
    if found is None:
        return None
    shapes: dict[str, Literal["up", "down"]] = {"above": "up", "below": "down"}
    interval = f" ({found.interval.replace(' ', NBSP)})" if found.interval else ""
    return Change(shapes.get(found.role, ""), found.text, f"{found.words}{interval}")


def _kpi(row: QuestionFigure) -> Kpi:
    n = row.n
    label, level = row.label, row.top.label.lower()
    if n is None:
        return Kpi(label, "", level, state="few", empty_text=_("Small counts hidden"))
    if n == 0:
        return Kpi(label, "", level, state="empty", empty_text=_("No answers yet"))
    notes = (_n_text(n), *_published_note(row))
    if row.state == "too_few":
        return Kpi(label, "", level, state="few", empty_text=_("Fewer than 30 answers"), notes=notes)
    if not row.top.text:
        return Kpi(label, "", level, state="few", empty_text=_("Small counts hidden"), detail=_detail(row), notes=notes)
    parts = tuple((f.level, 100 * f.share) for f in reversed(row.options) if f.share is not None)
    notes = (notes[0], _interval_note(row.top, n), *notes[1:])
    return Kpi(label, row.top.text, level, detail=_detail(row), notes=notes, parts=parts)


def _detail(row: QuestionFigure) -> str:
    """The other positive level; on a scale of three also what is left."""
    others = [row.other] if len(row.options) > 3 else list(reversed(row.options[:-1]))
    said = [f"{figure.label} {figure.text}" for figure in others if figure and figure.text]
    return ", ".join(said)


def _published_note(row: QuestionFigure) -> list[str]:
    return [_("published: %(percent)s", percent=_published(v)) for v in row.published if v.option == row.top.option]


def published_kpis(panel: Panel) -> list[Kpi]:
    """One cell a question whose best level was published: as published, without n and without interval."""
    return [_published_kpi(row) for row in panel.rows if any(v.option == row.top.option for v in row.published)]


def _published_kpi(row: QuestionFigure) -> Kpi:
    values = {value.option: value for value in row.published}
    listed = [(figure, values[figure.option]) for figure in reversed(row.options) if figure.option in values]
    best = listed[0][1]
    text, number = _published(best), published_text(best.value, "exact")
    return Kpi(
        row.label,
        number,
        row.top.label.lower(),
        prefix=text.removesuffix(number).strip(),
        detail=", ".join(f"{figure.label} {_published(value)}" for figure, value in listed[1:]),
        parts=tuple((figure.level, value.value_low) for figure, value in listed),
    )


def _published(value: PublishedValue) -> str:
    return published_text(value.value, value.qualifier)


def _interval_note(figure: OptionFigure, n: int) -> str:
    # A word joiner keeps both ends on one line.
    interval = interval_text(figure.low, figure.high, n).replace("–", "–\u2060")
    return _("%(confidence)s interval: %(interval)s", confidence=CONFIDENCE, interval=interval)


def _n_text(n: int) -> str:
    return f"n = {format_number(n)}"


def columns(panel: Panel) -> list[str]:
    """What stands above the cells of a group's rows; published values only where there are any."""
    always = [
        _("Criterion and level"),
        _("Number of answers"),
        _("Share"),
        _("%(confidence)s confidence interval", confidence=CONFIDENCE),
    ]
    return [*always, _("Published")] if _has_published(panel) else always


def groups(panel: Panel) -> list[Group]:
    """The table: a group a question, a row an option in scale order, then what stands outside n."""
    width = len(columns(panel))
    return [
        Group(row.label, _count(row.n), [cells[:width] for cells in (*_option_rows(row), *_excluded_rows(row))])
        for row in panel.rows
    ]


def _has_published(panel: Panel) -> bool:
    return any(row.published for row in panel.rows)


def _option_rows(row: QuestionFigure) -> list[list[Cell]]:
    published = {value.option: _published(value) for value in row.published}
    return [
        [figure.label, _count(figure.count), *_shares(figure, row.n or 0), published.get(figure.option, "")]
        for figure in row.options
    ]


def _shares(figure: OptionFigure, n: int) -> tuple[Cell, Cell]:
    if figure.count is None:
        return None, None
    return (figure.text, interval_text(figure.low, figure.high, n)) if figure.text else ("", "")


def _excluded_rows(row: QuestionFigure) -> list[list[Cell]]:
    return [
        [_("%(option)s (outside n)", option=row.excluded_labels[option]), _count(count), "", "", ""]
        for option, count in row.excluded.items()
    ]


def _count(count: int | None) -> Cell:
    return None if count is None else format_number(count)


def legend(chart: Chart | None) -> list[tuple[int, str]]:
    """(level, words) for the levels that the chart draws, worst to best; scales that differ in words share a colour.
    Level 0 stands for what is hidden, where a bar has a gap for it."""
    if not isinstance(chart, StackedBars):
        return []
    drawn = {segment.level for bar in chart.bars for segment in bar.segments if segment.share}
    words: dict[int, list[str]] = {}
    for item in (item for group in chart.groups for item in group.legend):
        if item.level in drawn and item.label not in words.setdefault(item.level, []):
            words[item.level].append(item.label)
    gaps = any(
        not part.segment and part.width > 1e-6
        for group in chart.groups
        for bar in group.bars
        for part in stretches(group, bar)
    )
    return [
        *((level, ", ".join(words[level])) for level in sorted(words)),
        *([(0, _("hidden: few answers"))] if gaps else []),
    ]


def answered(panel: Panel) -> str:
    """How many answers stand behind a panel."""
    if panel.responses is None:
        return _("Too few answers to show")
    return _("%(count)s answers counted", count=format_number(panel.responses))


def distribution(panel: Panel) -> dict[str, Any]:
    """What the macros of parts.html draw of a panel: its chart, its table and how to read them."""
    chart = drawable(panel.chart)
    return {
        "columns": columns(panel),
        "groups": groups(panel),
        "legend": legend(chart),
        "reading": reading_notes(panel),
        "published_kpis": published_kpis(panel),
        "figure": plotly_json(chart) if chart else None,
        "height": chart_height(chart) if chart else 0,
    }


def reading_notes(panel: Panel) -> list[tuple[str, str]]:
    """How to read these figures: pairs of heading and text, each true of this panel."""
    items = []
    if any(row.state == "ok" for row in panel.rows):
        items.append(
            (
                _("The best level first"),
                _("Where almost everybody chooses one of the two best levels, only the best one tells criteria apart."),
            )
        )
        items.append(
            (
                _("The interval is part of the figure"),
                _(
                    "With so many answers the true share lies in the %(confidence)s interval, as far as chance goes; "
                    "people who did not answer may think otherwise.",
                    confidence=CONFIDENCE,
                ),
            )
        )
    return items + _published_notes(panel.rows)


def _published_notes(rows: Sequence[QuestionFigure]) -> list[tuple[str, str]]:
    values = [value for row in rows for value in row.published]
    floors = [value for value in values if value.qualifier == "floor"]
    items = []
    if floors:
        example = floors[0]
        low, high = format_number(example.value_low), format_number(example.value_high)
        items.append(
            (
                _("“%(text)s” is a lower bound", text=_published(example).capitalize()),
                _("The published figure was cut: the true one lies from %(low)s%% to under %(high)s%%.",
                  low=low, high=high),
            )
        )  # fmt: skip
        items += _floor_sums(rows)
    if values:
        items.append(
            (
                _("No interval for published figures"),
                _("The number of answers was not published, so there is neither n nor an interval."),
            )
        )
    return items


def _floor_sums(rows: Sequence[QuestionFigure]) -> list[tuple[str, str]]:
    """What follows where the published figures of every question add up to the same, less than 100."""
    published = [row.published for row in rows if row.published]
    sums = {sum(value.value for value in values) for values in published}
    if len(published) < 2 or len(sums) != 1 or next(iter(sums)) >= 100:
        return []
    total = format_number(next(iter(sums)))
    heading = ngettext(
        "The levels of %(num)s criterion add up to %(total)s%%",
        "The levels of all %(num)s criteria add up to %(total)s%%",
        len(published),
        total=total,
    )
    return [(heading, _("The missing part is what was cut off."))]
