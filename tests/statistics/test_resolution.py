"""Nothing that a resolution tells, adds up to or leaves over lies between 0 and the minimum; within a class."""

from itertools import combinations, product
from typing import Any

import numpy as np
import pytest

from survey_app.statistics.blocks import coarsened, folded, indices, mask_of
from survey_app.statistics.day_cuts import NO_CUTS, Cuts, cuts
from survey_app.statistics.resolution import LARGEST_CUBE, Opening, Options, openings
from survey_app.statistics.staircase import Staircase

MINIMUM = 5
AXES = ("agency", "month", "channel")


def random_cube(seed: int) -> tuple[Any, tuple[str, ...], Options]:
    """Counts of one to three axes and three or five options, some values empty, none or some outside n."""
    random = np.random.default_rng(seed)
    axes = AXES[: random.integers(1, 4)]
    options = Options(int(random.choice([3, 5])), int(random.integers(0, 2)))
    weights = random.random((*random.integers(1, 5, len(axes)), options.size)) ** 3
    return random.poisson(weights * random.choice([3, 20, 100])), axes, options


def fine(count: int) -> bool:
    return count == 0 or count >= MINIMUM


def summed(cube: Any, axes: tuple[str, ...], at: dict[str, tuple[int, ...]]) -> list[int]:
    """The options of a view: the values of the axes that it fixes, all of the others."""
    for axis, values in at.items():
        cube = np.take(cube, list(values), axis=axes.index(axis)) if axis in axes else cube
    return list(map(int, cube.reshape(-1, cube.shape[-1]).sum(axis=0)))


def check_row(counts: list[int], told: frozenset[int], options: Options) -> None:
    n = sum(counts[: options.counted])
    assert fine(n)
    assert all(fine(counts[option]) for option in told)
    hidden = [option for option in range(options.counted) if option not in told]
    assert fine(sum(counts[option] for option in hidden))


@pytest.mark.parametrize("seed", range(60))
def test_no_view_of_a_class_gives_a_small_count_away(seed: int) -> None:
    cube, axes, options = random_cube(seed)
    found = openings(cube, axes, options, MINIMUM)
    assert set(found) == {frozenset(c) for size in range(len(axes) + 1) for c in combinations(axes, size)}
    for key, opening in found.items():
        for values in product(*(range(cube.shape[axes.index(axis)]) for axis in sorted(key))) if opening else ():
            at = dict(zip(sorted(key), ((value,) for value in values), strict=True))
            told = opening.options(at)
            if told is not None:
                check_row(summed(cube, axes, at), told, options)


@pytest.mark.parametrize("seed", range(60))
def test_what_is_left_of_the_whole_is_large_and_unions_tell_no_more(seed: int) -> None:
    cube, axes, options = random_cube(seed)
    found = openings(cube, axes, options, MINIMUM)
    whole = found[frozenset()]
    for axis in axes:
        opening, size = found[frozenset({axis})], cube.shape[axes.index(axis)]
        if opening is None or whole is None:
            assert opening is None
            continue
        telling = [v for v in range(size) if opening.options({axis: [v]}) is not None]
        left = summed(cube, axes, {axis: tuple(v for v in range(size) if v not in telling)})
        assert fine(sum(left[: options.counted]))
        for option in range(options.counted):
            by = [v for v in telling if option in (opening.options({axis: [v]}) or ())]
            if option in (whole.options({}) or ()) and by:
                assert fine(summed(cube, axes, {axis: tuple(v for v in range(size) if v not in by)})[option])
        together = opening.options({axis: telling})
        single = [opening.options({axis: [v]}) or frozenset() for v in telling if v not in opening.absent[axis]]
        assert together is not None or not telling
        assert not single or together == frozenset.intersection(*single)


@pytest.mark.parametrize("seed", range(60))
def test_stretches_that_hold_all_that_is_hidden_apart_leave_nothing_small(seed: int) -> None:
    random = np.random.default_rng(seed)
    axes, options = ("channel", "month"), Options(int(random.choice([1, 3])), 0)
    cube = random.poisson(random.random((random.integers(1, 3), 5, options.size)) ** 3 * random.choice([10, 40, 100]))
    found = openings(cube, axes, options, MINIMUM, ordered="month")
    months = [chosen for size in range(1, 6) for chosen in combinations(range(5), size)]
    for fixed in (("month",), axes):
        opening = found[frozenset(fixed)]
        channels = [{"channel": (value,)} for value in range(len(cube))] if "channel" in fixed else [{}]
        for channel, wanted in product(channels, months) if opening else ():
            told = opening.options({**channel, "month": wanted})
            if told is None:
                continue
            check_row(summed(cube, axes, {**channel, "month": wanted}), told, options)
            without = found[frozenset(channel)]
            whole = without.options(channel) if without else None
            assert whole is not None
            left = summed(cube, axes, {**channel, "month": tuple({*range(5)} - {*wanted})})
            assert fine(sum(left[: options.counted]))
            assert all(fine(left[option]) for option in told & whole if option < options.counted)


