from math import ceil, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.statistics import achieved_margin, comparable_years, effective_n, sample_size, sipas_index


@pytest.mark.parametrize(
    ("population", "margin", "size"),
    [
        (66, 0.05, 57),
        (150, 0.05, 110),
        (500, 0.05, 223),
        (1000, 0.05, 286),
        (5000, 0.05, 371),
        (20000, 0.05, 393),
        (None, 0.05, 400),
        (150, 0.03, 133),
        (1000, 0.03, 527),
        (None, 0.03, 1112),
        (None, 0.1, 100),
        (0, 0.05, 0),
        (1, 0.05, 1),
    ],
)
def test_sample_sizes_of_the_national_survey(population: int | None, margin: float, size: int) -> None:
    assert sample_size(population, margin) == size


@given(st.integers(1, 10**9), st.sampled_from([0.01, 0.02, 0.03, 0.05, 0.1]))
def test_the_size_reaches_the_margin_and_one_less_does_not(population: int, margin: float) -> None:
    size = sample_size(population, margin)
    assert 0 < size <= population
    assert achieved_margin(size, population) <= margin * (1 + 1e-9)
    if size > 1:
        assert achieved_margin(size - 1, population) > margin * (1 - 1e-9)


def test_margins_of_nobody_and_of_everybody() -> None:
    assert achieved_margin(0) == achieved_margin(0, 10) == inf
    assert achieved_margin(10, 10) == 0
    assert achieved_margin(400) == 0.05


@pytest.mark.parametrize("margin", [0, 1, -0.1, float("nan"), float("inf")])
def test_impossible_margins_are_refused(margin: float) -> None:
    with pytest.raises(ValueError, match="margin"):
        sample_size(100, margin)


def test_impossible_populations_are_refused() -> None:
    for population in (-1, inf, float("nan")):
        with pytest.raises(ValueError, match="population"):
            sample_size(population, 0.05)
    for n, population in ((11, 10), (-1, 10), (1, inf)):
        with pytest.raises(ValueError, match="0 <= k <= n"):
            achieved_margin(n, population)
        with pytest.raises(ValueError, match="0 <= k <= n"):
            effective_n(n, population)


def test_effective_n_of_a_finite_population() -> None:
    assert effective_n(263, 900) == pytest.approx(371.172684, abs=6e-7)
    assert effective_n(0, 0) == effective_n(0, 1) == effective_n(0, 50) == 0
    assert effective_n(1, 1) == effective_n(50, 50) == inf
    assert effective_n(1, 50) == 1


@given(n=st.integers(1, 1000), more=st.integers(1, 10**9))
def test_effective_n_is_never_less_than_n(n: int, more: int) -> None:
    assert effective_n(n, n + more) >= n
    assert ceil(effective_n(n, (n + more) * 10**6)) <= n + 1


def test_the_index_is_the_share_of_the_two_best_levels() -> None:
    assert sipas_index([1, 2, 3, 4, 10]) == 14 / 20
    assert sipas_index([0] * 5) is None
    with pytest.raises(ValueError, match="5 levels"):
        sipas_index([1, 2, 3])
    with pytest.raises(ValueError, match="whole numbers"):
        sipas_index([1, 2, 3, 4, -1])


def test_no_line_crosses_the_break_of_2022() -> None:
    assert comparable_years([2023, 2019, 2021, 2022, 2020]) == [[2019, 2020, 2021], [2022, 2023]]
    assert comparable_years([2022, 2022]) == [[2022]]
    assert comparable_years([]) == []
