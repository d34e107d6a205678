"""How few people a combination of told figures can concern: exact, by linear algebra.

Every told figure is a sum over people: a row with 1 for each whom it counts. Somebody who adds and subtracts told
figures, as often as he likes, gets any vector of the span of the rows; it concerns everybody whose coefficient is not
zero. People whom all rows count alike are one class, and no vector tells them apart. A set of classes holds all whom
some vector concerns exactly if their rows of a basis of the kernel (what all told figures leave open) depend on each
other: the vector is at right angles to the kernel. So all sets of classes of few people are tried.

The span is that of numbers of people. Figures of options are rows over (person, option); whatever is put together of
them is, option by option, a vector of this span, and concerns no fewer people.
"""

from collections.abc import Iterator
from itertools import combinations
from math import comb
from typing import Any, NamedTuple

import numpy as np

MOST_SETS = 3_000_000
AT_ONCE = 200_000
ZERO = 1e-7


class Vector(NamedTuple):
    """A combination of told figures, by whom it concerns: the index of each, and his coefficient (the first is 1)."""

    people: tuple[int, ...]
    coefficients: tuple[float, ...]


def least_concerned(rows: Any, fewer: int) -> list[Vector]:
    """The combinations of the rows (told figures x people) that concern somebody, but fewer than so many; of those
    with the fewest classes each once. Exact: empty only where there are none. Raises ValueError where there are too
    many sets to try."""
    told = np.flatnonzero(np.any(rows, axis=0))
    if not told.size:
        return []
    columns, classes, sizes = np.unique(rows[:, told], axis=1, return_inverse=True, return_counts=True)
    members = [told[classes.reshape(-1) == each] for each in range(len(sizes))]
    kernel = kernel_of(columns)
    small = np.flatnonzero(sizes < fewer)
    for number in range(1, min(fewer - 1, len(small)) + 1):
        if comb(len(small), number) > MOST_SETS:
            raise ValueError(f"{len(small)} classes of fewer than {fewer} people are too many")
        found = [
            _vector(kernel, chosen, members)
            for chosen in _sets(small, number, sizes, fewer)
            for chosen in chosen[_depend(kernel, chosen)]
        ]
        if found:
            return sorted(found, key=lambda vector: len(vector.people))
    return []


def kernel_of(columns: Any) -> Any:
    """An orthonormal basis of all that no row sees, a row for each column."""
    _, sizes, right = np.linalg.svd(columns.astype(float), full_matrices=True)
    rank = int((sizes > ZERO).sum())
    return right[rank:].T


def _sets(small: Any, number: int, sizes: Any, fewer: int) -> Iterator[Any]:
    """Sets of so many classes that hold fewer people together, some at once."""
    chosen: list[tuple[int, ...]] = []
    for each in combinations(small.tolist(), number):
        chosen.append(each)
        if len(chosen) == AT_ONCE:
            yield _light(chosen, sizes, fewer)
            chosen = []
    if chosen:
        yield _light(chosen, sizes, fewer)


def _light(chosen: list[tuple[int, ...]], sizes: Any, fewer: int) -> Any:
    sets = np.array(chosen)
    return sets[sizes[sets].sum(axis=1) < fewer]


def _depend(kernel: Any, sets: Any) -> Any:
    """Which of the sets have rows of the kernel that depend on each other."""
    rows = kernel[sets]
    lengths = np.linalg.norm(rows, axis=2)
    single = rows / np.maximum(lengths, ZERO)[..., None]
    # The determinant is 0 where they do; it is small elsewhere too, so that the least singular value decides.
    likely = (lengths < ZERO).any(axis=1) | (np.abs(np.linalg.det(single @ single.transpose(0, 2, 1))) < ZERO)
    found = np.zeros(len(sets), bool)
    for i in np.flatnonzero(likely):
        values = np.linalg.svd(rows[i], compute_uv=False)
        found[i] = len(values) < sets.shape[1] or values[-1] < ZERO
    return found


def _vector(kernel: Any, chosen: Any, members: list[Any]) -> Vector:
    """The combination whose classes these are."""
    left, _, _ = np.linalg.svd(kernel[chosen], full_matrices=True)
    found = sorted(
        (int(person), float(coefficient))
        for each, coefficient in zip(chosen, left[:, -1], strict=True)
        for person in members[each]
        if abs(coefficient) > ZERO
    )
    return Vector(tuple(person for person, _ in found), tuple(each / found[0][1] for _, each in found))
