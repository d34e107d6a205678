from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.figures.charts import Bar, LegendItem, ScaleGroup, StackedBars
from survey_app.reports.rules import (
    ascii_name,
    column_widths,
    document_number,
    official_date,
    pictures,
    printable,
    rolled_period,
    text_width,
)
from tests.reports.samples import ACCENTED, chart, panel


@pytest.mark.parametrize(
    ("number", "line"),
    [("", "…/BC-…"), ("5", "05/BC-…"), ("05", "05/BC-…"), ("123", "123/BC-…"), ("05/BC-SKHCN", "05/BC-SKHCN")],
)
def test_the_number_of_a_document(number: str, line: str) -> None:
    assert document_number(number) == line


def test_official_dates_have_zeros_before_small_days_and_the_first_two_months() -> None:
    assert official_date(date(2026, 2, 5)) == "ngày 05 tháng 02 năm 2026"
    assert official_date(date(2026, 6, 15)) == "ngày 15 tháng 6 năm 2026"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Đường dẫn: bảng/số", "Duong-dan-bang-so"),
        ("../../etc/passwd", "etc-passwd"),
        ("日本", "report"),
        ("", "report"),
    ],
)
def test_file_names_are_plain(text: str, name: str) -> None:
    assert ascii_name(text) == name


def test_texts_lose_only_what_no_file_can_hold() -> None:
    assert printable(f"{ACCENTED}\n\t") == f"{ACCENTED}\n\t"
    assert printable("a\x00b\x0bc\ud800d\x7f") == "abcd"


def test_a_chart_that_fits_is_one_picture() -> None:
    drawn = panel().chart
    assert drawn is not None
    assert pictures(drawn) == (drawn,)


@given(st.lists(st.integers(1, 20), max_size=6))
def test_pictures_keep_every_bar_once_and_in_order(sizes: list[int]) -> None:
    legend = (LegendItem(1, "Không"), LegendItem(5, "Có"))
    groups = tuple(
        ScaleGroup(f"scale-{g}", legend, tuple(Bar(f"{g}-{b}", "?", 40, "", ()) for b in range(size)))
        for g, size in enumerate(sizes)
    )
    drawn = StackedBars("", "", "", groups)
    parts = pictures(drawn)
    assert [bar for part in parts for bar in part.bars] == list(drawn.bars)
    assert all(len(part.bars) <= 6 for part in parts)


def test_a_group_over_two_pictures_has_its_legend_on_both() -> None:
    figures = panel().rows * 3
    parts = pictures(chart(figures))
    assert len(parts) > 1
    assert all(group.legend and group.bars for part in parts for group in part.groups)


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        ("month", "2016-05-01", "2016-05-31"),
        ("quarter", "2016-01-01", "2016-03-31"),
        ("half", "2015-07-01", "2015-12-31"),
        ("year", "2015-01-01", "2015-12-31"),
        ("statutory-quarter", "2015-12-15", "2016-03-14"),
        ("statutory-year", "2014-12-15", "2015-12-14"),
    ],
)
def test_periods_roll_forward(kind: str, first: str, last: str) -> None:
    assert rolled_period(kind, date(2016, 6, 20)) == (date.fromisoformat(first), date.fromisoformat(last))
    assert rolled_period("", date(2016, 6, 20)) is None
    assert rolled_period("weather-quarter", date(2016, 6, 20)) is None


def test_columns_fill_the_room_and_break_no_word_or_figure() -> None:
    heads = ("Tên", "n", "Rất không hài lòng", "Rất hài lòng")
    widths = column_widths(heads, [("11/2024", "1.234", "4%", "50%")] * 3, 165, 12)
    assert sum(widths) == pytest.approx(165)
    for head, width in zip(heads, widths, strict=True):
        assert width > text_width(head, 12, bold=True)
    long = ("Sở Văn hóa, Thể thao và Du lịch tỉnh Bến Tre", *["1.234"] * 11)
    narrow = column_widths(("(2)", *(f"({i})" for i in range(3, 14))), [long], 165, 12)
    assert sum(narrow) == pytest.approx(165)
    assert narrow[0] >= 165 / 4
    assert column_widths(("Ý kiến",), [("dài " * 90,)], 165, 12) == [165]


@given(st.lists(st.text("abcd 12,%", max_size=40), min_size=1, max_size=14), st.integers(0, 5))
def test_columns_always_fill_the_room(heads: list[str], height: int) -> None:
    widths = column_widths(heads, [heads] * height, 165, 12)
    assert sum(widths) == pytest.approx(165)
    assert min(widths) >= 0
