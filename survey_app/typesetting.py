"""The typesetter: templates of our own, our fonts, and content as data that is never read as markup."""

import json
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from typst import Fonts

FONTS = Path(__file__).parent / "fonts"
# Archive (PDF/A-2b) and accessible to everybody (PDF/UA-1): what breaks either is refused when it is written.
STANDARDS: list[Literal["a-2b", "ua-1"]] = ["a-2b", "ua-1"]
MISSING = "□"
# What the committed fonts can draw (docs/fonts.md); a PDF/UA with any other letter is refused by its writer.
UNDRAWABLE = re.compile(
    "[^\u0020-\u007e\u00a0-\u00ac\u00ae-\u017f\u01a0\u01a1\u01af\u01b0\u0300-\u0304\u0306\u0309\u031b\u0323\u1ea0-\u1ef9"
    "\u2010-\u2015\u2018-\u201e\u2020-\u2022\u2026\u202f\u2030\u2032\u2033\u2039\u203a\u2044\u20ab\u20ac\u2116\u2122"
    "\u1780-\u17dd\u17e0-\u17e9\u17f0-\u17f9\u19e0-\u19ff"
    "\u2190-\u2193\u2212\u2248\u2260\u2264\u2265\u221e\u25a0\u25a1\u25b2\u25bc\u25cf]"
)
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def typeset(
    template: Path, content: dict[str, Any], file_format: Literal["pdf", "png", "svg"], *, timestamp: int | None = None
) -> bytes:
    """A template filled with content. A PNG has 300 dots an inch; `timestamp` is a PDF's date in Unix seconds.

    The template reads `json(bytes(sys.inputs.content))` and may import what lies beside it.
    """
    from typst import Compiler  # slow to load, and few processes write documents

    compiler = Compiler(template, template.parent, _fonts(), ignore_system_fonts=True)
    written = compiler.compile(
        format=file_format,
        ppi=300 if file_format == "png" else None,
        pdf_standards=[*STANDARDS] if file_format == "pdf" else [],
        sys_inputs={"content": json.dumps(_drawable(content))},
        timestamp=timestamp,
    )
    if not isinstance(written, bytes):
        raise RuntimeError(f"{template.name} takes more than one page as {file_format}")
    return written


def drawable(text: str) -> str:
    """The text on one line with a square for each letter that the fonts lack."""
    composed = unicodedata.normalize("NFC", UNPRINTABLE.sub("", re.sub(r"[\t\r\n]+", " ", text)))
    return UNDRAWABLE.sub(MISSING, composed)


@lru_cache(maxsize=1)
def _fonts() -> "Fonts":
    from typst import Fonts

    return Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def _drawable(value: Any) -> Any:
    """The value with every text in it reduced to letters that the fonts have."""
    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, dict):
        return {key: _drawable(each) for key, each in value.items()}
    if isinstance(value, Sequence):
        return [_drawable(each) for each in value]
    return value
