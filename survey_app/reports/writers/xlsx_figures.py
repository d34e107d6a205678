"""The exact figures of a report in Excel, a question's counts side by side, and the bars over them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from survey_app.figures.charts import StackedBars, drawable
from survey_app.figures.panels import OptionFigure, Panel, QuestionFigure
from survey_app.figures.wording import published_text
from survey_app.i18n import format_number
from survey_app.reports.parts import count_words, source_line
from survey_app.reports.writers.office_chart import EDGE, FILLS, INKS, has_room
from survey_app.reports.writers.xlsx_book import FONT, Sheets
from survey_app.reports.writers.xlsx_plots import Drawn, write_plot

HATCHINGS = {1: "wide_downward_diagonal", 2: "wide_upward_diagonal"}
WIDTH = 640


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
    sheets.figures.set_column(1, 1, 9)
    sheets.figures.set_column(2, 60, 17)
    row, drawn = 0, []
    for panel in panels:
        sheets.figures.write_string(row, 0, panel.title, sheets.formats["title"])
        row += 2
        for _scale, questions in groupby(panel.rows, key=_scale_of):
            block = Scale(row + 1, tuple(questions))
            _write_block(sheets, block)
            if isinstance(panel.chart, StackedBars) and _has_shares(block):
                drawn.append(_bars(sheets, block))
            row += len(block.rows) + 3
        row = _write_published(sheets, panel, row)
        chart = drawable(panel.chart)
        if chart and not isinstance(chart, StackedBars):
            plot, row = write_plot(sheets, chart, row)
            drawn.append(plot)
        sheets.figures.write_string(row, 0, source_line(panel), sheets.formats["bold"])
        row += 3
    return drawn


def _has_shares(block: Scale) -> bool:
    return any(option.share is not None for row in block.rows for option in row.options)


def place_charts(sheets: Sheets, drawn: Sequence[Drawn]) -> None:
    """The charts below each other on their sheet."""
    place = 0
    for each in drawn:
        each.chart.set_size({"width": WIDTH, "height": each.height})
        options = {"description": each.description, "object_position": 3}
        sheets.charts.insert_chart(place, 0, each.chart, options)
        place += each.height // 20 + 2


def _scale_of(row: QuestionFigure) -> tuple[str, tuple[str, ...]]:
    return row.scale, tuple(option.option for option in row.options)


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


def _bars(sheets: Sheets, block: Scale) -> Drawn:
    chart = sheets.book.add_chart({"type": "bar", "subtype": "stacked"})
    for position in range(len(block.options)):
        _add_series(sheets, chart, block, position)
    _style(chart)
    return Drawn(chart, 90 + 44 * len(block.rows), _alternative(block))


def _add_series(sheets: Sheets, chart: Any, block: Scale, position: int) -> None:
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
                "custom": [_label(row.options[position]) for row in block.rows],
            },
        }
    )


def _label(option: OptionFigure) -> dict[str, object]:
    shown = option.share is not None and has_room(option.share, option.text)
    return {"value": option.text} if shown else {"delete": True}


def _style(chart: Any) -> None:
    font = {"name": FONT, "size": 11}
    chart.set_title({"none": True})
    chart.set_legend({"position": "top", "font": font})
    chart.set_y_axis({"reverse": True, "num_font": font, "line": {"none": True}, "major_tick_mark": "none"})
    # Shares, not counts: a bar with hidden parts stays shorter than 100%.
    chart.set_x_axis({"visible": False, "min": 0, "max": 1, "major_gridlines": {"visible": False}})


def _alternative(block: Scale) -> str:
    return " ".join(
        f"{row.label} (n = {count_words(row.n)}): "
        + ", ".join(f"{option.label} {option.text or format_number(option.count or 0)}" for option in row.options)
        + "."
        for row in block.rows
    )
