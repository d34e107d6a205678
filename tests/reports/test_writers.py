"""Every format of the contract has its writer, and every writer keeps its promises in both languages."""

import re
import time
from pathlib import Path

import pytest

from survey_app.reports import writers
from survey_app.reports.writers import WRITERS
from tests.reports.conftest import Make
from tests.reports.samples import BENTRE, panel, row

STARTS = {
    "docx": b"PK",
    "pptx": b"PK",
    "xlsx": b"PK",
    "pdf": b"%PDF-",
    "png": b"\x89PNG",
    "svg": b"<svg",
    "csv": b"\xef\xbb\xbf",
    "txt": b"",
}
FORMATS_OF_A_MODULE = {"image": {"png", "svg"}, "text": {"txt"}}
PART = re.compile("__init__|qr|(office|word|xlsx)_.*")


def test_every_module_writes_a_format_and_every_format_has_a_module() -> None:
    modules = {path.stem for path in Path(writers.__file__).parent.glob("*.py") if not PART.fullmatch(path.stem)}
    assert set(WRITERS) == {name for module in modules for name in FORMATS_OF_A_MODULE.get(module, {module})}
    assert set(WRITERS) == set(STARTS)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("extension", WRITERS)
def test_each_writes_its_format_quickly(make_report: Make, extension: str, language: str) -> None:
    rows = tuple(row(code, counts, language=language) for code, counts in BENTRE.items())
    report = make_report(panel(rows), language=language)
    WRITERS[extension].write(report)
    begun = time.process_time()
    content = WRITERS[extension].write(report)
    assert time.process_time() - begun < 1.5
    assert content.startswith(STARTS[extension])
    assert len(content) > 500


@pytest.mark.parametrize("extension", WRITERS)
def test_a_panel_without_answers_is_written_too(make_report: Make, extension: str) -> None:
    empty = panel(tuple(row(code, {}) for code in BENTRE))
    assert WRITERS[extension].write(make_report(empty))


def test_the_text_says_title_filters_sentences_notes_and_source(make_report: Make) -> None:
    report = make_report(number="7")
    text = WRITERS["txt"].write(report).decode()
    for needed in (report.subtitle, *report.sentences, *report.notes, report.source, "n = 66"):
        assert needed in text
    assert "07/BC-…" in text
    assert text.count("(khảo sát 66 lượt)") == 1
    assert text.startswith("…\nSố: 07/BC-…")


def test_the_csv_is_the_panels_own(make_report: Make) -> None:
    lines = WRITERS["csv"].write(make_report()).decode("utf-8-sig").splitlines()
    assert lines[0] == "question,option,label,count,n,share,low,high,qualifier,value_low,value_high"
    assert f"access,high,Cao,49,66,{49 / 66}" in "\n".join(lines)
