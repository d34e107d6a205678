import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from survey_app.statistics import funnel_limits, overdispersion

PS = (0.001, 0.025, 0.975, 0.999)


def test_limits_agree_with_the_reference_vector() -> None:
    assert funnel_limits(0.75, 100, PS) == pytest.approx([0.604393, 0.657677, 0.827645, 0.870433], abs=6e-7)


@given(theta=st.floats(0.001, 0.999), n=st.integers(1, 10**6), p=st.floats(0.001, 0.999))
def test_limits_lie_between_the_exact_count_and_the_one_before(theta: float, n: int, p: float) -> None:
    (limit,) = funnel_limits(theta, n, [p])
    count = binom.ppf(p, n, theta)
    assert max(0, count - 1) - 1e-6 <= limit * n <= count + 1e-6
    share = (binom.cdf(count, n, theta) - p) / binom.pmf(count, n, theta)
    assert limit * n == pytest.approx(max(0, count - share), abs=1e-5 * max(1, n**0.5))


@given(theta=st.floats(0, 1), n=st.integers(1, 10**5))
def test_limits_are_ordered_and_within_0_and_1(theta: float, n: int) -> None:
    limits = funnel_limits(theta, n, PS)
    assert limits == sorted(limits)
    assert 0 <= limits[0] <= limits[-1] <= 1


def test_limits_of_certainty_and_of_nobody() -> None:
    assert funnel_limits(0, 10, PS) == [0.0] * 4
    assert funnel_limits(1, 10, PS) == [1.0] * 4
    assert funnel_limits(0.5, 0, PS) == [0.0, 0.0, 1.0, 1.0]
    assert funnel_limits(0.5, 7, (0, 1)) == [0.0, 1.0]
    assert funnel_limits(0.5, 7, ()) == []


@pytest.mark.parametrize(("theta", "n", "p"), [(1.1, 5, 0.5), (0.5, 5, -0.1), (0.5, -1, 0.5), (0.5, 2.5, 0.5)])
def test_impossible_limits_are_refused(theta: float, n: int, p: float) -> None:
    with pytest.raises(ValueError, match="must"):
        funnel_limits(theta, n, [p])


def test_overdispersion_is_the_mean_square_of_drawn_in_z() -> None:
    assert overdispersion([50] * 10, [100] * 10) == 0
    # z = -2 and 2, nine times each, and two outliers that are drawn in to them.
    assert overdispersion([40] * 9 + [60] * 9 + [10, 90], [100] * 20) == pytest.approx(4)
    assert overdispersion([], []) == overdispersion([3], [5]) == overdispersion([0, 0], [5, 0]) == 1.0
    assert overdispersion([5, 7], [5, 7]) == 1.0
    with pytest.raises(ValueError, match="0 <= k <= n"):
        overdispersion([6], [5])