def test_what_is_too_small_of_an_ordered_axis_takes_in_its_neighbour() -> None:
    cube = np.array([[2, 0], [40, 0], [30, 0], [9, 0]])
    opening = openings(cube, ("month",), Options(1, 0), MINIMUM, ordered="month")[frozenset({"month"})]
    assert opening is not None
    assert opening.hidden["month"] == {0, 1}
    assert opening.options({"month": (2, 3)}) == {0}
    assert opening.options({"month": (0, 1, 2)}) == {0}
    assert opening.options({"month": (1, 2, 3)}) is None


@pytest.mark.parametrize("seed", range(30))
def test_finer_classes_tell_nothing_that_coarser_ones_hide(seed: int) -> None:
    cube, axes, options = random_cube(seed)
    found = openings(cube, axes, options, MINIMUM)
    larger = openings(cube, axes, options, 2 * MINIMUM, bound=found)
    for key, opening in found.items():
        for axis in key:
            wider = found[key - {axis}]
            assert opening is None or (
                wider is not None and all(opening.values[a] <= wider.values[a] for a in key - {axis})
            )
        assert larger[key] is None or opening is not None
        stricter = larger[key]
        assert stricter is None or all(stricter.values[a] <= opening.values[a] for a in key)


def test_of_an_empty_cube_zeros_are_told() -> None:
    found = openings(np.zeros((2, 3, 4), int), ("agency", "month"), Options(3, 0), MINIMUM)
    both = found[frozenset({"agency", "month"})]
    assert both is not None
    assert both.options({"agency": [0], "month": [1, 2]}) == frozenset(range(3))


@pytest.mark.parametrize(("counts", "told"), [([3, 0, 0], None), ([9, 0, 0], {0, 1}), ([9, 1, 0], set())])
def test_a_cube_of_one_cell_follows_the_row_rule(counts: list[int], told: set[int] | None) -> None:
    opening = openings(np.array(counts), (), Options(2, 0), MINIMUM)[frozenset()]
    assert (None if opening is None else set(opening.options({}) or ())) == told


def test_a_cube_that_is_too_large_is_not_told() -> None:
    cube = np.broadcast_to(np.int64(100), (LARGEST_CUBE, 3))
    assert openings(cube, ("agency",), Options(2, 0), MINIMUM)[frozenset({"agency"})] is None


def test_nameless_values_never_stand_alone() -> None:
    cube = np.full((3, 3), 50)
    opening = openings(cube, ("agency",), Options(2, 0), MINIMUM, nameless={"agency": frozenset([2])})[
        frozenset({"agency"})
    ]
    assert opening is not None
    assert opening.options({"agency": [2]}) is None
    assert opening.options({"agency": [0]}) is not None


def test_an_opening_at_a_hidden_value_is_none_and_at_an_absent_one_empty() -> None:
    opening = openings(np.array([[50, 50, 0], [60, 60, 0], [1, 0, 0], [0, 0, 0]]), ("agency",), Options(2, 0), MINIMUM)
    found = opening[frozenset({"agency"})]
    assert found is not None
    hidden = [value for value in range(4) if found.at("agency", value) is None]
    # The small one takes a large one with it.
    assert len(hidden) == 2
    assert 2 in hidden
    absent = found.at("agency", 3)
    assert isinstance(absent, Opening)
    assert absent.empty


def test_values_are_taken_out_until_every_cell_is_large() -> None:
    counts = np.array([[20, 20], [30, 30], [2, 9]])
    kept = coarsened(counts, [np.ones(3, bool)], 2, MINIMUM)
    assert kept is not None
    cells = folded(counts, 0, kept[0], ~kept[0])[0]
    assert (cells >= MINIMUM).all()
    assert coarsened(np.array([[1, 1], [1, 0]]), [np.ones(2, bool)], 2, MINIMUM) is None


