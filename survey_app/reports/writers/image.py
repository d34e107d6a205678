"""Pictures of charts, 160 x 90 mm: PNG of 1890 x 1063 dots at 300 dpi, or SVG. Several pictures come as a zip."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from html import escape
from pathlib import Path
from typing import Any, Literal

from flask_babel import gettext as _

from survey_app.errors import NotFound
from survey_app.figures.charts import Chart, StackedBars, reach
from survey_app.figures.panels import Panel
from survey_app.reports.parts import source_line
from survey_app.reports.report import Report
from survey_app.reports.rules import BAR_HEIGHT, LEGEND_HEIGHT, pictures
from survey_app.reports.writers.pdf import add_places, add_sizes
from survey_app.reports.writers.qr import qr_svg
from survey_app.typesetting import drawable, typeset

TEMPLATE = Path(__file__).with_name("picture.typ")
HEIGHT = 90.0
PNG_HEADER = 33  # signature (8) and IHDR (25)
DOTS_A_METRE = round(300 / 0.0254)
FIRST_DAY = (1980, 1, 1, 0, 0, 0)


def several(report: Report) -> bool:
    """Whether the pictures are more than one, and so a zip."""
    return len(_charts(report)) > 1


def draw_png(report: Report) -> bytes:
    """One picture, or a zip. Raises NotFound where the report has no chart."""
    return _draw(report, "png", lambda chart, foot: with_resolution(_typeset(report.language, chart, foot, "png")))


def draw_svg(report: Report) -> bytes:
    """One picture, or a zip; its title and alternative text are in it. Raises NotFound where there is no chart."""
    return _draw(report, "svg", lambda chart, foot: with_words(_typeset(report.language, chart, foot, "svg"), chart))


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands below a picture: its source, where the method and the live page are, that page's QR code as SVG."""

    source: str = ""
    method: str = ""
    qr: str = ""


def _charts(report: Report) -> list[tuple[Chart, Foot]]:
    return [(picture, foot_of(report, panel)) for panel in report.panels for picture in _pictures(panel.chart)]


def foot_of(report: Report, panel: Panel) -> Foot:
    """Source with n and period, response rate, method, link and its QR code."""
    source = " ".join(part for part in (source_line(panel), report.response_rate, report.foot) if part)
    base = report.live.partition("/dashboards/")[0]
    method = _("Method: %(address)s", address=f"{base}/method#{panel.key}")
    if not report.live:
        return Foot(source, method)
    live = _("Figures of today: %(address)s", address=report.live)
    return Foot(source, f"{method} · {live}", qr_svg(report.live))


def _pictures(chart: Chart | None) -> tuple[Chart, ...]:
    if isinstance(chart, StackedBars):
        return tuple(picture for picture in pictures(chart) if picture.groups)
    return (chart,) if chart else ()


def _draw(report: Report, extension: str, draw: Callable[[Chart, Foot], bytes]) -> bytes:
    charts = _charts(report)
    if not charts:
        raise NotFound(_("This report has no chart."))
    drawn = [draw(chart, foot) for chart, foot in charts]
    return drawn[0] if len(drawn) == 1 else _zip({f"{i:02}.{extension}": file for i, file in enumerate(drawn, 1)})


def _zip(files: dict[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, content in files.items():
            writer.writestr(zipfile.ZipInfo(name, FIRST_DAY), content, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def chart_svg(chart: Chart, language: str) -> bytes:
    """One chart without a source line or a title: as high as it needs, for pages that caption it themselves."""
    bare = replace(chart, title="", subtitle="")
    height = HEIGHT
    if isinstance(chart, StackedBars):
        height = min(HEIGHT, 8 + sum(LEGEND_HEIGHT + BAR_HEIGHT * len(group.bars) for group in chart.groups))
    svg = typeset(TEMPLATE, _content(bare, language, Foot(), height), "svg")
    return with_words(svg, chart, height)


def _typeset(language: str, chart: Chart, foot: Foot, extension: Literal["png", "svg"]) -> bytes:
    return typeset(TEMPLATE, _content(chart, language, foot, HEIGHT), extension)


def _content(chart: Chart, language: str, foot: Foot, height: float) -> dict[str, Any]:
    content: dict[str, Any] = {"language": language, "foot": asdict(foot), "height": height, **asdict(chart)}
    for part in (content, *content.get("groups", ())):
        add_sizes(part)
    if isinstance(chart, StackedBars):
        for group, drawn in zip(chart.groups, content["groups"], strict=True):
            add_places(drawn, group, reach(chart.groups))
    return content


def with_resolution(png: bytes) -> bytes:
    """The PNG with its dots a metre (300 an inch) written in a pHYs chunk, so that programs place it at 160 mm."""
    chunk = b"pHYs" + struct.pack(">IIB", DOTS_A_METRE, DOTS_A_METRE, 1)
    physical = struct.pack(">I", 9) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return png[:PNG_HEADER] + physical + png[PNG_HEADER:]


def with_words(svg: bytes, chart: Chart, height: float = HEIGHT) -> bytes:
    """The SVG sized in millimetres, with a title and a description for those who cannot see it."""
    text = svg.decode()
    head, body = re.match(r"<svg[^>]*>", text), text
    if head is None:
        raise RuntimeError("no svg element")
    opening = re.sub(r' (?:width|height)="[^"]*"', "", head[0])[:-1]
    title, words = drawable(chart.title), drawable(chart.alternative)
    opening += f' width="160mm" height="{height:g}mm" role="img" aria-label="{escape(words)}">'
    return (opening + f"<title>{escape(title)}</title><desc>{escape(words)}</desc>" + body[head.end() :]).encode()
