"""Which files are read, and how those that cannot be are refused: whole, quickly and with a hint."""

import io
import random
import time
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import func, select

from survey_app.db import db
from survey_app.errors import Invalid
from survey_app.responses.models import Response, ResponseText
from survey_app.sheets.sources import Row, file_rows
from tests.factories import make_survey
from tests.responses.conftest import HEADER, LINE, Importing

S = ("--survey", "s")
TEXT = f"{HEADER},comment\r\n{LINE},Thủ tục nhanh – “tốt”\r\n"
MEBIBYTE = 2**20


@pytest.fixture(autouse=True)
def survey(app: Flask, session: object) -> None:
    app.extensions["after_import"].clear()
    make_survey(code="s")


def workbook(rows: Iterable[Iterable[Any]], **sheets: Iterable[Iterable[Any]]) -> bytes:
    book = Workbook()
    for cells in rows:
        book.active.append(list(cells))  # type: ignore[union-attr]
    for name, others in sheets.items():
        sheet = book.create_sheet(name)
        for cells in others:
            sheet.append(list(cells))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def changed(packed: bytes, parts: dict[str, bytes | None]) -> bytes:
    """A workbook with some parts replaced, added or (None) left out."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            if content is not None:
                new.writestr(name, content)
    return file.getvalue()


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Response)) or 0


GOOD = workbook([HEADER.split(","), LINE.split(",")])


class TestText:
    @pytest.mark.parametrize(
        "encoded",
        [
            TEXT.encode(),
            TEXT.encode("utf-8-sig"),
            TEXT.encode("utf-16"),
            b"\xfe\xff" + TEXT.encode("utf-16-be"),
            TEXT.encode("utf-16-le"),
            TEXT.encode("utf-16-be"),
            TEXT.replace("\r\n", "\n").encode(),
            TEXT.replace("\r\n", "\n").encode("utf-16"),
            TEXT.rstrip().encode(),
            TEXT.replace(",", ";").encode("utf-8-sig"),
            TEXT.replace(",", "\t").encode("utf-16"),
        ],
    )
    def test_every_encoding_line_end_and_delimiter(self, importing: Importing, encoded: bytes) -> None:
        assert importing(encoded, *S).counts == (1, 1, 0, 0)
        assert db.session.scalars(select(ResponseText.text)).one() == "Thủ tục nhanh – “tốt”"

    @pytest.mark.parametrize(
        "encoded",
        [
            f"{HEADER},comment\n{LINE},cà phê\n".encode("latin-1"),
            f"{HEADER},comment\n{LINE},cà phê\n".encode("cp1258"),
            TEXT.encode("utf-32"),
            TEXT.encode("utf-16")[:-1],
            b"\xff\xfe" + b"a\x00" + b"\x00\xd8" + b"\n\x00",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
            b"\x00" * 600,
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
            b"\n\n",
            b"",
            f'{HEADER}\n{LINE}\n"2016-01-07,high\n{LINE}\n'.encode(),
            f'{HEADER}\n"2016-01-07"x,high,,,,\n'.encode(),
            f'{HEADER}\n{LINE}\n2016-01-07,"{"x" * 200_000}",,,,\n'.encode(),
            f"{HEADER}\n{'x' * 2_000_000}\n".encode(),
        ],
    )
    def test_refused_whole(self, importing: Importing, encoded: bytes) -> None:
        result = importing(encoded, *S)
        assert (result.exit_code, result.counts, count()) == (1, None, 0)
        assert "Error: " in result.error
        assert len(result.error) < 400

    def test_the_hint_names_the_line_and_the_encoding(self, importing: Importing) -> None:
        result = importing(TEXT.encode() + f"{LINE},phê\r\n".encode("cp1258"), *S)
        assert "UTF-8" in result.error
        assert "3" in result.error

    @pytest.mark.parametrize("text", [False, True])
    def test_garbage_is_refused_at_once(self, importing: Importing, text: bool) -> None:
        drawn = random.Random(5)
        garbage = drawn.randbytes(5 * MEBIBYTE)
        if text:
            garbage = bytes(32 + byte % 95 for byte in garbage)
        started = time.monotonic()
        result = importing(garbage, *S)
        assert (result.exit_code, result.counts) == (1, None)
        assert len(result.error) < 1000
        assert result.error.strip().replace("\n", "").isprintable()
        assert time.monotonic() - started < 10

    def test_a_file_of_refusals_says_the_first_and_counts_the_others(self, importing: Importing) -> None:
        result = importing(HEADER + "\n" + "\n".join(f"x{number}" for number in range(12_000)), *S)
        assert (result.exit_code, result.counts) == (1, (12_000, 0, 0, 12_000))
        assert len(result.refusals) == 10_001
        assert "2000" in result.refusals[-1]

    def test_blank_lines_are_none_and_count_as_lines(self, tmp_path: Path) -> None:
        path = tmp_path / "x"
        path.write_bytes(b'a,b\r\n\r\n"1\r\n2",3\n\n\n4,5')
        assert list(file_rows(path)) == [Row(1, ["a", "b"]), Row(3, ["1\r\n2", "3"]), Row(7, ["4", "5"])]


class TestWorkbook:
    def test_dates_as_cells_or_text_numbers_and_gaps(self, importing: Importing) -> None:
        header = ["version", *HEADER.split(","), "comment"]
        rows = [
            header,
            [1, date(2016, 1, 7), "high", "Cao", None, "early", None, None],
            [1.0, "2016-01-08", "high"],
            [],
            [None, datetime(2016, 1, 9), None, None, None, None, None, "Tốt"],
            [None, None, "high"],
        ]
        book = workbook(rows, other=[["nothing"]])
        result = importing(book, *S, name="x.xlsx")
        assert result.counts == (4, 3, 0, 1)
        assert result.refusals[0].startswith("line 6: ")
        days = [str(row.answered_on) for row in db.session.scalars(select(Response).order_by(Response.answered_on))]
        assert days[:2] == ["2016-01-07", "2016-01-08"]

    def test_the_same_content_as_the_csv(self, importing: Importing) -> None:
        importing(f"{HEADER}\n{LINE}\n", *S)
        rows = [HEADER.split(","), [date(2016, 1, 7), *LINE.split(",")[1:]]]
        assert importing(workbook(rows), *S, name="any.name").counts == (1, 0, 1, 0)

    def test_a_time_as_a_cell_is_local(self, importing: Importing) -> None:
        header = HEADER.replace("answered_on", "answered_at").split(",")
        importing(workbook([header, [datetime(2016, 1, 7, 8, 30), "high"]]), *S)
        assert db.session.scalars(select(Response)).one().answered_at == datetime.fromisoformat("2016-01-07T01:30Z")

    def test_a_cell_too_many(self, importing: Importing) -> None:
        result = importing(workbook([HEADER.split(","), [*LINE.split(","), "x"], LINE.split(",")]), *S)
        assert result.counts == (2, 1, 0, 1)

    @pytest.mark.parametrize(
        "packed",
        [
            b"PK\x03\x04" + b"x" * 100,
            GOOD[:-30],
            GOOD[: len(GOOD) // 2],
            changed(GOOD, {"[Content_Types].xml": None}),
            changed(GOOD, {"xl/workbook.xml": b"<"}),
            changed(GOOD, {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"}),
            changed(GOOD, {"xl/worksheets/sheet1.xml": None}),
            changed(GOOD, {"xl/bomb.xml": b"\x00" * (3 * MEBIBYTE)}),
            changed(GOOD, {f"xl/{number}": b"" for number in range(2001)}),
            changed(GOOD, {"xl/sharedStrings.xml": b"0123456789abcdef" * (5 * MEBIBYTE)}),
        ],
    )
    def test_refused_whole(self, importing: Importing, packed: bytes) -> None:
        result = importing(packed, *S, name="x.xlsx")
        assert (result.exit_code, result.counts, count()) == (1, None, 0)
        assert result.error.splitlines()[-1].startswith("Error: ")

    def test_an_encrypted_part(self, importing: Importing) -> None:
        marked = bytearray(GOOD)
        at = marked.rindex(b"PK\x01\x02")
        marked[at + 8] |= 1
        result = importing(bytes(marked), *S)
        assert (result.exit_code, result.counts) == (1, None)

    def test_a_kind_of_archive_of_a_later_version(self, importing: Importing) -> None:
        marked = bytearray(GOOD)
        marked[marked.rindex(b"PK\x01\x02") + 6] = 99
        result = importing(bytes(marked), *S)
        assert (result.exit_code, result.counts) == (1, None)
        assert result.error.splitlines()[-1].startswith("Error: ")

    def test_text_called_a_workbook(self, importing: Importing) -> None:
        assert importing(TEXT, *S, name="x.xlsx").counts is None
        assert importing(TEXT, *S, name="x.txt").counts == (1, 1, 0, 0)

    def test_entities_that_grow_without_end(self, importing: Importing) -> None:
        entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
        bomb = (
            f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY e0 "aaaaaaaaaa">{entities}]><sst><si><t>&e9;</t></si></sst>'
        )
        started = time.monotonic()
        result = importing(changed(GOOD, {"xl/sharedStrings.xml": bomb.encode()}), *S)
        assert time.monotonic() - started < 10
        assert count() == 0 or result.counts == (1, 1, 0, 0)

    @pytest.mark.parametrize("row", [2_000_000_000, 1_048_577])
    def test_a_row_beyond_the_last(self, tmp_path: Path, row: int) -> None:
        sheet = (
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>'
        )
        path = tmp_path / "far.xlsx"
        path.write_bytes(changed(GOOD, {"xl/worksheets/sheet1.xml": sheet.encode()}))
        with pytest.raises(Invalid):
            list(file_rows(path))

    def test_what_a_sheet_says_of_its_size_is_not_believed(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
            sheet = archive.read("xl/worksheets/sheet1.xml")
        path = tmp_path / "wide.xlsx"
        wide = sheet.replace(b'ref="A1:F2"', b'ref="A1:XFD1048576"')
        assert wide != sheet
        path.write_bytes(changed(GOOD, {"xl/worksheets/sheet1.xml": wide}))
        assert list(file_rows(path)) == [Row(1, HEADER.split(",")), Row(2, LINE.split(","))]
