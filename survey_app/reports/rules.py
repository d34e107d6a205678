"""Numbers, dates and texts as documents need them, and how many pictures a chart takes. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from survey_app.figures.charts import ScaleGroup, StackedBars

ELLIPSIS = "…"
MISSING = "□"
# What the committed fonts can draw (docs/fonts.md); a PDF/UA with any other letter is refused by its writer.
UNDRAWABLE = re.compile(
    "[^\u0020-\u007e\u00a0-\u00ac\u00ae-\u017f\u01a0\u01a1\u01af\u01b0\u0300-\u0304\u0306\u0309\u031b\u0323\u1ea0-\u1ef9"
    "\u2010-\u2015\u2018-\u201e\u2020-\u2022\u2026\u202f\u2030\u2032\u2033\u2039\u203a\u2044\u20ab\u20ac\u2116\u2122"
    "\u2190-\u2193\u2212\u2248\u2260\u2264\u2265\u221e\u25a0\u25a1\u25b2\u25bc\u25cf]"
)
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
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


def drawable(text: str) -> str:
    """The text on one line with a square for each letter that the fonts lack."""
    composed = unicodedata.normalize("NFC", UNPRINTABLE.sub("", re.sub(r"[\t\r\n]+", " ", text)))
    return UNDRAWABLE.sub(MISSING, composed)


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
