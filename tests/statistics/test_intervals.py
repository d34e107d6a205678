from collections.abc import Callable
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from survey_app.statistics import clopper_pearson, jeffreys, mean_interval, wilson

Interval = Callable[..., tuple[float, float]]
IMPOSSIBLE = [(-1, 5), (6, 5), (0, -1), (float("nan"), 5), (1, float("nan")), (1, float("inf"))]


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        (0, 10, 0.0, 0.277533),
        (8, 10, 0.490162, 0.943318),
        (81, 263, 0.255289, 0.366210),
        (148 * 371.172684 / 263, 371.172684, 0.511886, 0.612304),
        (66, 66, 0.945, 1.0),
        (49, 66, 0.626, 0.833),
    ],
)
def test_wilson_agrees_with_reference_vectors(k: float, n: float, low: float, high: float) -> None:
    assert wilson(k, n) == pytest.approx((low, high), abs=6e-4 if n == 66 else 6e-7)


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.998])
def test_the_ends_solve_the_score_equation(confidence: float) -> None:
    """Each end is a share p at which the score test just turns: (k/n - p)^2 = z^2 p (1 - p) / n."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    for end in wilson(8, 10, confidence=confidence):
        assert (0.8 - end) ** 2 == pytest.approx(z**2 * end * (1 - end) / 10)


def test_nothing_asked_tells_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@given(n=st.integers(1, 10**9), data=st.data())
def test_the_interval_holds_the_share_and_its_mirror(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    low, high = wilson(k, n)
    assert 0 <= low <= k / n <= high <= 1
    assert wilson(n - k, n) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@pytest.mark.parametrize(("k", "n"), [(0, 7), (7, 7)])
def test_the_ends_are_exact(k: int, n: int) -> None:
    assert (0.0 if k == 0 else 1.0) in wilson(k, n)


@pytest.mark.parametrize(
    ("k", "n", "expected_jeffreys", "expected_exact"),
    [
        (0, 10, (0, 0.217196), (0.0, 0.308497)),
        (8, 10, (0.497226, 0.955941), (0.443905, 0.974789)),
        (81, 263, (0.254522, 0.365647), (0.252737, 0.367622)),
        (10, 10, (1 - 0.217196, 1), (1 - 0.308497, 1)),
    ],
)
def test_jeffreys_and_the_exact_interval_agree_with_reference_vectors(
    k: int, n: int, expected_jeffreys: tuple[float, float], expected_exact: tuple[float, float]
) -> None:
    assert jeffreys(k, n) == pytest.approx(expected_jeffreys, abs=6e-7)
    assert clopper_pearson(k, n) == pytest.approx(expected_exact, abs=6e-7)


@given(n=st.integers(1, 10**6), confidence=st.sampled_from([0.8, 0.95, 0.998]), data=st.data())
def test_intervals_agree_with_scipy_and_statsmodels(n: int, confidence: float, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    near = {"rel": 1e-6, "abs": 1e-9}
    assert wilson(k, n, confidence) == pytest.approx(proportion_confint(k, n, 1 - confidence, "wilson"), **near)
    exact = binomtest(k, n)
    assert wilson(k, n, confidence) == pytest.approx(tuple(exact.proportion_ci(confidence, "wilson")), **near)
    assert clopper_pearson(k, n, confidence) == pytest.approx(proportion_confint(k, n, 1 - confidence, "beta"), **near)
    low, high = proportion_confint(k, n, 1 - confidence, "jeffreys")
    pinned = (0.0 if k == 0 else low, 1.0 if k == n else high)
    assert jeffreys(k, n, confidence) == pytest.approx(pinned, **near)


@pytest.mark.parametrize("interval", [wilson, jeffreys, clopper_pearson])
@given(n=st.floats(1e-6, 1e12), part=st.floats(0, 1))
def test_real_numbers_are_taken_and_the_share_lies_inside(interval: Interval, n: float, part: float) -> None:
    k = min(n, n * part)
    low, high = interval(k, n)
    assert 0 <= low <= high <= 1
    if interval is not jeffreys:
        assert low - 1e-9 <= k / n <= high + 1e-9


@pytest.mark.parametrize("interval", [wilson, jeffreys, clopper_pearson])
def test_every_interval_guards_its_arguments(interval: Interval) -> None:
    assert interval(0, 0) == (0.0, 1.0)
    for k, n in IMPOSSIBLE:
        with pytest.raises(ValueError, match="0 <= k <= n"):
            interval(k, n)
    for confidence in (0, 1, 95, float("nan")):
        with pytest.raises(ValueError, match="between 0 and 1"):
            interval(1, 2, confidence)


def test_wilson_neither_overflows_nor_divides_by_nothing() -> None:
    assert wilson(5e299, 1e300) == pytest.approx((0.5, 0.5))
    assert wilson(1e-300, 2e-300) == pytest.approx((0.0, 1.0), abs=1e-9)


@given(st.lists(st.integers(0, 10**5), min_size=2, max_size=7).filter(lambda counts: sum(counts) > 1))
def test_the_mean_interval_agrees_with_statsmodels(counts: list[int]) -> None:
    values = np.repeat(np.arange(1, len(counts) + 1), counts)
    mean, sd, low, high = mean_interval(counts)
    assert (mean, sd) == pytest.approx((values.mean(), values.std(ddof=1)), abs=1e-9)
    if sd:
        weighted = DescrStatsW(np.arange(1, len(counts) + 1), weights=counts)
        assert (low, high) == pytest.approx(weighted.tconfint_mean(), abs=1e-9)
    else:
        assert (low, high) == (mean, mean)


def test_the_mean_of_too_few() -> None:
    assert mean_interval([0, 0, 0]) == (0.0, 0.0, 1.0, 3.0)
    assert mean_interval([0, 1, 0]) == (2.0, 0.0, 1.0, 3.0)
    with pytest.raises(ValueError, match="at least one level"):
        mean_interval([])
    with pytest.raises(ValueError, match="whole numbers"):
        mean_interval([1, -1])
