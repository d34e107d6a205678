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

    `id` tells it from others of the same panel. Cells are texts, None (hidden) or {"text", "href"}; a column in which
    no row has a text is left out. `general` stands once on the page, `note` below the frame.
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
    general: tuple[str, ...] = ()
    id: str = ""


def frame(panel: Panel, query: Mapping[str, str], *, title: str = "", link: Link | None = None) -> Frame:
    """A panel under its filters; `title` is the finding, `link` leads from a row's key on."""
    chart = drawable(panel.chart)
    table = filled(panel_table(panel)) if panel.rows or panel.measures or panel.remarks else Table((), (), ())
    return Frame(
        key=panel.key,
        title=title or panel.title,
        subtitle=panel.subtitle,
        note=panel.particular,
        label=chart.alternative if chart else "",
        figure=plotly_json(chart) if chart else None,
        height=chart_height(chart) if chart else 0,
        legend=cells.legend(chart),
        columns=table.columns,
        rows=[_linked(row, key, link) for row, key in zip(table.rows, table.keys, strict=True)],
        exports=chart_addresses(panel.key, panel.filters.survey, query, drawn=chart is not None),
        footnotes=[(line.mark, line.footnote) for line in getattr(chart, "breaks", ())],
        general=panel.general,
    )


def filled(table: Table) -> Table:
    """The table without the columns in which nothing is told; those of names and of numbers of answers stay."""
    kept = [i for i in range(len(table.columns)) if i < 2 or any(row[i] for row in table.rows)]
    rows = tuple(tuple(row[i] for i in kept) for row in table.rows)
    return Table(tuple(table.columns[i] for i in kept), rows, table.keys)


def _linked(row: tuple[str | None, ...], key: str, link: Link | None) -> list[Any]:
    href = link(key) if link and key else None
    return [{"text": row[0], "href": href}, *row[1:]] if href else list(row)
