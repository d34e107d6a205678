from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.statistics import floor_percent, largest_remainder


@pytest.mark.parametrize(
    ("k", "n", "percent"),
    [(49, 66, 74), (17, 66, 25), (25, 66, 37), (36, 66, 54), (0, 66, 0), (66, 66, 100), (29, 100, 29), (1, 101, 0)],
)
def test_floor_percent_of_published_shares(k: int, n: int, percent: int) -> None:
    assert floor_percent(k, n) == percent


def test_floor_percent_takes_real_numbers_at_their_binary_value() -> None:
    assert floor_percent(0.5, 2.0) == 25
    assert floor_percent(0.29, 1) == 28
    assert Fraction(0.29) < Fraction(29, 100)


def test_floor_percent_of_nothing() -> None:
    assert floor_percent(0, 0) == 0


@given(n=st.integers(1, 10**18), data=st.data())
def test_floor_percent_is_exact_for_whole_numbers_of_any_size(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    assert floor_percent(k, n) * n <= 100 * k < (floor_percent(k, n) + 1) * n


@pytest.mark.parametrize(("k", "n"), [(-1, 5), (6, 5), (0, -1), (float("nan"), 5), (0, float("inf"))])
def test_floor_percent_refuses_the_impossible(k: float, n: float) -> None:
    with pytest.raises(ValueError, match="0 <= k <= n"):
        floor_percent(k, n)


@pytest.mark.parametrize(
    ("counts", "decimals", "percentages"),
    [
        ([1, 1, 1], 0, [34, 33, 33]),
        ([2, 5, 20, 120, 53], 0, [1, 3, 10, 60, 26]),
        ([1, 1, 1], 1, [33.4, 33.3, 33.3]),
        ([0, 0, 0, 49, 17], 0, [0, 0, 0, 74, 26]),
        ([0, 0], 0, [0, 0]),
        ([], 0, []),
    ],
)
def test_largest_remainder_vectors(counts: list[int], decimals: int, percentages: list[float]) -> None:
    assert largest_remainder(counts, decimals) == percentages


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=12).filter(any), st.integers(0, 3))
def test_largest_remainder_adds_up_and_stays_close(counts: list[int], decimals: int) -> None:
    step, total = 10**decimals, sum(counts)
    steps = [round(percentage * step) for percentage in largest_remainder(counts, decimals)]
    assert sum(steps) == 100 * step
    assert all(abs(s * total - count * 100 * step) < total for s, count in zip(steps, counts, strict=True))
    assert all(s == 0 for s, count in zip(steps, counts, strict=True) if count == 0)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=12))
def test_a_larger_count_never_shows_less(counts: list[int]) -> None:
    shown = largest_remainder(counts)
    assert all(shown[i] >= shown[j] for i, a in enumerate(counts) for j, b in enumerate(counts) if a > b)


@pytest.mark.parametrize("counts", [[-1, 2], [1.5, 2], [True, 2]])
def test_largest_remainder_refuses_what_is_no_count(counts: list[int]) -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        largest_remainder(counts)


def test_largest_remainder_refuses_impossible_decimals() -> None:
    with pytest.raises(ValueError, match="decimals"):
        largest_remainder([1, 2], -1)
