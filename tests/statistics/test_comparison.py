import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2_contingency, mannwhitneyu
from scipy.stats import fisher_exact as scipy_fisher
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from survey_app.statistics import binomial_p, chi_square, fisher_exact, mann_whitney, newcombe, two_proportion_z

shares = st.integers(1, 10**5).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
scales = st.integers(2, 7).flatmap(
    lambda size: st.tuples(*(st.lists(st.integers(0, 200), min_size=size, max_size=size).filter(any) for _ in "ab"))
)

tables = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(st.integers(1, 10**4), min_size=width, max_size=width), min_size=2, max_size=5)
)


def test_newcombe_and_z_agree_with_reference_vectors() -> None:
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.052431, 0.333873), abs=6e-7)
    assert two_proportion_z(430, 500, 381, 480) == pytest.approx((2.744421, 0.006062), abs=6e-7)


@given(shares, shares)
def test_newcombe_agrees_with_statsmodels(first: tuple[int, int], second: tuple[int, int]) -> None:
    low, high = newcombe(*first, *second)
    expected = confint_proportions_2indep(*first, *second, method="newcomb")
    assert (low, high) == pytest.approx((max(-1, expected[0]), min(1, expected[1])), abs=1e-9)
    assert low <= first[0] / first[1] - second[0] / second[1] <= high
    assert newcombe(*second, *first) == pytest.approx((-high, -low), abs=1e-12)


@given(shares, shares)
def test_z_agrees_with_statsmodels(first: tuple[int, int], second: tuple[int, int]) -> None:
    (k1, n1), (k2, n2) = first, second
    if 0 < k1 + k2 < n1 + n2:
        assert two_proportion_z(*first, *second) == pytest.approx(proportions_ztest([k1, k2], [n1, n2]), abs=1e-9)
    else:
        assert two_proportion_z(*first, *second) == (0.0, 1.0)


def test_z_squared_is_chi_square() -> None:
    z, p = two_proportion_z(430, 500, 381, 480)
    x2, df, p_table = chi_square([[430, 70], [381, 99]])
    assert (x2, df, p_table) == pytest.approx((z * z, 1, p))


def test_nobody_asked_on_one_side_tells_nothing() -> None:
    assert newcombe(0, 0, 3, 4) == newcombe(3, 4, 0, 0) == (-1.0, 1.0)
    assert two_proportion_z(0, 0, 3, 4) == two_proportion_z(3, 4, 0, 0) == (0.0, 1.0)


@pytest.mark.parametrize("compare", [newcombe, two_proportion_z])
@pytest.mark.parametrize("impossible", [(-1, 5), (6, 5), (0, -1), (float("nan"), 5), (1, float("inf"))])
def test_impossible_shares_are_refused(compare: type, impossible: tuple[float, float]) -> None:
    for arguments in ((*impossible, 1, 2), (1, 2, *impossible)):
        with pytest.raises(ValueError, match="0 <= k <= n"):
            compare(*arguments)


@given(*[st.integers(0, 60)] * 4)
def test_fisher_agrees_with_scipy_on_small_tables(a: int, b: int, c: int, d: int) -> None:
    assert fisher_exact(a, b, c, d) == pytest.approx(scipy_fisher([[a, b], [c, d]]).pvalue, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize(
    "table",
    [(4500, 1500, 760000, 240000), (30, 0, 500, 500), (900, 100, 500, 500), (0, 50, 100000, 0), (10**6, 1, 1, 10**6)],
)
def test_fisher_agrees_with_scipy_on_large_and_lopsided_tables(table: tuple[int, int, int, int]) -> None:
    a, b, c, d = table
    assert fisher_exact(*table) == pytest.approx(scipy_fisher([[a, b], [c, d]]).pvalue, rel=1e-6, abs=1e-300)


def test_fisher_of_empty_margins_and_what_is_no_count() -> None:
    assert fisher_exact(0, 0, 0, 0) == fisher_exact(0, 0, 3, 4) == fisher_exact(3, 0, 4, 0) == 1.0
    for table in ((-1, 1, 1, 1), (1.5, 1, 1, 1), (float("nan"), 1, 1, 1)):
        with pytest.raises(ValueError, match="whole numbers"):
            fisher_exact(*table)


@given(tables)
def test_chi_square_agrees_with_scipy(table: list[list[int]]) -> None:
    expected = chi2_contingency(table, correction=False)
    assert chi_square(table) == pytest.approx((expected.statistic, expected.dof, expected.pvalue), rel=1e-9, abs=1e-9)


def test_chi_square_leaves_out_rows_and_columns_of_zeros() -> None:
    assert chi_square([[10, 0, 20], [0, 0, 0], [30, 0, 5]]) == chi_square([[10, 20], [30, 5]])
    assert chi_square([[10, 20], [0, 0]]) == chi_square([[0, 0], [0, 0]]) == chi_square([]) == (0.0, 0, 1.0)
    with pytest.raises(ValueError, match="as many cells"):
        chi_square([[1, 2], [3]])
    with pytest.raises(ValueError, match="at least 0"):
        chi_square([[1, -2], [3, 4]])


def test_mann_whitney_agrees_with_the_reference_vector() -> None:
    u, p, superiority = mann_whitney((2, 5, 20, 120, 53), (4, 10, 30, 100, 36))
    assert (u, p, superiority) == (20495, pytest.approx(0.00869448, abs=6e-9), pytest.approx(0.569306, abs=6e-7))


@given(scales)
def test_mann_whitney_agrees_with_scipy(counts: tuple[list[int], list[int]]) -> None:
    a, b = ([level for level, count in enumerate(side) for _ in range(count)] for side in counts)
    u, p, superiority = mann_whitney(*counts)
    if len({*a, *b}) == 1:
        assert (u, p, superiority) == (len(a) * len(b) / 2, 1.0, 0.5)
    else:
        expected = mannwhitneyu(a, b, method="asymptotic")
        assert (u, p) == (expected.statistic, pytest.approx(expected.pvalue, rel=1e-9, abs=1e-12))
        assert superiority == pytest.approx(u / (len(a) * len(b)))
        assert mann_whitney(*reversed(counts))[1:] == pytest.approx((p, 1 - superiority))


def test_mann_whitney_of_nobody_and_of_different_scales() -> None:
    assert mann_whitney((0, 0), (3, 4)) == mann_whitney((3, 4), (0, 0)) == (0.0, 1.0, 0.5)
    with pytest.raises(ValueError, match="same levels"):
        mann_whitney((1, 2), (1, 2, 3))
    with pytest.raises(ValueError, match="whole numbers"):
        mann_whitney((1, -2), (1, 2))


@given(shares, st.floats(0.001, 0.999))
def test_the_exact_binomial_p_doubles_the_smaller_tail(share: tuple[int, int], theta: float) -> None:
    tails = [binomtest(*share, theta, alternative=side).pvalue for side in ("less", "greater")]
    assert binomial_p(*share, theta) == pytest.approx(min(1.0, 2 * min(tails)), rel=1e-6, abs=1e-300)


def test_the_exact_binomial_p_at_its_ends() -> None:
    assert binomial_p(0, 0, 0.5) == 1.0
    assert binomial_p(0, 10, 0.0) == binomial_p(10, 10, 1.0) == 1.0
    assert binomial_p(1, 10, 0.0) == binomial_p(9, 10, 1.0) == 0.0
    for k, n, theta in ((11, 10, 0.5), (-1, 10, 0.5), (1, 10, 1.5), (1, 10, float("nan"))):
        with pytest.raises(ValueError, match="must"):
            binomial_p(k, n, theta)
