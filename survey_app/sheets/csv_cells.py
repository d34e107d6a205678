"""Text in CSV cells that no spreadsheet takes for a formula, and back. Pure.

A text that a spreadsheet might calculate gets an apostrophe in front, which spreadsheets take as "this is text"; one
that has apostrophes before such a beginning gets one more. So nothing is lost: `plain` takes exactly that one off.
"""

import csv
import re
from collections.abc import Iterable
from typing import IO, Any

# White space, controls, byte-order marks and other signs without a width may stand before the sign that counts.
UNSEEN = (
    "\\s\x00-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0"
)
# Also the full-width and small forms, which some programs read as = + - @, and what ends a cell or a line.
SIGNS = "=+\\-@＝＋－＠﹦﹢﹣﹫\x00\t\r\n"
DANGEROUS = re.compile(f"'*[{UNSEEN}]*[{SIGNS}]")
ESCAPED = re.compile(f"'+[{UNSEEN}]*[{SIGNS}]")


def safe(text: str) -> str:
    """The text as a cell that is shown and never calculated."""
    return "'" + text if not text[:1].isalnum() and DANGEROUS.match(text) else text


def plain(cell: str) -> str:
    """The text of a cell that `safe` made."""
    return cell[1:] if cell.startswith("'") and ESCAPED.match(cell) else cell


def write_rows(file: IO[str], rows: Iterable[Iterable[Any]]) -> None:
    """Rows as CSV (comma, CRLF, RFC 4180); every text made safe, numbers as they are, None empty."""
    writer = csv.writer(file)
    writer.writerows([safe(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
