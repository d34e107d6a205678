"""Every text of the interface has its Vietnamese, with the same placeholders. English is the source language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from config import ROOT

KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "_l": None, "N_": None}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")


def _used(folder: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(file, (msgid[, plural])) of every text under a folder."""
    with (ROOT / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    # The patterns of babel.cfg start at the project's root.
    for name, _line, message, _comments, _context in extract_from_dir(
        str(folder), method_map=methods, options_map=options, keywords=KEYWORDS
    ):
        yield name, message if isinstance(message, tuple) else (message,)


def _vietnamese() -> dict[str, tuple[str, ...]]:
    with (ROOT / "translations" / "vi" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalog = read_po(file, locale="vi")
    texts = {}
    for message in catalog:
        if message.id and not message.fuzzy:
            key = message.id[0] if isinstance(message.id, tuple | list) else message.id
            texts[key] = message.string if isinstance(message.string, tuple) else (message.string,)
    return texts


def _problems(used: list[tuple[str, tuple[str, ...]]], vietnamese: dict[str, tuple[str, ...]]) -> list[str]:
    found = []
    for name, ids in used:
        strings = vietnamese.get(ids[0], ())
        if not strings or not all(strings):
            found.append(f"{name}: no Vietnamese for {ids[0]!r}")
        elif set(PLACEHOLDER.findall(ids[-1])) != set(PLACEHOLDER.findall(strings[0])):
            found.append(f"{name}: other placeholders in the Vietnamese of {ids[0]!r}")
    return found


def test_no_text_of_the_interface_lacks_its_vietnamese() -> None:
    used = list(_used(ROOT))
    assert len(used) > 100
    assert _problems(used, _vietnamese()) == []


@pytest.mark.parametrize(
    ("vietnamese", "problem"),
    [
        ({}, "no Vietnamese"),
        ({"%(n)s answers": ("",)}, "no Vietnamese"),
        ({"%(n)s answers": ("phiếu",)}, "placeholders"),
    ],
)
def test_a_missing_or_wrong_translation_is_caught(vietnamese: dict[str, tuple[str, ...]], problem: str) -> None:
    found = _problems([("page.html", ("%(n)s answers",))], vietnamese)
    assert len(found) == 1
    assert problem in found[0]


def test_the_catalogue_compiles() -> None:
    """A "%" before a letter reads as a placeholder, and then nobody gets any Vietnamese."""
    source = ROOT / "translations" / "vi" / "LC_MESSAGES" / "messages.po"
    with source.open("rb") as file:
        catalog = read_po(file, locale="vi")
    wrong = [(message.id, [str(error) for error in errors]) for message, errors in catalog.check()]
    assert wrong == []


def test_no_text_is_marked_where_it_is_not_found() -> None:
    """What stands inside an f-string is not taken into the catalogue, and nobody misses its Vietnamese."""
    marks = {"_", "_l", "gettext", "ngettext", "lazy_gettext"}
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in (ROOT / "survey_app").rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in marks
        and any(isinstance(given, ast.Constant) for given in call.args[:1])
    ]
    assert hidden == []
