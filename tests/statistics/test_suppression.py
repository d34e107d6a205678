from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.statistics import hidden_cells, subtotal_hidden, total_hidden

tables = st.lists(st.integers(0, 40), min_size=1, max_size=7)
minimums = st.integers(1, 12)


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([0, 0, 0, 49, 17], "....."),
        ([2, 5, 20, 120, 53], "xx..."),
        ([1, 2, 20, 120, 53], "xxx.."),
        ([3, 0, 10, 20, 30], "x.x.."),
        ([3, 4, 10, 20, 30], "xx..."),
        ([3, 10, 10], "xx."),
        ([1, 0, 0, 3], "xxxx"),
        ([0, 0, 0], "..."),
        ([5, 0, 0], "..."),
        ([4, 96], "xx"),
        ([], ""),
    ],
)
def test_hidden_cells_of_small_tables(counts: list[int], hidden: str) -> None:
    assert "".join("x" if cell else "." for cell in hidden_cells(counts, 5)) == hidden


@given(tables, minimums)
def test_small_cells_are_hidden_and_never_alone(counts: list[int], minimum: int) -> None:
    hidden = hidden_cells(counts, minimum)
    assert all(h for c, h in zip(counts, hidden, strict=True) if 0 < c < minimum)
    if total_hidden(counts, minimum):
        assert all(hidden)
        return
    sealed = [c for c, h in zip(counts, hidden, strict=True) if h]
    assert 0 not in sealed
    assert not sealed or (len(sealed) >= 2 and sum(sealed) >= minimum)


@given(tables, minimums)
def test_nothing_is_hidden_without_a_small_cell(counts: list[int], minimum: int) -> None:
    if not any(0 < c < minimum for c in counts):
        assert not any(hidden_cells(counts, minimum))


def told(hidden: Sequence[int]) -> bool:
    """Whether somebody who knows how many counts are hidden, that none is zero and their sum, can tell one of them."""
    if not hidden:
        return False
    worlds = [w for w in product(range(1, sum(hidden) + 1), repeat=len(hidden)) if sum(w) == sum(hidden)]
    return any(len({world[cell] for world in worlds}) == 1 for cell in range(len(hidden)))


@pytest.mark.parametrize("minimum", [3, 5])
def test_subtraction_from_n_tells_no_hidden_count(minimum: int) -> None:
    leaks = []
    for counts in product(range(8), repeat=4):
        hidden = [c for c, h in zip(counts, hidden_cells(counts, minimum), strict=True) if h]
        if not total_hidden(counts, minimum) and told(hidden):
            leaks.append(counts)
    # Where everybody is alone with their answer, n itself says so.
    assert {tuple(c for c in counts if c) for counts in leaks} <= {(1,) * m for m in range(minimum, 5)}


@pytest.mark.parametrize(
    ("counts", "unshown", "hidden"),
    [([3, 21], 0, "xx"), ([3, 21], 1, "xx"), ([3, 21], 2, "x."), ([3, 21], 50, "x."), ([0, 21], 2, "..")],
)
def test_a_part_that_is_never_shown_protects_a_hidden_count(counts: list[int], unshown: int, hidden: str) -> None:
    assert "".join("x" if cell else "." for cell in hidden_cells(counts, 5, unshown)) == hidden


@pytest.mark.parametrize(
    ("counts", "members", "hidden"),
    [
        ([0, 0, 0, 49, 17], "...xx", False),
        ([3, 4, 10, 20, 30], "...xx", False),
        ([1, 2, 20, 120, 53], "...xx", False),
        ([3, 0, 0, 20, 30], "...xx", True),
        ([2, 2, 0, 0, 30], "...xx", True),
        ([1, 0, 0, 0, 3], "...xx", True),
    ],
)
def test_subtotals_that_would_give_a_count_away(counts: list[int], members: str, hidden: bool) -> None:
    assert subtotal_hidden(counts, [m == "x" for m in members], 5) is hidden


def test_subtraction_from_a_shown_subtotal_tells_no_hidden_count() -> None:
    shown = 0
    for counts in product(range(8), repeat=4):
        if subtotal_hidden(counts, (False, False, True, True), 3):
            continue
        shown += 1
        hidden = hidden_cells(counts, 3)
        assert not told([c for c, h in zip(counts[:2], hidden[:2], strict=True) if h])
        assert not told([c for c, h in zip(counts[2:], hidden[2:], strict=True) if h])
    assert shown > 1000


@pytest.mark.parametrize("counts", [[-1, 2], [1.5, 2], [True, 9]])
def test_what_is_no_count_is_refused(counts: list[int]) -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        hidden_cells(counts, 5)


def test_an_impossible_minimum_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        hidden_cells([1, 2], 0)


def test_members_must_match_the_counts() -> None:
    with pytest.raises(ValueError, match="each count"):
        subtotal_hidden([1, 2], [True], 5)
