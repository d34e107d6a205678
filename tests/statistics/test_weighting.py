from math import inf, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.statistics import (
    PostStratum,
    kish,
    post_strata,
    post_stratified,
    post_weights,
    stratified,
    wilson,
)

cells = st.dictionaries(
    st.tuples(st.sampled_from("ABCD"), st.sampled_from(["kiosk", "phone", "web"])),
    st.tuples(st.integers(0, 200), st.integers(0, 5000)),
    max_size=12,
)


def test_stratified_agrees_with_the_reference_vector() -> None:
    estimate, error, effect = stratified([(136, 160, 600), (24, 40, 1400)])
    assert estimate == pytest.approx(0.675)
    assert error == pytest.approx(0.0546091137, abs=6e-11)
    assert effect == pytest.approx(3.005756, abs=6e-7)


def test_one_stratum_is_a_simple_sample() -> None:
    assert stratified([(30, 100, 10**9)]) == pytest.approx((0.3, sqrt(0.21 / 99), 1.0))
    assert stratified([(30, 100, 100)]) == (0.3, 0.0, 1.0)


def test_strata_of_nobody_of_one_and_impossible_ones() -> None:
    assert stratified([]) == stratified([(0, 0, 0)]) == (0.0, inf, 1.0)
    assert stratified([(1, 1, 5), (3, 5, 9)])[1] == inf
    assert stratified([(1, 1, 1), (0, 0, 0)]) == (1.0, 0.0, 1.0)
    for strata in ([(0, 0, 5)], [(6, 5, 9)], [(1, 5, 4)], [(-1, 5, 9)], [(1, 5, float("nan"))]):
        with pytest.raises(ValueError, match=r"stratum|k and n"):
            stratified(strata)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50))
def test_kish_lies_between_1_and_n(weights: list[float]) -> None:
    effect, effective = kish(weights)
    if any(weights):
        assert 1 - 1e-9 <= effect <= len(weights) * (1 + 1e-9)
        assert effect * effective == pytest.approx(len(weights))


def test_kish_of_equal_weights_of_none_and_of_impossible_ones() -> None:
    assert kish([2.5] * 4) == (1.0, 4.0)
    assert kish([1, 1, 2]) == pytest.approx((3 * 6 / 16, 16 / 6))
    assert kish([1e-200, 1e-200]) == kish([1e200, 1e200]) == (1.0, 2.0)
    assert kish([]) == kish([0, 0]) == (1.0, 0.0)
    for weights in ([1, -1], [float("nan")], [float("inf"), 1]):
        with pytest.raises(ValueError, match="at least 0"):
            kish(weights)


def test_thin_cells_are_joined_inside_their_agency_first() -> None:
    strata = post_strata(
        {
            ("A", "kiosk"): (100, 300),
            ("A", "phone"): (19, 700),
            ("A", "web"): (20, 100),
            ("B", "kiosk"): (15, 50),
            ("B", "phone"): (40, 90),
            ("C", "kiosk"): (5, 60),
            ("D", "kiosk"): (30, 0),
        }
    )
    # A's phone goes to A's web, B's kiosk to B's phone; C and D are too thin as a whole and find the thinnest others.
    assert [(set(stratum.cells), stratum.n, stratum.cases) for stratum in strata] == [
        ({("A", "kiosk")}, 100, 300),
        ({("A", "web"), ("A", "phone")}, 39, 800),
        ({("B", "phone"), ("B", "kiosk")}, 55, 140),
        ({("D", "kiosk"), ("C", "kiosk")}, 35, 60),
    ]


@given(cells)
def test_joining_loses_nobody_and_leaves_nothing_thin(table: dict[tuple[str, str], tuple[int, int]]) -> None:
    strata = post_strata(table)
    assert sorted(key for stratum in strata for key in stratum.cells) == sorted(table)
    assert sum(s.n for s in strata) == sum(n for n, _ in table.values())
    assert sum(s.cases for s in strata) == sum(cases for _, cases in table.values())
    assert len(strata) <= 1 or all(s.n >= 20 and s.cases for s in strata)


@given(cells)
def test_weights_add_up_and_none_is_far_above_the_middle(table: dict[tuple[str, str], tuple[int, int]]) -> None:
    strata = post_strata(table)
    weights = post_weights(strata)
    assert sum(w * s.n for w, s in zip(weights, strata, strict=True)) == pytest.approx(sum(s.n for s in strata))
    answered = sorted(w for w, s in zip(weights, strata, strict=True) if s.n)
    if answered:
        middle = (answered[len(answered) // 2] + answered[(len(answered) - 1) // 2]) / 2
        assert answered[-1] <= 5 * middle * (1 + 1e-9)


def test_weighting_turns_80_into_67_per_cent() -> None:
    strata = post_strata({("A", "kiosk"): (160, 600), ("A", "phone"): (40, 1400)})
    weighted = post_stratified([136, 24], strata)
    assert weighted is not None
    assert (weighted.unweighted, weighted.share) == pytest.approx((0.8, 0.675))
    assert (weighted.standard_error, weighted.design_effect) == pytest.approx((0.0546091137, 3.005756), abs=6e-7)
    assert weighted.effective_n == pytest.approx(0.675 * 0.325 / 0.0546091137**2)
    assert (weighted.low, weighted.high) == wilson(weighted.share * weighted.effective_n, weighted.effective_n)


def test_weights_are_trimmed_at_five_times_the_middle() -> None:
    strata = [PostStratum(((agency, "web"),), 100, cases) for agency, cases in (("A", 100), ("B", 100), ("C", 9800))]
    weights = post_weights(strata)
    assert weights[2] == pytest.approx(5 * weights[0])
    assert sum(weights) == pytest.approx(3)


def test_weighting_where_chance_leaves_nothing_to_estimate() -> None:
    all_high = post_stratified([40, 40], [PostStratum((("A", "web"),), 40, 400), PostStratum((("B", "web"),), 40, 800)])
    assert all_high is not None
    assert all_high.share == all_high.high == 1.0
    assert all_high.low == pytest.approx(wilson(all_high.effective_n, all_high.effective_n)[0])
    assert all_high.effective_n == pytest.approx(80 / (2 * (4 + 16) / 36), rel=1e-9)
    more = post_stratified([30], [PostStratum((("A", "web"),), 40, 4)])
    assert more is not None
    assert (more.share, more.design_effect) == pytest.approx((0.75, 1.0))
    assert post_stratified([], []) is None
    assert post_stratified([0], [PostStratum((("A", "web"),), 0, 10)]) is None
    with pytest.raises(ValueError, match="0 <= k <= n"):
        post_stratified([41], [PostStratum((("A", "web"),), 40, 400)])
