"""Numbers, dates and texts as documents need them, and how many pictures a chart takes. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from survey_app.figures.charts import ScaleGroup, StackedBars
from survey_app.typesetting import UNPRINTABLE

ELLIPSIS = "…"
# Millimetres of a picture's 90 that a legend and a bar need.
PICTURE_HEIGHT = 68.0
LEGEND_HEIGHT = 6.0
BAR_HEIGHT = 9.5


@dataclass(frozen=True, slots=True)
class Cases:
    """What the case system counted in the same period: cases overdue, and cases resolved (None where not known)."""

    overdue: int | None
    resolved: int | None


def document_number(number: str) -> str:
    """The number of an official report: "5" is "05/BC-…", nothing "…/BC-…", a whole symbol ("05/BC-SNV") stays."""
    number = number.strip()
    if not number or re.fullmatch(r"[0-9]+", number):
        return f"{number.zfill(2) if number else ELLIPSIS}/BC-{ELLIPSIS}"
    return number


def official_date(day: date) -> str:
    """ "ngày 05 tháng 01 năm 2026": days under 10 and the months 1 and 2 have a leading zero (Decree 30/2020)."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def ascii_name(text: str) -> str:
    """A file's name in ASCII: "Đường dẫn" is "Duong-dan"; "report" where nothing is left."""
    folded = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D")).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", folded).strip("-") or "report"


def printable(text: str) -> str:
    """The text without what no XML may hold."""
    return UNPRINTABLE.sub("", text)


def pictures(chart: StackedBars) -> tuple[StackedBars, ...]:
    """The chart as pictures of 160 x 90 mm: itself where it fits, else its bars in their order over several."""
    pages: list[list[ScaleGroup]] = [[]]
    left = PICTURE_HEIGHT
    for group in chart.groups:
        for bar in group.bars:
            begun = bool(pages[-1]) and pages[-1][-1].key == group.key and pages[-1][-1].legend == group.legend
            needed = BAR_HEIGHT if begun else BAR_HEIGHT + LEGEND_HEIGHT
            if needed > left and pages[-1]:
                pages.append([])
                left, begun = PICTURE_HEIGHT, False
            if begun:
                last = pages[-1].pop()
                pages[-1].append(ScaleGroup(last.key, last.legend, (*last.bars, bar)))
            else:
                pages[-1].append(ScaleGroup(group.key, group.legend, (bar,)))
            left -= BAR_HEIGHT if begun else BAR_HEIGHT + LEGEND_HEIGHT
    return tuple(
        StackedBars(chart.title, chart.subtitle, chart.alternative, tuple(groups), chart.kind) for groups in pages
    )
