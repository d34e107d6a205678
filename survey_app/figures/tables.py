"""The table of a panel in texts: what its chart draws, row by row, for pages and documents alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from survey_app.figures.comparing import why_no_share
from survey_app.figures.panels import Difference, Measure, Panel, QuestionFigure
from survey_app.figures.wording import interval_text
from survey_app.i18n import format_day, format_number

# None is a hidden figure.
Cell = str | None
CONFIDENCE = "95%"


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` are pairs of heading and whether figures stand below it; the first cell names its row, `keys` are the
    rows' keys in files."""

    columns: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[Cell, ...], ...]
    keys: tuple[str, ...]


def panel_table(panel: Panel) -> Table:
    """The rows that the panel shows. A panel of one row a question and no comparison has a row an option."""
    if any(measure.design_effect is not None for measure in panel.measures):
        return _weighted(panel.measures)
    if panel.measures:
        return _measures(panel.measures)
    if panel.remarks:
        rows = tuple((format_day(remark.day), remark.text) for remark in panel.remarks)
        return Table(((_("Day"), False), (_("Comment"), False)), rows, tuple("" for _row in rows))
    if any(row.before for row in panel.rows):
        return _changes(panel.rows)
    return (_leading if any(row.leading for row in panel.rows) else _options)(panel.shown or panel.rows)


def leading_name(kind: str) -> str:
    """What stands above the names of a panel's rows."""
    names = {
        "period": _("Month"),
        "agency": _("Agency"),
        "channel": _("Channel"),
        "verified": _("Kind of answer"),
        "procedure": _("Procedure"),
        "survey": _("Survey"),
    }
    return names.get(kind, kind)


def _leading(rows: Sequence[QuestionFigure]) -> Table:
    """Whom or when a row speaks of; n, every option's share, the top level's interval, the difference to the whole."""
    first = rows[0]
    compared = any(row.difference for row in rows)
    columns = [(leading_name(first.leading.kind) if first.leading else "", False), (_("Number of answers"), True)]
    columns += [(option.label, True) for option in first.options]
    columns += [(_("%(level)s: interval", level=first.top.label), True)]
    if compared:
        columns += [(_("Difference to the whole"), True), (_("Interval"), True), (_("Reading"), False)]
    return Table(
        tuple(columns),
        tuple(_leading_cells(row, compared) for row in rows),
        tuple(row.leading.key if row.leading else "" for row in rows),
    )


def _leading_cells(row: QuestionFigure, compared: bool) -> tuple[Cell, ...]:
    shares: list[Cell] = [None if option.suppressed else option.text for option in row.options]
    interval = interval_text(row.top.low, row.top.high, row.n or 0)
    name = row.leading.label if row.leading else row.label
    cells: list[Cell] = [name, _count(row.n), *shares, interval]
    if compared:
        found = row.difference
        words = why_no_share(row) if row.top.share is None else found.words if found else ""
        cells += [found.text if found else "", found.interval if found else "", words]
    return tuple(cells)


def _changes(rows: Sequence[QuestionFigure]) -> Table:
    headings = (
        (_("Criterion and level"), False),
        (_("Before"), True),
        (_("n before"), True),
        (_("Now"), True),
        (_("n now"), True),
        (_("Change"), True),
        (_("%(confidence)s confidence interval", confidence=CONFIDENCE), True),
        (_("Reading"), False),
    )
    return Table(headings, tuple(_change_cells(row) for row in rows), tuple(row.question for row in rows))


def _change_cells(row: QuestionFigure) -> tuple[Cell, ...]:
    before, found = row.before or row, row.difference or Difference(None, None, None, "few", "", "", "")
    name = f"{row.label}: {row.top.label.lower()}"
    return (
        name,
        None if before.top.suppressed else before.top.text,
        _count(before.n),
        None if row.top.suppressed else row.top.text,
        _count(row.n),
        found.text,
        found.interval,
        found.words,
    )


def _options(rows: Sequence[QuestionFigure]) -> Table:
    headings = (
        (_("Criterion and level"), False),
        (_("Number of answers"), True),
        (_("Share"), True),
        (_("%(confidence)s confidence interval", confidence=CONFIDENCE), True),
    )
    cells: list[tuple[Cell, ...]] = []
    for row in rows:
        for option in row.options:
            share: Cell = None if option.suppressed else option.text
            interval: Cell = None if option.suppressed else interval_text(option.low, option.high, row.n or 0)
            cells.append((f"{row.label}: {option.label}", _count(option.count), share, interval))
    return Table(headings, tuple(cells), tuple(row.question for row in rows for _option in row.options))


def _measures(measures: Sequence[Measure]) -> Table:
    """Plain figures; reasons carry their question in their key."""
    columns = ((_("Figure"), False), (_("Value"), True), (_("of"), True), (_("Note"), False))
    if measures[0].leading.kind == "finding":
        columns = ((_("Finding"), False), (_("Share"), True), (_("Number of answers"), True), (_("Compared"), False))
    rows = tuple(
        (
            each.leading.label,
            None if each.count is None else each.text,
            "" if each.n is None else format_number(each.n),
            each.note,
        )
        for each in measures
    )
    return Table(columns, rows, tuple(f"{each.question}.{each.leading.key}".strip(".") for each in measures))


def _weighted(measures: Sequence[Measure]) -> Table:
    """A row a question: unweighted and weighted side by side, and what the weights cost in precision."""
    headings = (
        (_("Criterion and level"), False),
        (_("Number of answers"), True),
        (_("Unweighted"), True),
        (_("%(confidence)s confidence interval", confidence=CONFIDENCE), True),
        (_("Weighted"), True),
        (_("%(confidence)s confidence interval", confidence=CONFIDENCE), True),
        (_("Design effect"), True),
        (_("Effective number of answers"), True),
    )
    by_question: dict[str, list[Measure]] = {}
    for measure in measures:
        by_question.setdefault(measure.question, []).append(measure)
    rows = tuple(_weighted_cells(found) for found in by_question.values())
    return Table(headings, rows, tuple(by_question))


def _weighted_cells(found: Sequence[Measure]) -> tuple[Cell, ...]:
    """The three measures of a question; the first alone where its share is not told."""
    plain = found[0]
    name = plain.leading.label.removesuffix(_("%(name)s, unweighted", name=""))
    if len(found) < 3:
        return name, _count(plain.n), None, None, None, None, None, None
    _plain, weighted, effective = found
    effect = "" if effective.design_effect is None else format_number(effective.design_effect, 2)
    return name, _count(plain.n), plain.text, plain.note, weighted.text, weighted.note, effect, effective.text


def _count(count: int | None) -> Cell:
    return None if count is None else format_number(count)
