"""No text becomes a formula, and none is changed by being made safe."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from survey_app.sheets.csv_cells import plain, safe, write_rows

DANGEROUS = [
    "=1+1",
    "+84 912 345 678",
    "-5 sao",
    "@SUM(A1)",
    "\t=1",
    "\tx",
    "\r=1",
    "\n=1",
    "\x00=1",
    " =1",
    "\ufeff=1",
    "\u00a0=1",
    "\u3000=1",
    "\u200b=1",
    "\u2060 =1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "﹢1",
    "'=1",
    "''=1",
]
HARMLESS = ["", "Tốt", "a=b", "1-2", "'hay'", " tốt", "–5", "5 = 5", "x\t=1", "'", "“=”", "đ=1"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_could_be_calculated_gets_an_apostrophe(text: str) -> None:
    assert safe(text) == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert safe(text) == text
    assert plain(text) == text


@given(st.one_of(st.text(), st.text(alphabet="'=+-@ \t\r\n\x00\ufeff＝a")))
@example("'=1")
def test_there_and_back(text: str) -> None:
    assert plain(safe(text)) == text


@given(st.text(alphabet="'=+-@ \t\r\n\x00\ufeff＝ab"))
def test_nothing_safe_begins_like_a_formula(text: str) -> None:
    shown = safe(text).lstrip(" \ufeff")
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝"))


def test_rows_escape_texts_and_leave_numbers() -> None:
    file = io.StringIO(newline="")
    write_rows(file, [["=head", "n"], ["-x", -0.5], [None, 3]])
    assert file.getvalue() == "'=head,n\r\n'-x,-0.5\r\n,3\r\n"
    assert list(csv.reader(io.StringIO(file.getvalue())))[1] == ["'-x", "-0.5"]
