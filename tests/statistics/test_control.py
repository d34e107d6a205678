from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.statistics import Signal, control_chart, laney, p_chart, point_marks, run_rules, xmr

NS = [210, 195, 240, 180, 205, 220, 198, 230, 215, 190, 225, 210]
KS = [150, 142, 181, 128, 155, 160, 149, 170, 160, 139, 171, 181]
LIMITS = (-3.0, 3.0)

points = st.lists(st.integers(0, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), max_size=40)


def test_the_p_chart_agrees_with_the_reference_vector() -> None:
    mean, limits = p_chart(KS, NS)
    assert mean == pytest.approx(0.749007, abs=6e-7)
    assert limits[0] == pytest.approx((0.659247, 0.838768), abs=6e-7)


@given(points)
def test_limits_lie_about_the_mean_within_0_and_1(series: list[tuple[int, int]]) -> None:
    ks, ns = [k for k, _ in series], [n for _, n in series]
    mean, limits = p_chart(ks, ns)
    assert all(0 <= low <= mean <= high <= 1 for low, high in limits)
    assert laney(ks, ns) >= 0


def test_series_of_nothing() -> None:
    assert p_chart([], []) == (0.0, [])
    assert p_chart([0, 0], [0, 0]) == (0.0, [(0.0, 1.0)] * 2)
    assert p_chart([0, 5], [0, 10])[1][0] == (0.0, 1.0)
    assert laney([], []) == laney([3], [5]) == laney([0, 0], [5, 5]) == laney([5, 0], [5, 0]) == 1.0
    assert xmr([]) == (0.0, -inf, inf)
    assert xmr([4]) == (4, -inf, inf)


@pytest.mark.parametrize("chart", [p_chart, laney, control_chart])
@pytest.mark.parametrize(("ks", "ns"), [([6], [5]), ([-1], [5]), ([1], [float("inf")]), ([1], []), ([0], [-1])])
def test_impossible_series_are_refused(chart: type, ks: list[float], ns: list[float]) -> None:
    with pytest.raises(ValueError, match=r"k and n|as many"):
        chart(ks, ns)


def test_laney_compares_the_spread_with_chance() -> None:
    # Shares 0.4 and 0.6 in turns, n = 100: z jumps from -2 to 2 and back.
    assert laney([40, 60] * 6, [100] * 12) == pytest.approx(4 / 1.128)
    assert laney([*([40, 60] * 6), 0], [*([100] * 12), 0]) == pytest.approx(4 / 1.128)


def test_single_values_have_limits_by_their_moving_range() -> None:
    assert xmr([10, 12, 11, 13]) == pytest.approx((11.5, 11.5 - 3 / 1.128 * 5 / 3, 11.5 + 3 / 1.128 * 5 / 3))
    with pytest.raises(ValueError, match="finite"):
        xmr([1, float("nan")])


@pytest.mark.parametrize(
    ("values", "signals"),
    [
        ([0, 3.1, 0], [Signal("outside", 1, 1, True)]),
        ([0, -3.1, 0], [Signal("outside", 1, 1, False)]),
        ([3, -1, 0, -3], []),
        ([1, 0.5] * 3, []),
        ([*([1, 0.5] * 3), 1], [Signal("shift", 0, 6, True)]),
        ([-1, *([1, 0.5] * 4), 0, 1], [Signal("shift", 1, 8, True)]),
        ([1, 0.5, 1, 0, 0.5, 1, 0.5], []),
        ([-1, -0.5, 0.1, 0.5, 1], []),
        ([-1, -0.5, 0.1, 0.5, 1, 1.1], [Signal("trend", 0, 5, True)]),
        ([-1, -0.5, 0.1, 0.5, 0.5, 1, 1.1], []),
        ([2, 1, 0.5, -0.1, -0.2, -1, 0], [Signal("trend", 0, 5, False)]),
        ([2.5, 0, 2.5], [Signal("near_limit", 0, 2, True)]),
        ([2.5, 0, 0, 2.5], []),
        ([2.5, -2.5, 0], []),
        ([-2.5, -2.5, 0, -2.5], [Signal("near_limit", 0, 3, False)]),
        ([], []),
    ],
)
def test_the_four_rules(values: list[float], signals: list[Signal]) -> None:
    assert run_rules(values, 0.0, [LIMITS] * len(values)) == signals


def test_rules_need_limits_for_each_value() -> None:
    with pytest.raises(ValueError, match="as many limits"):
        run_rules([1, 2], 0, [LIMITS])


def test_a_chart_needs_twelve_points_for_signals() -> None:
    ks, ns = [50] * 11 + [90], [100] * 12
    assert Signal("outside", 11, 11, True) in control_chart(ks, ns).signals
    assert control_chart(ks[1:], ns[1:]).signals == []
    assert control_chart([*ks[1:], 0], [*ns[1:], 0]).signals == []


def test_points_without_answers_are_passed_over_but_counted() -> None:
    chart = control_chart([50] * 5 + [0] + [50] * 6 + [90], [100] * 5 + [0] + [100] * 7)
    assert Signal("outside", 12, 12, True) in chart.signals
    assert chart.limits[5] == (0.0, 1.0)


def test_limits_widen_where_chance_is_not_all() -> None:
    shaken = control_chart([400, 600] * 6, [1000] * 12)
    assert shaken.widened
    assert shaken.sigma_z > 1.2
    assert not any(signal.rule == "outside" for signal in shaken.signals)
    calm = control_chart(KS, NS)
    assert not calm.widened
    assert calm.limits == p_chart(KS, NS)[1]
    assert calm.signals == [Signal("outside", 11, 11, True)]


def test_a_point_wears_its_weightiest_signal() -> None:
    run, near, outside = Signal("shift", 0, 6, True), Signal("near_limit", 5, 7, True), Signal("outside", 6, 6, True)
    assert point_marks([run, near, outside], 9) == [run] * 6 + [outside, near, None]
    assert point_marks([], 2) == [None, None]
