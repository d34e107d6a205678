"""The exact figures of a report in Excel, a question's counts side by side, and the bars over them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from flask_babel import gettext as _

from survey_app.figures.charts import StackedBars, drawable
from survey_app.figures.panels import OptionFigure, Panel, QuestionFigure
from survey_app.figures.wording import published_text
from survey_app.i18n import format_number
from survey_app.reports.parts import MOST_NAMED, count_words, source_line
from survey_app.reports.writers.office_chart import EDGE, FILLS, INKS, NAMELESS, has_room, sides
from survey_app.reports.writers.xlsx_book import COLUMN, FONT, Sheets, row_height
from survey_app.reports.writers.xlsx_plots import Drawn, write_plot

HATCHINGS = {1: "wide_downward_diagonal", 2: "wide_upward_diagonal"}
WIDTH = 640
# Dots of a row, and how many of them stand on a page.
ROW, ROWS_A_PAGE = 20, 46


@dataclass(frozen=True, slots=True)
class Scale:
    """Where the counts of one scale stand: the row of the option words, the first question's row, its questions."""

    head: int
    rows: tuple[QuestionFigure, ...]

    @property
    def options(self) -> tuple[OptionFigure, ...]:
        return self.rows[0].options


def write_figures(sheets: Sheets, panels: Sequence[Panel]) -> list[Drawn]:
    """Each panel's exact figures; returns the charts over them."""
    sheets.figures.set_column(0, 0, 34)
    sheets.figures.set_column(1, 60, COLUMN)
    row, drawn = 0, []
    for panel in panels:
        sheets.figures.write_string(row, 0, panel.title, sheets.formats["line"])
        row += 2
        for questions in _by_scale(panel.rows):
            block = Scale(row + 1, questions)
            _write_block(sheets, block)
            if isinstance(panel.chart, StackedBars) and _has_shares(block):
                diverging = any(group.diverging for group in panel.chart.groups)
                drawn.append(_bars(sheets, block, panel.title, diverging=diverging))
            row += len(block.rows) + 3
        row = _write_published(sheets, panel, row)
        chart = drawable(panel.chart)
        if chart and not isinstance(chart, StackedBars):
            plot, row = write_plot(sheets, chart, row)
            drawn.append(plot)
        sheets.figures.write_string(row, 0, source_line(panel), sheets.formats["line"])
        row += 3
    return drawn


def _has_shares(block: Scale) -> bool:
    return any(option.share is not None for row in block.rows for option in row.options)


def place_charts(sheets: Sheets, drawn: Sequence[Drawn]) -> None:
    """The charts below each other on their sheet, each under its title; no page cuts one in two."""
    sheets.charts.set_column(0, 0, WIDTH / 7)
    place, top, breaks = 0, 0, []
    for each in drawn:
        rows = each.height // ROW + 3
        if place + rows - top > ROWS_A_PAGE and place > top:
            breaks.append(place)
            top = place
        sheets.charts.write_string(place, 0, each.title, sheets.formats["bold"])
        each.chart.set_size({"width": WIDTH, "height": each.height})
        options = {"description": each.description, "object_position": 3}
        sheets.charts.insert_chart(place + 1, 0, each.chart, options)
        place += rows
    sheets.charts.set_h_pagebreaks(breaks)


def _by_scale(rows: Sequence[QuestionFigure]) -> list[tuple[QuestionFigure, ...]]:
    """The rows of each scale together; within it those of a question, in the order of the panel."""
    scales: dict[tuple[str, tuple[str, ...]], dict[str, list[QuestionFigure]]] = {}
    for row in rows:
        scale = row.scale, tuple(option.option for option in row.options)
        scales.setdefault(scale, {}).setdefault(row.question, []).append(row)
    return [tuple(chain.from_iterable(questions.values())) for questions in scales.values()]


def _write_block(sheets: Sheets, block: Scale) -> None:
    """One scale: above it what each stretch of columns holds, then the option words, then a row a question."""
    sheet, formats, width = sheets.figures, sheets.formats, len(block.options)
    stretches = (_("Answers"), _("Exact share"), _("Low end (95%)"), _("High end (95%)"))
    for position, words in enumerate(stretches):
        first = 2 + position * width
        if width > 1:
            sheet.merge_range(block.head - 1, first, block.head - 1, first + width - 1, "", formats["head"])
        sheet.write_string(block.head - 1, first, words, formats["head"])
        for column, option in enumerate(block.options, first):
            sheet.write_string(block.head, column, option.label, formats["head"])
    labels = [option.label for option in block.options]
    sheet.set_row(block.head, row_height(labels, [COLUMN] * len(labels), "head"))
    sheet.write_string(block.head, 0, _("Question"), formats["head"])
    sheet.write_string(block.head, 1, "n", formats["head"])
    for position, row in enumerate(block.rows, block.head + 1):
        _write_question(sheets, position, row)


def _write_question(sheets: Sheets, position: int, row: QuestionFigure) -> None:
    name = f"{row.leading.label}: {row.label}" if row.leading else row.label
    sheets.figures.write_string(position, 0, name, sheets.formats["name"])
    sheets.number(position, 1, row.n, "count", hidden=row.n is None)
    width = len(row.options)
    for i, option in enumerate(row.options):
        sheets.number(position, 2 + i, option.count, "count", hidden=option.suppressed)
        for stretch, value in enumerate((option.share, option.low, option.high), 1):
            sheets.number(position, 2 + stretch * width + i, value, "share", hidden=option.suppressed)


