"""The rows of a file that somebody brings: CSV in UTF-8 or UTF-16, or the first sheet of an XLSX workbook.

What it is, its content says, not its name. Everything comes as text, row by row, in flat memory; what cannot be read
rightly is refused whole with Invalid ("file_refused") and a hint.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple

from flask_babel import gettext as _

from survey_app.errors import Invalid
from survey_app.sheets.csv_cells import plain
from survey_app.sheets.workbooks import sheet_rows

ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
DELIMITERS = ",;\t"
SAMPLE_BYTES = 4096
LONGEST_LINE = 1_000_000


class Row(NamedTuple):
    """One row as text; `line` is the line of the file on which it begins (the sheet's row), from 1."""

    line: int
    cells: list[str]


def refused(message: str) -> Invalid:
    """The refusal of a whole file."""
    return Invalid(message, code="file_refused")


def file_rows(path: Path) -> Iterator[Row]:
    """Every row that is not blank, the header first. Raises Invalid ("file_refused"), also after some rows."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
        file.seek(0)
        if sample.startswith(OLE):
            raise refused(_("This is an old or password-protected workbook: save it as .xlsx without a password."))
        if sample.startswith(ZIP):
            yield from _sheet_rows(file)
        elif path.suffix.lower() in (".xlsx", ".xlsm"):
            raise refused(_("This is no XLSX workbook: save it as .xlsx or as CSV UTF-8."))
        else:
            yield from _csv_rows(file, _encoding(sample))


def _sheet_rows(file: BinaryIO) -> Iterator[Row]:
    """A sheet's rows as wide as its header: it does not keep empty cells at the end."""
    width = 0
    for line, cells in sheet_rows(file):
        width = width or len(cells)
        yield Row(line, cells + [""] * (width - len(cells)))


def _encoding(sample: bytes) -> str:
    """utf-8 or one of the two utf-16; with a byte-order mark by that, without by where the zero bytes stand."""
    if sample.startswith(UTF_32):
        raise _wrong_encoding()
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    # A header is ASCII: in UTF-16 every other byte of it is zero, always the same one of a pair.
    if odd and not even and sample[1:16:2].count(0) == 8:
        return "utf-16-le"
    if even and not odd and sample[0:16:2].count(0) == 8:
        return "utf-16-be"
    if (even + odd) * 10 > len(sample):
        raise refused(_("This is no text file: save it as CSV UTF-8 or as .xlsx."))
    return "utf-8"


def _csv_rows(file: BinaryIO, encoding: str) -> Iterator[Row]:
    lines = _utf8_lines(file) if encoding == "utf-8" else _utf16_lines(file, encoding)
    header = next(lines, "")
    reader = csv.reader(chain([header], lines), delimiter=_delimiter(header), strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            words = _("Line %(line)s: the quotation marks are wrong, or a cell is too long.", line=line)
            raise refused(words) from error
        if cells is None:
            return
        if cells:
            yield Row(line, [plain(cell) if cell.startswith("'") else cell for cell in cells])
        line = reader.line_num + 1


def _delimiter(header: str) -> str:
    """The one that makes most columns of the header; the comma where it is equal."""
    return max(DELIMITERS, key=lambda sign: len(next(csv.reader([header], delimiter=sign), [])))


def _utf8_lines(file: BinaryIO) -> Iterator[str]:
    if file.read(3) != codecs.BOM_UTF8:
        file.seek(0)
    number = 0
    while raw := file.readline(LONGEST_LINE + 1):
        number += 1
        _check_length(len(raw), number)
        try:
            yield raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise _wrong_encoding(number) from error


def _utf16_lines(file: BinaryIO, encoding: str) -> Iterator[str]:
    text = io.TextIOWrapper(file, encoding=encoding, newline="\n")
    number = 0
    try:
        while line := text.readline(LONGEST_LINE + 1):
            number += 1
            _check_length(len(line), number)
            yield line
    except UnicodeError as error:
        raise _wrong_encoding() from error
    finally:
        # The file belongs to who opened it.
        text.detach()


def _check_length(length: int, line: int) -> None:
    if length > LONGEST_LINE:
        raise refused(_("Line %(line)s is too long: this is no CSV file.", line=line))


def _wrong_encoding(line: int | None = None) -> Invalid:
    hint = _('The file is not in UTF-8. In Excel choose "CSV UTF-8" when saving, elsewhere the encoding UTF-8.')
    return refused(hint if line is None else _("Line %(line)s:", line=line) + " " + hint)
