"""A panel in its frame: chart, table, legend, words and where to get it as a file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from survey_app.dashboards import cells
from survey_app.dashboards.addresses import chart_addresses
from survey_app.figures.charts import drawable
from survey_app.figures.panels import Panel
from survey_app.figures.plotly_chart import chart_height, plotly_json
from survey_app.figures.tables import Table, panel_table

Link = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Frame:
    """What the macro `panel_frame` shows. `figure` is None where there is nothing to draw: then the table stands alone.

    `id` tells it from others of the same panel. Cells are texts, None (hidden) or {"text", "href"}.
    """

    key: str
    title: str
    subtitle: str
    note: str
    label: str
    figure: str | None
    height: int
    legend: list[tuple[int, str]]
    columns: tuple[tuple[str, bool], ...]
    rows: list[list[Any]]
    exports: list[tuple[str, str]]
    footnotes: list[tuple[str, str]]
    id: str = ""


def frame(panel: Panel, query: Mapping[str, str], *, title: str = "", link: Link | None = None) -> Frame:
    """A panel under its filters; `title` is the finding, `link` leads from a row's key on."""
    chart = drawable(panel.chart)
    table = panel_table(panel) if panel.rows or panel.measures or panel.remarks else Table((), (), ())
    return Frame(
        key=panel.key,
        title=title or panel.title,
        subtitle=panel.subtitle,
        note=f"{panel.note} {panel.source}".strip(),
        label=chart.alternative if chart else "",
        figure=plotly_json(chart) if chart else None,
        height=chart_height(chart) if chart else 0,
        legend=cells.legend(chart),
        columns=table.columns,
        rows=[_linked(row, key, link) for row, key in zip(table.rows, table.keys, strict=True)],
        exports=chart_addresses(panel.key, panel.filters.survey, query, drawn=chart is not None),
        footnotes=[(line.mark, line.footnote) for line in getattr(chart, "breaks", ())],
    )


def _linked(row: tuple[str | None, ...], key: str, link: Link | None) -> list[Any]:
    href = link(key) if link and key else None
    return [{"text": row[0], "href": href}, *row[1:]] if href else list(row)
