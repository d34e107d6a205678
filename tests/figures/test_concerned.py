"""The search for combinations that concern few people finds all of them, and nothing else."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.figures.concerned import Vector, least_concerned


def rank(rows: list[list[Fraction]]) -> int:
    """By elimination, exactly."""
    rows, found = [row[:] for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        at = next((i for i in range(found, len(rows)) if rows[i][column]), None)
        if at is None:
            continue
        rows[found], rows[at] = rows[at], rows[found]
        for i in range(found + 1, len(rows)):
            factor = rows[i][column] / rows[found][column]
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[found], strict=True)]
        found += 1
    return found


def fewest(rows: list[list[int]], fewer: int) -> bool:
    """Whether some combination concerns fewer people: without them the rows span less."""
    exact = [[Fraction(value) for value in row] for row in rows]
    people = range(len(rows[0]))
    whole = rank(exact)
    return any(
        rank([[value for i, value in enumerate(row) if i not in left_out] for row in exact]) < whole
        for number in range(1, fewer)
        for left_out in combinations(people, number)
    )


def told(people: int) -> st.SearchStrategy[list[list[int]]]:
    return st.lists(st.lists(st.integers(0, 1), min_size=people, max_size=people), min_size=1, max_size=6)


@settings(max_examples=60)
@given(st.integers(5, 9).flatmap(told))
def test_as_by_trying_everybody(rows: list[list[int]]) -> None:
    found = least_concerned(np.array(rows), 4)
    assert bool(found) == fewest(rows, 4)
    for vector in found:
        assert 0 < len(vector.people) < 4
        whole = np.zeros(len(rows[0]))
        whole[list(vector.people)] = vector.coefficients
        assert np.linalg.matrix_rank(np.array([*rows, whole])) == np.linalg.matrix_rank(np.array(rows))


def test_two_batches_and_a_channel_tell_one_less_another() -> None:
    """Four on the web and one at the kiosk, then one and four; then the five on the web."""
    first, second = [1] * 5 + [0] * 5, [0] * 5 + [1] * 5
    web = [1, 1, 1, 1, 0, 1, 0, 0, 0, 0]
    assert least_concerned(np.array([first, second, web]), 5) == [Vector((4, 5), pytest.approx((1, -1)))]
    assert least_concerned(np.array([first, second]), 5) == []


def test_too_many_sets_are_refused() -> None:
    with pytest.raises(ValueError, match="too many"):
        least_concerned(np.vstack([np.ones(150), np.arange(150)]), 9)
