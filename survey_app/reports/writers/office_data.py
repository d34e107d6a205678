# mypy: allow-untyped-calls
"""The workbooks behind native charts: exact numbers, and texts that stay texts.

No label can become a formula or a link: the writers of python-pptx are given a workbook that takes every text as it is.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.chart.xlsx import CategoryWorkbookWriter, XyWorkbookWriter
from xlsxwriter import Workbook

SHARE = "0.0%"
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
Column = tuple[str, Sequence[str | float | None]]


@contextmanager
def _inert_worksheet(_writer: Any, xlsx_file: BytesIO) -> Iterator[tuple[Any, Any]]:
    workbook = Workbook(xlsx_file, OPTIONS)
    # The chart's references name this sheet.
    yield workbook, workbook.add_worksheet("Sheet1")
    workbook.close()


class InertCategoryWriter(CategoryWorkbookWriter):
    """Categories, series, and beside them the figures that the chart does not draw."""

    _open_worksheet = _inert_worksheet

    def _populate_worksheet(self, workbook: Any, worksheet: Any) -> None:
        super()._populate_worksheet(workbook, worksheet)
        for column, (name, values) in enumerate(self._chart_data.beside, 1 + len(self._chart_data)):
            worksheet.write_string(0, column, name)
            worksheet.write_column(1, column, values)


class InertXyWriter(XyWorkbookWriter):
    """One table a series, below each other; one's points have names and counts."""

    _open_worksheet = _inert_worksheet

    def _populate_worksheet(self, workbook: Any, worksheet: Any) -> None:
        super()._populate_worksheet(workbook, worksheet)
        first = self.series_table_row_offset(self._chart_data[self._chart_data.beside_of])
        for column, (head, values) in enumerate(self._chart_data.beside, 2):
            worksheet.write_string(first, column, head)
            worksheet.write_column(first + 1, column, values)


class InertCategories(CategoryChartData):
    """`beside` are columns of the workbook that no series refers to: name and values."""

    beside: tuple[Column, ...] = ()

    @property
    def _workbook_writer(self) -> InertCategoryWriter:
        return InertCategoryWriter(self)


class InertPoints(XyChartData):
    """`beside` are columns of the workbook about the points of the series `beside_of`."""

    beside: tuple[Column, ...] = ()
    beside_of: int = 0

    @property
    def _workbook_writer(self) -> InertXyWriter:
        return InertXyWriter(self)
