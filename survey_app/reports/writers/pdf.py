"""PDF: tagged (PDF/UA-1) and lasting (PDF/A-2b), typeset from the same blocks as the Word document."""

from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from survey_app.reports.blocks import Block, blocks, date_line, number_line
from survey_app.reports.report import Report, count_words
from survey_app.typesetting import typeset

TEMPLATE = Path(__file__).with_name("report.typ")


def draw(report: Report) -> bytes:
    """A4, margins 20, 20, 30 and 15 mm, Times metrics; its date is the report's, so equal reports are equal files."""
    content = {
        "language": report.language,
        "title": report.title,
        "subtitle": report.subtitle,
        "number": number_line(report),
        "date": date_line(report),
        "filters": report.filters,
        "blocks": [_block(block) for block in blocks(report)],
    }
    midnight = datetime.combine(report.date_on, time(), UTC)
    return typeset(TEMPLATE, content, "pdf", timestamp=int(midnight.timestamp()))


def _block(block: Block) -> dict[str, Any]:
    content = {"kind": type(block).__name__.lower(), **asdict(block)}
    if "group" in content:
        add_sizes(content["group"])
    return content


def add_sizes(group: dict[str, Any]) -> None:
    """Write n in words beside each bar of a scale's group."""
    for bar in group["bars"]:
        bar["size"] = f"n = {count_words(bar['n'])}"
