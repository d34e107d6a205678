"""Numbers, dates and texts as documents need them, and how many pictures a chart takes. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from survey_app.figures.charts import ScaleGroup, StackedBars
from survey_app.procedures.rules import roman
from survey_app.typesetting import UNPRINTABLE

ELLIPSIS = "…"
# Millimetres of a picture's 90 that a legend and a bar need.
PICTURE_HEIGHT = 68.0
LEGEND_HEIGHT = 6.0
BAR_HEIGHT = 9.5
SURVEY_NOUNS = ("Khảo sát ", "Đợt khảo sát ", "Cuộc khảo sát ")
LETTERS = "abcdeghiklmnopqrstuvxy"
WHOLE = 1e-6
MILLIMETRES_A_POINT = 25.4 / 72
CELL_MARGIN = 6.0
# Widths of Times in ems, where a letter is not as wide as most of its kind.
LETTER_WIDTHS = (
    ("ijlt'|", 0.28), (" .,;:/-()[]!frI", 0.3), ("sJ", 0.39), ("acezS", 0.45), ("mM", 0.85), ("W", 0.96), ("w", 0.72),
    ("%@", 0.9), ("FPLEBTZ", 0.61), ("=<>+–…", 0.57),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cases:
    """What the case system counted in the same period: cases overdue, and cases resolved (None where not known)."""

    overdue: int | None
    resolved: int | None


def document_number(number: str, symbol: str = "") -> str:
    """The number of an official report: "5" is "05/BC-…" (or "05/BC-SNV" with that symbol), nothing "…/BC-…", a whole
    number ("05/BC-SNV") stays."""
    number = number.strip()
    if not number or re.fullmatch(r"[0-9]+", number):
        return f"{number.zfill(2) if number else ELLIPSIS}/BC-{symbol.strip().upper() or ELLIPSIS}"
    return number


def official_date(day: date) -> str:
    """ "ngày 05 tháng 01 năm 2026": days under 10 and the months 1 and 2 have a leading zero (Decree 30/2020)."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def quarter_of(from_on: date, to_on: date) -> tuple[int, int] | None:
    """(quarter, year) that two days delimit: by the calendar, or from the 15th of the month before to the 14th of its
    last month (Circular 01/2020); None for any other period."""
    number = (to_on.month - 1) // 3 + 1
    first = date(to_on.year, 3 * number - 2, 1)
    next_first = date(to_on.year + number // 4, 3 * number % 12 + 1, 1)
    calendar = (first, next_first - timedelta(days=1))
    statutory = ((first - timedelta(days=1)).replace(day=15), to_on.replace(month=3 * number, day=14))
    return (number, to_on.year) if (from_on, to_on) in (calendar, statutory) else None


def rolled_period(kind: str, day: date) -> tuple[date, date] | None:
    """The period that ended last before a day: "month", "quarter", "half", "year", or one of them as the statutory
    reports count it ("statutory-quarter": from the 15th of the month before to the 14th of its last month); None for
    any other word."""
    rule, _dash, length = kind.rpartition("-")
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}.get(length)
    if months is None or rule not in ("", "statutory"):
        return None
    end = date(day.year, (day.month - 1) // months * months + 1, 1) - timedelta(days=1)
    start = date(end.year, end.month - months + 1, 1)
    if not rule:
        return start, end
    return (start - timedelta(days=1)).replace(day=15), end.replace(day=14)


def ascii_name(text: str) -> str:
    """A file's name in ASCII: "Đường dẫn" is "Duong-dan"; "report" where nothing is left."""
    folded = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D")).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", folded).strip("-") or "report"


def printable(text: str) -> str:
    """The text without what no XML may hold; a line ends in one character."""
    return UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


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
                pages[-1].append(replace(last, bars=(*last.bars, bar)))
            else:
                pages[-1].append(replace(group, bars=(bar,)))
            left -= BAR_HEIGHT if begun else BAR_HEIGHT + LEGEND_HEIGHT
    return tuple(
        StackedBars(chart.title, chart.subtitle, chart.alternative, tuple(groups), chart.kind) for groups in pages
    )


def recipient_list(lines: Iterable[str]) -> tuple[str, ...]:
    """Recipients as the decree lists them: each ends in ";", the last one in "."."""
    named = [words for line in lines if (words := line.strip("-;.– \t"))]
    return tuple(f"{words}{'.' if position == len(named) else ';'}" for position, words in enumerate(named, 1))


