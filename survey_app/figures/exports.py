"""A panel for programs: as JSON (its table and filters, without its chart) and as CSV."""

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from survey_app.figures.panels import Difference, Measure, OptionFigure, Panel, QuestionFigure, Rate, Remark
from survey_app.sheets.csv_cells import write_rows

COLUMNS = (
    "question", "option", "label", "count", "n", "share", "low", "high", "qualifier", "value_low", "value_high",
)  # fmt: skip
MEASURE_COLUMNS = ("label", "count", "n", "share", "low", "high", "note")
REMARK_COLUMNS = ("day", "language", "text")


def panel_json(panel: Panel) -> dict[str, Any]:
    """The panel as the contract has it: exact shares, None for what is hidden, local inclusive days as YYYY-MM-DD."""
    filters = panel.filters
    rows = [_row(row) | _extras(panel.key, row) for row in panel.rows]
    names = ("procedure", "compare", "question", "structure", "level", "rating")
    asked = {name: getattr(filters, name) for name in names}
    return {
        "key": panel.key,
        "title": panel.title,
        "subtitle": panel.subtitle,
        "note": panel.note,
        "source": panel.source,
        "survey": filters.survey,
        "agency": filters.agency,
        "from": _day(filters.from_on),
        "to": _day(filters.to_on),
        "channel": filters.channel,
        **{key: value for key, value in asked.items() if value},
        "simulated": filters.simulated,
        "provenance": filters.provenance,
        "rows": [*rows, *map(_measure, panel.measures), *map(_remark, panel.remarks)],
    }


def panel_csv(panel: Panel) -> str:
    """One line an option, scale order; exact numbers with a dot, empty where hidden; no cell can start a formula.

    A panel with several rows of one question names in its first column whom or when a row speaks of; plain figures and
    remarks have columns of their own.
    """
    file = io.StringIO(newline="")
    if panel.measures:
        lines = [("question", panel.measures[0].leading.kind, *MEASURE_COLUMNS), *map(_measure_line, panel.measures)]
    elif panel.remarks:
        lines = [REMARK_COLUMNS, *((_day(remark.day), remark.language, remark.text) for remark in panel.remarks)]
    else:
        leading = next((row.leading.kind for row in panel.rows if row.leading), None)
        lines = [(*([leading] if leading else []), *COLUMNS), *(line for row in panel.rows for line in _lines(row))]
    write_rows(file, lines)
    return file.getvalue()


def _lines(row: QuestionFigure) -> Iterator[tuple[object, ...]]:
    published = {value.option: value for value in row.published}
    leading = (row.leading.key,) if row.leading else ()
    for figure in row.options:
        value = published.get(figure.option)
        between = (value.qualifier, value.value_low, value.value_high) if value else (None, None, None)
        exact = (figure.count, row.n, figure.share, figure.low, figure.high)
        yield *leading, row.question, figure.option, figure.label, *exact, *between


def _measure_line(figure: Measure) -> tuple[object, ...]:
    exact = (figure.count, figure.n, figure.share, figure.low, figure.high)
    return figure.question, figure.leading.key, figure.leading.label, *exact, figure.note


def _row(row: QuestionFigure) -> dict[str, Any]:
    leading = {row.leading.kind: row.leading.key, "name": row.leading.label} if row.leading else {}
    return {
        **leading,
        "question": row.question,
        "label": row.label,
        "n": row.n,
        "state": row.state,
        "options": [_option(figure) for figure in row.options],
        "excluded": dict(row.excluded),
        "published": [
            {"option": v.option, "value_low": v.value_low, "value_high": v.value_high, "qualifier": v.qualifier}
            for v in row.published
        ],
        **({"difference": _difference(row.difference)} if row.difference else {}),
        **({"before": _row(row.before)} if row.before else {}),
    }


def _extras(key: str, row: QuestionFigure) -> dict[str, Any]:
    """What an overview says beyond the distribution: best option, the next positive one, all positive ones together."""
    if key != "overview":
        return {}
    return {
        "top": _option(row.top),
        "other": _option(row.other) if row.other else None,
        "positive": _rate(row.positive),
    }


def _option(figure: OptionFigure) -> dict[str, Any]:
    return {
        "option": figure.option,
        "label": figure.label,
        "count": figure.count,
        "share": figure.share,
        "low": figure.low,
        "high": figure.high,
        "suppressed": figure.suppressed,
    }


def _difference(found: Difference) -> dict[str, Any]:
    return {"value": found.value, "low": found.low, "high": found.high, "words": found.words}


def _measure(figure: Measure) -> dict[str, Any]:
    return {
        figure.leading.kind: figure.leading.key,
        "label": figure.leading.label,
        **({"question": figure.question} if figure.question else {}),
        "n": figure.n,
        "state": figure.state,
        "count": figure.count,
        "share": figure.share,
        "low": figure.low,
        "high": figure.high,
        "note": figure.note,
        **({} if figure.design_effect is None else {"design_effect": figure.design_effect}),
    }


def _remark(remark: Remark) -> dict[str, Any]:
    return {"day": _day(remark.day), "language": remark.language, "text": remark.text}


def _rate(rate: Rate) -> dict[str, Any]:
    return {"count": rate.count, "share": rate.share, "low": rate.low, "high": rate.high}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
