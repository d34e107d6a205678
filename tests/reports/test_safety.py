"""What people write stays what they wrote: no markup, no typst code, no formula, no field code, no name of a file."""

import io
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from docx import Document
from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pptx import Presentation

from survey_app.errors import Invalid
from survey_app.figures.builders import PANELS
from survey_app.i18n import in_language
from survey_app.reports.blocks import Appendix, Heading, Note, Table, Text, numbered
from survey_app.reports.composer import LONGEST_TEXT, MOST_BLOCKS, READY, Part, moved, read_parts, stored_parts
from survey_app.reports.letterhead import Head
from survey_app.reports.rules import ascii_name, printable
from survey_app.reports.writers import WRITERS
from tests.reports.conftest import Make
from tests.reports.samples import panel, row

# Letters that mean something to a format, beside any others that may stand in a text.
SIGNS = "=+-@#$*_`<>&\"'\\{}[]()/|~^%\t\n\x00\x0b\ud800\uffffđệ😀"
SPECIAL = st.sampled_from(list(SIGNS))
WRITTEN = st.lists(SPECIAL | st.characters(), max_size=30).map("".join)
quick = settings(max_examples=5)
ATTACKS = (
    '=HYPERLINK("http://a")',
    '#import "x"; #panic()',
    "<script>alert(1)</script>",
    '{ INCLUDETEXT "/etc/passwd" }',
    "]]><w:p/>",
    "&lt;&#x3d;1+1",
)


def with_examples(test: object) -> object:
    for attack in ATTACKS:
        test = example(text=attack)(test)  # type: ignore[arg-type]
    return test


@with_examples
@quick
@given(text=WRITTEN)
def test_every_format_takes_any_text_and_runs_none(make_report: Make, text: str) -> None:
    head = Head(
        superior=text, issuing=text, symbol=text, place=text, addressed_to=text, signer_name=text, recipients=(text,)
    )
    figure = row("timeliness", {"on_time": 40})
    options = tuple(replace(option, label=text) for option in figure.options)
    shown = panel((replace(figure, label=text, options=options),), title=text)
    more = (Heading(text, 2), Text(text), Note(text), Table(text, (text, "n"), ((text, "1"),), text), Appendix(text))
    report = make_report(shown, title=text, number=text, head=head, more=more)
    files = {extension: WRITERS[extension].write(report) for extension in ("docx", "pptx", "xlsx", "pdf", "txt", "csv")}
    words = " ".join(printable(text).split())
    said = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(files["docx"])).paragraphs)
    assert words in " ".join(said.split())
    assert Presentation(io.BytesIO(files["pptx"])).slides
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    assert not [cell for sheet in book for line in sheet for cell in line if cell.data_type == "f" or cell.hyperlink]
    for extension in ("docx", "pptx"):
        archive = zipfile.ZipFile(io.BytesIO(files[extension]))
        inside = [archive.read(name) for name in archive.namelist() if name.endswith(".xlsx")]
        for each in inside:
            cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(each)) for line in sheet for cell in line]
            assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
        assert not [name for name in archive.namelist() if ".." in name or name.startswith("/")]
    assert not [line for line in files["csv"].decode("utf-8-sig").splitlines() if line.startswith(("=", "@"))]


@given(text=WRITTEN)
def test_names_of_files_are_plain(text: str) -> None:
    name = ascii_name(text)
    assert name.isascii()
    assert name.replace("-", "").isalnum()


@given(
    stored=st.lists(
        st.fixed_dictionaries({"kind": st.sampled_from(["text", "chart", "x"]), "panel": WRITTEN, "text": WRITTEN}),
        max_size=5,
    ),
    command=WRITTEN | st.sampled_from(["up-0", "down-0", "remove-1", "up-99", "add", "down--1"]),
)
def test_any_composition_is_read_or_refused(words: Flask, stored: list[dict[str, str]], command: str) -> None:
    with in_language("vi"):
        if any(each["kind"] == "x" or (each["kind"] == "chart" and each["panel"] not in PANELS) for each in stored):
            with pytest.raises(Invalid, match=r"\S"):
                read_parts(stored)
            return
        parts = read_parts(stored)
    assert read_parts(stored_parts(parts)) == parts
    after = moved(parts, command)
    assert abs(len(after) - len(parts)) <= 1
    assert {part for part in after if part not in parts} <= {Part("text")}


def test_compositions_have_bounds(words: Flask) -> None:
    with in_language("en"):
        for wrong in (
            [{"kind": "text"}] * (MOST_BLOCKS + 1),
            [{"kind": "text", "text": "x" * (LONGEST_TEXT + 1)}],
            [{"kind": "chart", "panel": "weather"}],
        ):
            with pytest.raises(Invalid):
                read_parts(wrong)
    assert read_parts(stored_parts(READY)) == READY


def test_parts_move_by_one() -> None:
    a, b, c = Part("headline"), Part("sentences"), Part("method")
    assert moved((a, b, c), "up-2") == (a, c, b)
    assert moved((a, b, c), "down-0") == (b, a, c)
    assert moved((a, b, c), "up-0") == (a, b, c)
    assert moved((a, b, c), "remove-1") == (a, c)
    assert moved((a,), "add") == (a, Part("text"))
    assert numbered([]) == ()