def test_folding_adds_up_what_does_not_stand_alone() -> None:
    counts = np.array([[1, 2], [3, 4], [5, 6]])
    cells, names = folded(counts, 0, mask_of([1], 3), mask_of([0, 2], 3))
    assert cells.tolist() == [[3, 4], [6, 8]]
    assert names == [1, -1]
    assert indices(mask_of([0, 2], 3)) == {0, 2}


@pytest.mark.parametrize("seed", range(30))
def test_a_staircase_leaves_no_option_small(seed: int) -> None:
    random = np.random.default_rng(seed)
    counts = random.poisson(random.random((4, 6)) ** 2 * 40)
    present = [counts.sum(axis=1) > 0, counts.sum(axis=0) > 0]
    kept = [present[0] & (counts[:, :5].sum(axis=1) >= MINIMUM)]
    told = Staircase(counts, present, kept, np.ones(counts.shape, bool), 5, MINIMUM).told()
    for value, options in told.items():
        check_row(counts[value].tolist(), options, Options(5, 0))
    for option in range(5):
        telling = [value for value, options in told.items() if option in options]
        left = counts[[value for value in range(4) if value not in telling], option].sum()
        assert fine(left) or not telling


@pytest.mark.parametrize("seed", range(30))
def test_pieces_of_a_month_are_large(seed: int) -> None:
    random = np.random.default_rng(seed)
    options = Options(3, 0)
    days = random.poisson(random.random((30, options.size)) * random.choice([0.3, 2, 6]))
    opening = openings(days.sum(axis=0)[None], ("month",), options, MINIMUM)[frozenset({"month"})]
    assert opening is not None or days[:, :3].sum() < MINIMUM
    if opening is None or 0 not in opening.values["month"]:
        return
    found = cuts(days, (), options, MINIMUM, opening, 0, ())
    ends = sorted({0, *found.after, 30})
    for first, last in combinations(ends, 2):
        if found.after:
            check_row(days[first:last].sum(axis=0).tolist(), found.options & opening.told[0], options)


@pytest.mark.parametrize("seed", range(30))
def test_with_an_anchor_a_month_is_cut_there_or_nowhere(seed: int) -> None:
    random = np.random.default_rng(seed)
    options = Options(3, 0)
    days = random.poisson(random.random((30, options.size)) * random.choice([0.1, 0.5, 2]))
    opening = openings(days.sum(axis=0)[None], ("month",), options, MINIMUM)[frozenset({"month"})]
    if opening is None or 0 not in opening.values["month"]:
        return
    halves = np.stack([days[:14].sum(axis=0), days[14:].sum(axis=0)])
    half = cuts(halves, (), options, MINIMUM, opening, 0, ())
    wider = Cuts(frozenset(range(1, 31)), half.values, half.options)
    found = cuts(days, (), options, MINIMUM, opening, 0, (wider,), anchor=14)
    assert (14 in found.after) == bool(half.after) == bool(found.after)
    assert found.options <= half.options or not found.after
    for first, last in combinations(sorted({0, *found.after, 30}), 2):
        if found.after:
            check_row(days[first:last].sum(axis=0).tolist(), found.options & opening.told[0], options)


def test_a_month_without_answers_is_not_cut() -> None:
    opening = Opening({"month": frozenset([0])}, "month", {0: frozenset([0])}, {"month": frozenset()}, frozenset([0]))
    assert cuts(np.zeros((30, 2), int), (), Options(1, 0), MINIMUM, opening, 0, ()) == NO_CUTS


def test_what_is_left_of_a_month_is_joined_until_it_is_large_enough() -> None:
    # Three days, by flag: on the second nobody is flagged, on the third two are.
    days = np.array([[[8, 0], [6, 0]], [[10, 0], [0, 0]], [[14, 0], [2, 0]]])
    both = frozenset([0, 1])
    told = {0: frozenset([0]), 1: frozenset([0])}
    opening = Opening(
        {"flagged": both, "month": frozenset([0])},
        "flagged",
        told,
        dict.fromkeys(("flagged", "month"), frozenset()),
        frozenset([0]),
    )
    assert cuts(days, ("flagged",), Options(1, 0), MINIMUM, opening, 0, ()).after == frozenset()
    days[2, 1, 0] = 5
    assert cuts(days, ("flagged",), Options(1, 0), MINIMUM, opening, 0, ()).after == {1, 2}
