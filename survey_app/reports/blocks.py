"""What a document is made of, in reading order: every writer draws every kind, so no format says more or less."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from flask_babel import gettext as _

from survey_app.figures.charts import Columns, Funnel, Intervals, ScaleGroup, Trend
from survey_app.reports.rules import heading_number

Drawing: TypeAlias = ScaleGroup | Trend | Intervals | Funnel | Columns


@dataclass(frozen=True, slots=True)
class Cover:
    """A page before everything else: what the document is called, what it is about; the agency and the day from the
    letterhead. Only the first block is one."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """A table of the headings with their pages, where the format has pages."""


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` 1 to 3; `numbered` puts "I.", "1." or "a)" before the text."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of what the figures say."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph of the body that tells no figures of its own: an introduction, free text, the closing line."""

    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """What must be known about the figures: smaller than the body."""

    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where the figures above come from."""

    text: str


@dataclass(frozen=True, slots=True)
class Headline:
    """A few figures to be seen first: triples of name, figure and what stands below it."""

    figures: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`caption` stands above; the first column names its row, the others are figures unless `wordy`."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    number: int = 0
    wordy: bool = False


@dataclass(frozen=True, slots=True)
class HeadCell:
    """A cell of a form's heading, over so many columns and rows."""

    text: str
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class FormLine:
    """A row of a form: its number, its name and its counts (None: an empty cell, for what nobody delivered); `strong`
    where it stands for the rows below it."""

    strong: bool
    order: str
    name: str
    counts: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """An official form on a page across: what stands over the table, its heading in merged cells, the row of column
    numbers, and its rows."""

    label: str
    title: str
    period: str
    reporter: str
    receiver: str
    unit: str
    head: tuple[tuple[HeadCell, ...], ...]
    numbers: tuple[str, ...]
    lines: tuple[FormLine, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart (of stacked bars: one scale); `caption` stands below, `alternative` holds all figures in words,
    `finding` is what it shows, as a slide's title."""

    caption: str
    alternative: str
    chart: Drawing
    finding: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """The address of the live page, with a QR code of it."""

    address: str
    text: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs and who receives: drawn from the report's letterhead. Under a `form`: who drew it up, the day, who
    signs."""

    form: bool = False


@dataclass(frozen=True, slots=True)
class Appendix:
    """Begins an appendix: on a new page (`wide`: across), with page numbers of its own."""

    title: str
    number: int = 0
    wide: bool = False


Block: TypeAlias = (
    Cover
    | Contents
    | Heading
    | Sentence
    | Text
    | Note
    | Source
    | Headline
    | Table
    | Form
    | Picture
    | Link
    | Signature
    | Appendix
)


def numbered(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks with their headings, charts, tables and appendices numbered in reading order."""
    counts: dict[type[Block], int] = {Picture: 0, Table: 0, Appendix: 0}
    headings = [0, 0, 0]
    written: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading):
            headings[block.level - 1 :] = [headings[block.level - 1] + 1, *[0] * (3 - block.level)]
            text = block.text.upper() if block.level == 1 else block.text
            block = replace(block, text=f"{heading_number(block.level, headings[block.level - 1])} {text}")
        elif isinstance(block, Picture | Table | Appendix):
            counts[type(block)] += 1
            if isinstance(block, Appendix):
                headings = [0, 0, 0]
            block = replace(block, number=counts[type(block)])
        written.append(block)
    return tuple(written)


def caption_label(block: Table | Picture) -> str:
    """What a caption begins with, before its number."""
    return _("Chart") if isinstance(block, Picture) else _("Table")


def caption_words(block: Table | Picture) -> str:
    """ "Chart 1. ..."."""
    return f"{caption_label(block)} {block.number}. {block.caption}"
