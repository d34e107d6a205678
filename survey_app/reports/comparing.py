"""What a file says, place by place, and where two files say different figures. Knows files, nothing of reports."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from flask_babel import gettext as _

from survey_app.errors import Invalid

FIGURE = re.compile(r"\d[\d.,]*")
LARGEST_FILE = 50_000_000
LARGEST_UNPACKED = 400_000_000
PARAGRAPH = "{*}p"


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph, a cell, a line: where it stands, in words, and what it says."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where figures differ; "" where there is nothing on one side."""

    place: str
    expected: str
    found: str


Units = Mapping[str, Sequence[Unit]]


def read_units(content: bytes, extension: str) -> Units:
    """The units of a file, in parts that are compared apart. Raises Invalid for what cannot be read as such a file."""
    if extension not in READERS:
        known = ", ".join(READERS)
        raise Invalid(
            _("Files of the kind “%(kind)s” cannot be verified; these can: %(known)s.", kind=extension, known=known)
        )
    if len(content) > LARGEST_FILE:
        raise Invalid(_("The file is too large."))
    try:
        return READERS[extension](content)
    except Invalid:
        raise
    except Exception as error:
        # Whatever a broken or hostile file does to the libraries that read it.
        raise Invalid(_("The file cannot be read as %(kind)s.", kind=extension.upper())) from error


def differences(expected: Units, found: Units, free: Iterable[str] = ()) -> list[Difference]:
    """Where the figures differ; words that differ without a figure are no difference. What stands in `free` (lines
    that are filled in by hand after signing) may be anything."""
    told: list[Difference] = []
    for part in (*expected, *(part for part in found if part not in expected)):
        told += _compared(expected.get(part, ()), found.get(part, ()), frozenset(free))
    return told


def _compared(expected: Sequence[Unit], found: Sequence[Unit], free: frozenset[str]) -> Iterator[Difference]:
    if len(expected) == len(found):
        pairs: Iterator[tuple[Unit | None, Unit | None]] = iter(zip(expected, found, strict=True))
    else:
        pairs = _aligned(expected, found)
    for should, is_ in pairs:
        if should and (should.text in free or (is_ and _figures(should.text) == _figures(is_.text))):
            continue
        if (should and _figures(should.text)) or (is_ and _figures(is_.text)):
            place = should.place if should else is_.place if is_ else ""
            yield Difference(place, should.text if should else "", is_.text if is_ else "")


def _aligned(expected: Sequence[Unit], found: Sequence[Unit]) -> Iterator[tuple[Unit | None, Unit | None]]:
    """Units beside each other where something was added or taken away."""
    matcher = SequenceMatcher(None, [unit.text for unit in expected], [unit.text for unit in found], autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            for step in range(max(b - a, d - c)):
                yield (expected[a + step] if a + step < b else None, found[c + step] if c + step < d else None)


def _figures(text: str) -> tuple[str, ...]:
    try:
        # Programs write the same number with more or fewer digits at its end.
        return (f"{float(text):.12g}",)
    except ValueError:
        return tuple(FIGURE.findall(text))


def _archive(content: bytes) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(content))
    if sum(each.file_size for each in archive.infolist()) > LARGEST_UNPACKED:
        raise Invalid(_("The file is too large."))
    return archive


def _names(archive: zipfile.ZipFile, pattern: str) -> list[str]:
    """Members by name, numbers in their order."""
    found = [name for name in archive.namelist() if re.fullmatch(pattern, name)]
    return sorted(found, key=lambda name: [int(digits) for digits in re.findall(r"\d+", name)])


def _tree(content: bytes) -> Any:
    from docx.oxml import parse_xml  # without entities

    return parse_xml(content)


def _words(element: Any) -> str:
    return "".join(each.text or "" for each in element.iter("{*}t"))


def _paragraphs(tree: Any, place: str) -> list[Unit]:
    """Paragraphs in reading order; those in tables by table, row and column."""
    units, word, tables = [], _("paragraph"), list(tree.iter("{*}tbl"))
    for number, paragraph in enumerate(tree.iter(PARAGRAPH), 1):
        if words := _words(paragraph).strip():
            units.append(Unit(f"{place}, {_place_in_table(paragraph, tables) or f'{word} {number}'}", words))
    return units


