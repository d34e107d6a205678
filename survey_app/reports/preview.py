"""Blocks as they are shown on a page: pictures drawn, the rest as it is."""

import base64
from dataclasses import dataclass

from survey_app.figures.charts import Chart, ScaleGroup, StackedBars
from survey_app.reports.blocks import Block, Form, Picture, Table, caption_words
from survey_app.reports.form_parts import shown_counts
from survey_app.reports.report import Report
from survey_app.reports.writers import chart_svg


@dataclass(frozen=True, slots=True)
class Shown:
    """A block with its kind's name; `caption`, `image` (a data address) and the counts of a form's lines in words where
    it has them."""

    kind: str
    block: Block
    caption: str = ""
    image: str = ""
    counts: tuple[tuple[str, ...], ...] = ()


def shown_blocks(report: Report) -> list[Shown]:
    """Call in the report's language."""
    return [_shown(block, report.language) for block in report.body]


def _shown(block: Block, language: str) -> Shown:
    kind = type(block).__name__.lower()
    if isinstance(block, Picture):
        svg = chart_svg(_whole(block), language)
        image = "data:image/svg+xml;base64," + base64.b64encode(svg).decode()
        return Shown(kind, block, caption_words(block), image)
    if isinstance(block, Table):
        return Shown(kind, block, caption_words(block) if block.caption else "")
    if isinstance(block, Form):
        return Shown(kind, block, counts=tuple(shown_counts(line) for line in block.lines))
    return Shown(kind, block)


def _whole(picture: Picture) -> Chart:
    """A picture's chart; the bars of one scale are a chart of one group."""
    chart = picture.chart
    if isinstance(chart, ScaleGroup):
        return StackedBars(picture.finding, "", picture.alternative, (chart,))
    return chart
