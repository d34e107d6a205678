from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.statistics import wilson


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


@pytest.mark.parametrize(("k", "n"), [(-1, 5), (6, 5), (0, -1), (float("nan"), 5), (1, float("inf"))])
def test_impossible_arguments(k: float, n: float) -> None:
    with pytest.raises(ValueError, match="0 <= k <= n"):
        wilson(k, n)


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.5])
def test_impossible_confidence(confidence: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        wilson(1, 2, confidence)
