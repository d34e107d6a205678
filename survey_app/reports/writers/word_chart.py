# mypy: allow-untyped-calls
"""Native charts inside a Word document: python-pptx writes the chart, python-docx carries its parts."""

from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from pptx.chart.chart import Chart
from pptx.oxml import parse_xml

from survey_app.reports.writers.office_chart import CHARTS, Native, clean_frame

CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORKBOOK_LINK = (
    f'<c:externalData xmlns:c="{CHARTS}" xmlns:r="{RELATIONS}" r:id="{{}}"><c:autoUpdate val="0"/></c:externalData>'
)


def add_chart_part(document: Document, native: Native, number: int) -> str:
    """Put a chart and its workbook into the document; returns the relationship id that a drawing refers to."""
    package = document.part.package
    workbook_name = PackURI(f"/word/embeddings/Microsoft_Excel_Sheet{number}.xlsx")
    workbook = Part(workbook_name, WORKBOOK_TYPE, native.data.xlsx_blob, package)
    part = Part(PackURI(f"/word/charts/chart{number}.xml"), CHART_TYPE, b"", package)
    part._blob = _chart_xml(native, part.relate_to(workbook, RELATIONSHIP_TYPE.PACKAGE))
    return document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)


def _chart_xml(native: Native, workbook_id: str) -> bytes:
    space: Any = parse_xml(native.data.xml_bytes(native.kind))
    chart = Chart(space, None)
    native.style(chart)
    clean_frame(chart)
    space.append(parse_xml(WORKBOOK_LINK.format(workbook_id)))
    written: bytes = serialize_part_xml(space)
    return written
