"""The typesetter: our templates, our fonts, and the report as data that is never read as markup."""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from typst import Compiler, Fonts

from survey_app.reports.rules import drawable

TEMPLATES = Path(__file__).parent
FONTS = TEMPLATES.parent / "fonts"
# Archive (PDF/A-2b) and accessible to everybody (PDF/UA-1): what breaks either is refused when it is written.
STANDARDS: list[Literal["a-2b", "ua-1"]] = ["a-2b", "ua-1"]


def typeset(
    template: str, content: dict[str, Any], file_format: Literal["pdf", "png", "svg"], *, timestamp: int | None = None
) -> bytes:
    """A template filled with content. A PNG has 300 dots an inch; `timestamp` is a PDF's date in Unix seconds."""
    compiler = Compiler(TEMPLATES / template, TEMPLATES, _fonts(), ignore_system_fonts=True)
    written = compiler.compile(
        format=file_format,
        ppi=300 if file_format == "png" else None,
        pdf_standards=[*STANDARDS] if file_format == "pdf" else [],
        sys_inputs={"content": json.dumps(_drawable(content))},
        timestamp=timestamp,
    )
    if not isinstance(written, bytes):
        raise RuntimeError(f"{template} takes more than one page as {file_format}")
    return written


@lru_cache(maxsize=1)
def _fonts() -> Fonts:
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
