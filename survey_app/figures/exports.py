"""A panel for programs: as JSON (its table and filters, without its chart) and as CSV."""

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from survey_app.figures.panels import OptionFigure, Panel, QuestionFigure, Rate
from survey_app.sheets.csv_cells import write_rows

COLUMNS = (
    "question", "option", "label", "count", "n", "share", "low", "high", "qualifier", "value_low", "value_high",
)  # fmt: skip


def panel_json(panel: Panel) -> dict[str, Any]:
    """The panel as the contract has it: exact shares, None for what is hidden, local inclusive days as YYYY-MM-DD."""
    filters = panel.filters
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
        "simulated": filters.simulated,
        "provenance": filters.provenance,
        "rows": [_row(row) | _extras(panel.key, row) for row in panel.rows],
    }


def panel_csv(panel: Panel) -> str:
    """One line an option, scale order; exact numbers with a dot, empty where hidden; no cell can start a formula."""
    file = io.StringIO(newline="")
    write_rows(file, [COLUMNS, *(line for row in panel.rows for line in _lines(row))])
    return file.getvalue()


def _lines(row: QuestionFigure) -> Iterator[tuple[object, ...]]:
    published = {value.option: value for value in row.published}
    for figure in row.options:
        value = published.get(figure.option)
        between = (value.qualifier, value.value_low, value.value_high) if value else (None, None, None)
        exact = (figure.count, row.n, figure.share, figure.low, figure.high)
        yield row.question, figure.option, figure.label, *exact, *between


def _row(row: QuestionFigure) -> dict[str, Any]:
    return {
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


def _rate(rate: Rate) -> dict[str, Any]:
    return {"count": rate.count, "share": rate.share, "low": rate.low, "high": rate.high}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