def _write_published(sheets: Sheets, panel: Panel, row: int) -> int:
    """The percentages that somebody published, as words and as the interval they leave; returns the next free row."""
    published = [(question, value) for question in panel.rows for value in question.published]
    if not published:
        return row
    sheet, formats = sheets.figures, sheets.formats
    heads = (_("Question"), "", _("Level"), _("Published figures"), _("At least, %"), _("At most, %"))
    sheet.set_row(row, row_height(heads[1:], [COLUMN] * (len(heads) - 1), "head"))
    for column, words in enumerate(heads):
        sheet.write_string(row, column, words, formats["head"])
    for line, (question, value) in enumerate(published, row + 1):
        words = published_text(value.value, value.qualifier)
        texts = (question.label, "", question.option(value.option).label, words)
        for column, text in enumerate(texts):
            sheet.write_string(line, column, text, formats["name"])
        sheet.write_number(line, 4, value.value_low, formats["count"])
        sheet.write_number(line, 5, value.value_high, formats["count"])
    return row + len(published) + 2


def _bars(sheets: Sheets, block: Scale, title: str, *, diverging: bool) -> Drawn:
    chart = sheets.book.add_chart({"type": "bar", "subtype": "stacked"})
    below, room = _write_room_before(sheets, chart, block) if diverging else (0.0, 1.0)
    for position in range(len(block.options)):
        _add_series(sheets, chart, block, position, room)
    _style(chart, below, room)
    title = f"{title}: {'; '.join(row.label for row in block.rows[:MOST_NAMED])}"
    return Drawn(chart, title, 90 + 44 * len(block.rows), _alternative(block))


def _write_room_before(sheets: Sheets, chart: Any, block: Scale) -> tuple[float, float]:
    """A column, and a series without a colour, that moves each bar so that zero lies below them all; returns how far
    the bars reach below zero, and the whole room that they take."""
    reaches = [
        sides((option.level, option.share) for option in row.options if option.share is not None) for row in block.rows
    ]
    below, above = (max(side) for side in zip(*reaches, strict=True))
    name, column = sheets.figures.get_name(), 2 + 4 * len(block.options)
    sheets.figures.write_string(block.head, column, _("Room before the bar"), sheets.formats["head"])
    for position, (worse, _better) in enumerate(reaches, block.head + 1):
        sheets.figures.write_number(position, column, below - worse, sheets.formats["share"])
    first, last = block.head + 1, block.head + len(block.rows)
    chart.add_series(
        {
            "name": NAMELESS,
            "categories": [name, first, 0, last, 0],
            "values": [name, first, column, last, column],
            "fill": {"none": True},
            "border": {"none": True},
            "gap": 40,
        }
    )
    return below, below + above


def _add_series(sheets: Sheets, chart: Any, block: Scale, position: int, room: float) -> None:
    option, name = block.options[position], sheets.figures.get_name()
    first, last, column = block.head + 1, block.head + len(block.rows), 2 + len(block.options) + position
    fill, pattern = {"color": f"#{FILLS[option.level]}"}, HATCHINGS.get(option.level)
    hatching = {"pattern": pattern, "fg_color": "#FFFFFF", "bg_color": fill["color"]} if pattern else None
    chart.add_series(
        {
            "name": [name, block.head, column],
            "categories": [name, first, 0, last, 0],
            "values": [name, first, column, last, column],
            "fill": fill,
            **({"pattern": hatching} if hatching else {}),
            "border": {"color": f"#{EDGE}" if option.level == 3 else "#FFFFFF"},
            "gap": 40,
            "data_labels": {
                "value": True,
                "font": {"name": FONT, "size": 11, "color": f"#{INKS[option.level]}"},
                **({"fill": fill} if hatching else {}),
                "custom": [_label(row.options[position], room) for row in block.rows],
            },
        }
    )


def _label(option: OptionFigure, room: float) -> dict[str, object]:
    shown = option.share is not None and has_room(option.share / room, option.text)
    return {"value": option.text} if shown else {"delete": True}


def _style(chart: Any, below: float, room: float) -> None:
    font = {"name": FONT, "size": 11}
    chart.set_title({"none": True})
    chart.set_legend({"position": "top", "font": font})
    line = {"color": f"#{EDGE}", "width": 0.75} if below else {"none": True}
    questions = {"reverse": True, "num_font": font, "line": line, "major_tick_mark": "none", "label_position": "low"}
    chart.set_y_axis(questions)
    # Shares, not counts: a bar with hidden parts stays shorter than 100%.
    shares = {"visible": False, "min": 0, "max": room, "major_gridlines": {"visible": False}}
    chart.set_x_axis(shares | ({"crossing": below} if below else {}))


def _alternative(block: Scale) -> str:
    return " ".join(
        f"{row.label} (n = {count_words(row.n)}): "
        + ", ".join(f"{option.label} {option.text or format_number(option.count or 0)}" for option in row.options)
        + "."
        for row in block.rows
    )