def _place_in_table(paragraph: Any, tables: Sequence[Any]) -> str:
    cell = next(paragraph.iterancestors("{*}tc"), None)
    if cell is None:
        return ""
    row, table = cell.getparent(), next(cell.iterancestors("{*}tbl"))
    line = [each for each in table if each.tag == row.tag].index(row) + 1
    column = [each for each in row if each.tag == cell.tag].index(cell) + 1
    number = tables.index(table) + 1
    return _("table %(table)s, row %(row)s, column %(column)s", table=number, row=line, column=column)


def _charts(archive: zipfile.ZipFile, folder: str) -> dict[str, Sequence[Unit]]:
    """What charts show and the workbooks behind them hold."""
    parts: dict[str, Sequence[Unit]] = {}
    for number, name in enumerate(_names(archive, rf"{folder}/charts/chart\d+\.xml"), 1):
        place, word = _("chart %(number)s", number=number), _("value")
        values = [each.text or "" for each in _tree(archive.read(name)).iter("{*}v", "{*}t")]
        parts[place] = [Unit(f"{place}, {word} {i}", value) for i, value in enumerate(values, 1)]
    for number, name in enumerate(_names(archive, rf"{folder}/embeddings/.*\.xlsx"), 1):
        place = _("workbook of chart %(number)s", number=number)
        parts |= {f"{place} {sheet}": cells for sheet, cells in _cells(archive.read(name), place).items()}
    return parts


def _cells(content: bytes, place: str = "") -> dict[str, Sequence[Unit]]:
    from openpyxl import load_workbook  # slow to load

    book = load_workbook(io.BytesIO(content))
    return {
        sheet.title: [
            Unit(f"{place} {sheet.title}!{cell.coordinate}".strip(), str(cell.value))
            for line in sheet.iter_rows()
            for cell in line
            if cell.value is not None
        ]
        for sheet in book.worksheets
    }


def _docx(content: bytes) -> Units:
    archive = _archive(content)
    pages = _names(archive, r"word/(document|footer\d+)\.xml")
    named = {name: _("body") if "document" in name else _("footer") for name in pages}
    parts: dict[str, Sequence[Unit]] = {
        name: _paragraphs(_tree(archive.read(name)), place) for name, place in named.items()
    }
    return parts | _charts(archive, "word")


def _pptx(content: bytes) -> Units:
    archive = _archive(content)
    parts: dict[str, Sequence[Unit]] = {}
    for folder, word in (("slides/slide", _("slide")), ("notesSlides/notesSlide", _("notes"))):
        for number, name in enumerate(_names(archive, rf"ppt/{folder}\d+\.xml"), 1):
            parts[name] = _paragraphs(_tree(archive.read(name)), f"{word} {number}")
    return parts | _charts(archive, "ppt")


def _xlsx(content: bytes) -> Units:
    return _cells(content) | _charts(_archive(content), "xl")


def _lines(content: bytes) -> Units:
    lines = content.decode("utf-8-sig").splitlines()
    return {"": [Unit(_("line %(number)s", number=i), line) for i, line in enumerate(lines, 1) if line.strip()]}


def _pdf(content: bytes) -> Units:
    """What each page draws, unpacked: glyphs, not letters, but one changed digit is another glyph."""
    if not content.startswith(b"%PDF"):
        raise Invalid(_("The file cannot be read as %(kind)s.", kind="PDF"))
    drawn, marks = [], []
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        stream = _unpacked(match[1])
        if b"BT" in stream and (b"Tj" in stream or b"TJ" in stream):
            drawn.append(stream)
        elif b"<x:xmpmeta" in stream:
            marks.append(stream.decode("utf-8", "replace"))
    pages = [
        Unit(_("page %(number)s", number=number), f"{zlib.crc32(stream)} / {len(stream)}")
        for number, stream in enumerate(drawn, 1)
    ]
    return {
        "": pages,
        "metadata": [Unit(_("metadata"), code) for code in re.findall(r"[0-9a-f]{64}", " ".join(marks))[:1]],
    }


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream, LARGEST_FILE)
    except zlib.error:
        return stream


READERS: Mapping[str, Callable[[bytes], Units]] = {
    "docx": _docx,
    "pptx": _pptx,
    "xlsx": _xlsx,
    "pdf": _pdf,
    "csv": _lines,
    "txt": _lines,
}
