"""PDF: tagged (PDF/UA-1) and lasting (PDF/A-2b), typeset from the same blocks as the Word document."""

from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from survey_app.figures.charts import ScaleGroup, reach, stretches
from survey_app.reports.blocks import (
    Appendix,
    Block,
    Form,
    Link,
    Picture,
    Signature,
    Source,
    Table,
    caption_words,
)
from survey_app.reports.form_parts import form_widths, shown_counts
from survey_app.reports.parts import count_words
from survey_app.reports.report import Report, date_line, number_line, official_words
from survey_app.reports.rules import appendix_words, column_widths
from survey_app.reports.writers.qr import qr_svg
from survey_app.typesetting import typeset

TEMPLATE = Path(__file__).with_name("report.typ")
TEXT_WIDTH = 165.0


def draw(report: Report) -> bytes:
    """A4, margins 20, 20, 30 and 15 mm, Times metrics; its date is the report's, so equal reports are equal files."""
    content = {
        "language": report.language,
        "title": report.title.strip() or _("REPORT"),
        "subtitle": report.subtitle,
        "number": number_line(report),
        "date": date_line(report),
        "head": asdict(report.head),
        "foot": report.foot,
        "code": report.seal,
        "words": official_words(report) | {"contents": _("Contents").upper()},
        "form": report.is_form,
        "cover": asdict(report.cover) if report.cover else None,
        "parts": [{"wide": wide, "blocks": blocks} for wide, blocks in _parts(report)],
    }
    midnight = datetime.combine(report.date_on, time(), UTC)
    return typeset(TEMPLATE, content, "pdf", timestamp=int(midnight.timestamp()))


def _parts(report: Report) -> list[tuple[bool, list[dict[str, Any]]]]:
    """The blocks up to each appendix that is wide or follows one: pages are turned between them."""
    parts: list[tuple[bool, list[dict[str, Any]]]] = [(False, [])]
    for block, following in zip(report.body, (*report.body[1:], None), strict=True):
        if isinstance(block, Appendix) and (block.wide or parts[-1][0]):
            parts.append((block.wide, []))
        kept = report.is_form or isinstance(following, Signature | Source)
        parts[-1][1].append(_block(block) | {"kept": kept})
    return parts


def _block(block: Block) -> dict[str, Any]:
    content = {"kind": type(block).__name__.lower(), **asdict(block)}
    if isinstance(block, Picture):
        add_sizes(content["chart"])
        if isinstance(block.chart, ScaleGroup):
            add_places(content["chart"], block.chart, reach([block.chart]))
        content["plot"] = getattr(block.chart, "kind", "bars")
    if isinstance(block, Table):
        content["widths"] = column_widths(block.columns, block.rows, TEXT_WIDTH, 12)
    if isinstance(block, Form):
        content["widths"] = form_widths(block, 100)
        content["lines"] = [
            {"strong": line.strong, "cells": [line.order, line.name, *shown_counts(line)]} for line in block.lines
        ]
    if isinstance(block, Picture | Table):
        content["caption"] = caption_words(block) if block.caption else ""
    if isinstance(block, Appendix):
        content["label"] = appendix_words(block.number, _("Appendix"))
    if isinstance(block, Link):
        content |= {"qr": qr_svg(block.address), "alternative": _("QR code of %(address)s", address=block.address)}
    return content


def add_places(drawn: dict[str, Any], group: ScaleGroup, whole: tuple[float, float]) -> None:
    """Write where zero, each bar and its parts lie, as shares of the room that reaches so far to either side of it."""
    below, above = whole
    room = below + above
    drawn["zero"] = below / room if below else None
    for bar, row in zip(group.bars, drawn["bars"], strict=True):
        parts = stretches(group, bar)
        row["start"] = (below + parts[0].start) / room if parts else 0.0
        row["parts"] = [
            {
                "level": part.segment.level if part.segment else 0,
                "text": part.segment.text if part.segment else "",
                "width": part.width / room,
            }
            for part in parts
        ]


def add_sizes(chart: dict[str, Any]) -> None:
    """Write n in words beside each bar of a scale's group and each row of a dot plot."""
    for row in (*chart.get("bars", ()), *chart.get("rows", ())):
        row["size"] = f"n = {count_words(row['n'])}"
