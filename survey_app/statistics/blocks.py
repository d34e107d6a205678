"""Values of a cube's axes as blocks: some stand alone, all others are one hidden block. Pure numpy."""

from collections.abc import Iterable, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Cube = NDArray[Any]
    Mask = NDArray[Any]

# Values nearly as bad as the worst one of an axis go with it: fewer rounds.
NEARLY = 0.75


def coarsened(
    counts: "Cube",
    kept: Sequence["Mask"],
    counted: int,
    minimum: int,
    tellable: "Mask | None" = None,
    ordered: int | None = None,
) -> list["Mask"] | None:
    """Take values of the axes, and options (the last axis; the first `counted` make n), out of those that stand alone
    until every cell of the product holds the minimum; None where no value is left.

    Those go first whose cells are most often too small. A hidden block that is too small takes in the smallest value,
    on the axis `ordered` the nearest one: stretches of it stay whole. Where nobody answered, nothing is too small.
    """
    import numpy as np

    present = [by_axis(counts, i) > 0 for i in range(counts.ndim)]
    options = present[-1].copy()
    options[counted:] = False
    masks = [*(mask.copy() for mask in kept), options]
    while True:
        if not all(mask.any() for mask in masks[:-1]):
            return None
        cells, hidden, labels = counts, np.zeros(counts.shape, bool) if tellable is None else ~tellable, []
        for i, mask in enumerate(masks):
            rest = present[i] & ~mask
            rest[counted if i == len(masks) - 1 else len(rest) :] = False
            cells, found = folded(cells, i, mask, rest)
            labels.append(found)
            # What a hidden block holds is told by nobody.
            hidden = folded(hidden, i, mask, np.zeros_like(rest))[0]
            if rest.any():
                hidden = np.pad(hidden, [(0, int(j == i)) for j in range(hidden.ndim)])
        making_n = [slot for slot, option in enumerate(labels[-1]) if option < counted]
        small = ((cells < minimum) | hidden) & (cells[..., making_n].sum(axis=-1, keepdims=True) > 0)
        if not small.any():
            return masks
        _take_out_worst(counts, masks, small, labels, ordered)


def _take_out_worst(
    counts: "Cube", masks: list["Mask"], small: "Mask", labels: list[list[int]], ordered: int | None
) -> None:
    """Of the axis with the worst value (or hidden block), take out those nearly as bad."""
    best: tuple[float, int, list[int]] = (0.0, 0, [])
    for i in range(small.ndim):
        shares = small.mean(axis=tuple(j for j in range(small.ndim) if j != i))
        worst = float(shares.max())
        if worst > best[0]:
            best = (worst, i, [labels[i][slot] for slot in (shares >= NEARLY * worst).nonzero()[0]])
    _, axis, values = best
    named = [value for value in values if value >= 0]
    if not named:
        # A hidden block: it needs a partner, on its own axis or, where none is left, on another.
        axes = [axis, *(i for i in range(len(masks)) if i != axis)]
        axis = next(i for i in axes if masks[i].any())
        named = [_partner(by_axis(counts, axis), masks[axis], nearest=axis == ordered)]
    masks[axis][named] = False


def _partner(totals: "Mask", mask: "Mask", *, nearest: bool) -> int:
    """The value that joins a hidden block: the smallest, or the nearest to any that is hidden."""
    hidden = ((totals > 0) & ~mask).nonzero()[0]

    def far(value: int) -> int:
        return int(abs(hidden - value).min()) if nearest and len(hidden) else 0

    found: int = min(mask.nonzero()[0].tolist(), key=lambda value: (far(value), totals[value], value))
    return found


def folded(counts: "Cube", axis: int, kept: "Mask", rest: "Mask") -> tuple["Cube", list[int]]:
    """The kept values of an axis, and the rest as one behind them where there is any (-1 in the second list)."""
    import numpy as np

    alone = np.compress(kept, counts, axis=axis)
    names = [int(i) for i in kept.nonzero()[0]]
    if not rest.any():
        return alone, names
    block = np.compress(rest, counts, axis=axis).sum(axis=axis, keepdims=True)
    return np.concatenate([alone, block], axis=axis), [*names, -1]


def by_axis(counts: "Cube", axis: int) -> "Cube":
    """The sums over all other axes."""
    sums: Cube = counts.sum(axis=tuple(i for i in range(counts.ndim) if i != axis))
    return sums


def product_of(masks: Iterable["Mask"]) -> int:
    return prod(int(mask.sum()) for mask in masks)


def indices(mask: "Mask") -> frozenset[int]:
    return frozenset(mask.nonzero()[0].tolist())


def mask_of(indices: Iterable[int], size: int) -> "Mask":
    import numpy as np

    mask = np.zeros(size, bool)
    mask[list(indices)] = True
    return mask
