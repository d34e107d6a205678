"""Where the parts of stacked bars lie."""

import pytest

from survey_app.figures.charts import Bar, reach, stretches
from tests.figures.charts import WHOLE, bar, stacked

HIDDEN_WORST = bar("hidden", "Ẩn", {3: 20, 4: 40, 5: 30}, "có số không nêu")


def places(held: Bar, *, diverging: bool) -> list[tuple[int, bool, float, float]]:
    (group,) = stacked(held, diverging=diverging).groups
    return [
        (part.item.level, part.segment is not None, round(part.start, 6), round(part.width, 6))
        for part in stretches(group, held)
    ]


def test_a_bar_fills_the_whole_from_worst_to_best() -> None:
    assert places(WHOLE, diverging=False) == [
        (1, True, 0, 0.05), (2, True, 0.05, 0.05), (3, True, 0.1, 0.1), (4, True, 0.2, 0.5), (5, True, 0.7, 0.3),
    ]  # fmt: skip


def test_around_zero_half_of_the_neutral_level_lies_on_either_side() -> None:
    assert [start for _level, _shown, start, _width in places(WHOLE, diverging=True)] == [
        -0.15,
        -0.1,
        -0.05,
        0.05,
        0.55,
    ]
    assert reach(stacked(WHOLE, diverging=True).groups) == pytest.approx((0.15, 0.85))
    assert reach(stacked(WHOLE).groups) == (0, 1)


def test_what_is_hidden_is_one_gap_at_its_first_option() -> None:
    assert places(HIDDEN_WORST, diverging=True)[:2] == [(1, False, -0.2, 0.1), (3, True, -0.1, 0.2)]
    assert places(Bar("none", "Không", None, "chưa đủ", ()), diverging=True) == []
