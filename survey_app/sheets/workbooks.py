"""The first sheet of an XLSX workbook as rows of text, in flat memory, whatever the file claims to be."""

import warnings
import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any, BinaryIO

from flask_babel import gettext as _

from survey_app.errors import Invalid

LAST_ROW = 1_048_576
MEBIBYTE = 2**20
MOST_PARTS = 2000
LARGEST_SHEET = 512 * MEBIBYTE
# Read whole into memory: texts, styles and the like.
LARGEST_OTHER_PART = 64 * MEBIBYTE
# Real sheets shrink 10 to 50 times; zip bombs a thousand times.
HIGHEST_RATIO = 200
SMALL = MEBIBYTE


def sheet_rows(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells) of every row of the first sheet that holds anything; cells without trailing empty ones.

    Dates come as YYYY-MM-DD, times as ISO 8601 without a zone, formulas as their last result. Raises Invalid
    ("file_refused") for what is no workbook, is protected, broken or unpacks to too much.
    """
    _check_archive(file)
    rows = _values(file)
    number = 0
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                values = next(rows, None)
        except Invalid:
            raise
        # The reader raises whatever a broken part makes it stumble over.
        except Exception as error:
            raise _broken() from error
        if values is None:
            return
        number += 1
        if number > LAST_ROW:
            raise _too_large()
        cells = [_text(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield number, cells


def _values(file: BinaryIO) -> Iterator[tuple[Any, ...]]:
    from openpyxl import load_workbook  # slow to load, and rarely needed

    workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    try:
        if not workbook.worksheets:
            raise _broken()
        sheet = workbook.worksheets[0]
        # What the sheet says of its own size may be wrong.
        sheet.reset_dimensions()
        yield from sheet.iter_rows(values_only=True)
    finally:
        workbook.close()


def _check_archive(file: BinaryIO) -> None:
    """Refuse what unpacks to too much before anything is unpacked; a part never unpacks to more than it declares."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    # zipfile says by a RuntimeError that it cannot read this kind of archive, such as one of a later version.
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError) as error:
        raise _broken() from error
    finally:
        file.seek(0)
    if any(part.flag_bits & 1 for part in parts):
        raise _refused(_("The workbook is encrypted: save it without a password."))
    if len(parts) > MOST_PARTS or not all(map(_has_fair_size, parts)):
        raise _too_large()
    if "[Content_Types].xml" not in {part.filename for part in parts}:
        raise _broken()


def _has_fair_size(part: zipfile.ZipInfo) -> bool:
    largest = LARGEST_SHEET if part.filename.startswith("xl/worksheets/") else LARGEST_OTHER_PART
    packed = max(1, part.compress_size)
    return part.file_size <= largest and (part.file_size <= SMALL or part.file_size / packed <= HIGHEST_RATIO)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _refused(message: str) -> Invalid:
    return Invalid(message, code="file_refused")


def _broken() -> Invalid:
    return _refused(_("This is no XLSX workbook that can be read: save it again as .xlsx or as CSV UTF-8."))


def _too_large() -> Invalid:
    return _refused(_("The workbook is too large or unpacks to too much: split it, or save it as CSV UTF-8."))