def within_sentence(title: str) -> str:
    """A survey's title as it stands within a sentence: "khảo sát năm 2016"; a name keeps its capital."""
    return title[:1].lower() + title[1:] if title.startswith(SURVEY_NOUNS) else title


def heading_number(level: int, position: int) -> str:
    """What a heading begins with: "I." at level 1, "1." at 2, "a)" at 3 (letters go on with "aa)")."""
    if level == 1:
        return f"{roman(position)}."
    if level == 2:
        return f"{position}."
    letters = LETTERS[(position - 1) % len(LETTERS)] * (1 + (position - 1) // len(LETTERS))
    return f"{letters})"


def exact_count(share: float | None, n: int | None) -> int | None:
    """The answers behind a share of n; None where the share is not one of whole answers (a weighted one)."""
    if share is None or n is None:
        return None
    count = round(share * n)
    return count if abs(share * n - count) < WHOLE else None


def text_width(text: str, points: float, *, bold: bool = False) -> float:
    """About how many millimetres a line of Times takes; within a tenth of the font's own measures."""
    ems = sum(_letter_width(letter) for letter in unicodedata.normalize("NFC", text))
    return ems * points * MILLIMETRES_A_POINT * (1.06 if bold else 1.0)


def line_count(text: str, points: float, room: float, *, bold: bool = False) -> int:
    """About how many lines a text of Times takes in a room of so many millimetres; at least 1."""
    lines, left = 1, room
    space = text_width(" ", points, bold=bold)
    for word in text.split():
        width = text_width(word, points, bold=bold)
        if width > left and left < room:
            lines, left = lines + 1, room
        # A word that is longer than a line goes on over the next ones.
        extra = max(0, int(width / room))
        lines, left = lines + extra, left - (width - extra * room) - space
    return lines


def _letter_width(letter: str) -> float:
    base = unicodedata.normalize("NFD", letter.replace("đ", "d").replace("Đ", "D"))[:1]
    for letters, width in LETTER_WIDTHS:
        if base in letters:
            return width
    return 0.68 if base.isupper() else 0.5


def rule_length(text: str, points: float, room: float) -> float:
    """How long the rule below an official name is, in millimetres: two fifths (a third to a half) of its longest line,
    which is no longer than `room`."""
    return 0.42 * min(text_width(text, points, bold=True), room)


def appendix_words(number: int, word: str) -> str:
    """ "Phụ lục I"."""
    return f"{word} {roman(number)}"


def _squeezed(texts: Sequence[Sequence[str]], least: Sequence[float], room: float, points: float) -> list[float]:
    """Columns in less room than their texts take on one line: no word is broken where that can be."""
    words = [
        CELL_MARGIN + max(text_width(word, points, bold=True) for text in column for word in (text.split() or [""]))
        for column in texts
    ]
    if sum(words) >= room:
        return [width * room / sum(words) for width in words]
    part = (room - sum(words)) / (sum(least) - sum(words))
    return [low + part * (high - low) for low, high in zip(words, least, strict=True)]


def column_widths(columns: Sequence[str], rows: Sequence[Sequence[str]], room: float, points: float) -> list[float]:
    """How wide the columns of a table are, in millimetres, `room` together: each at least as its longest figure and the
    longest word of its heading; what is left goes to headings that would break, then to all alike. The first column,
    whose texts may break, has a quarter at least."""
    if len(columns) < 2:
        return [room]
    figures = [max((text_width(row[i], points, bold=True) for row in rows), default=0.0) for i in range(len(columns))]
    headings = [text_width(heading, points, bold=True) for heading in columns]
    words = [max((text_width(word, points, bold=True) for word in heading.split()), default=0.0) for heading in columns]
    least = [CELL_MARGIN + max(pair) for pair in zip(figures[1:], words[1:], strict=True)]
    whole = [CELL_MARGIN + max(pair) for pair in zip(figures[1:], headings[1:], strict=True)]
    first = max(room / 4, min(CELL_MARGIN + max(figures[0], words[0]), room / 2))
    if first + sum(least) > room:
        first = max(room / 4, room - sum(least))
        return [
            first,
            *_squeezed(
                [[heading, *(row[i] for row in rows)] for i, heading in enumerate(columns)][1:],
                least,
                room - first,
                points,
            ),
        ]
    wanted = sum(whole) - sum(least)
    part = min(1.0, (room - first - sum(least)) / wanted) if wanted else 1.0
    given = [low + part * (high - low) for low, high in zip(least, whole, strict=True)]
    spare = (room - first - sum(given)) / len(columns)
    return [first + spare, *(width + spare for width in given)]
