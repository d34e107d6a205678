"""How many options each value of a class's first axis tells."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from survey_app.statistics.blocks import folded

if TYPE_CHECKING:
    from survey_app.statistics.blocks import Cube, Mask


class Staircase:
    """How many options each value of the first axis tells: of those that the other axes tell, the most chosen first.

    An option is told by a value where each of its cells, and what stays hidden beside it, holds the minimum; and where
    some value hides an option, all those that hide it hold the minimum of it together.
    """

    def __init__(
        self,
        counts: "Cube",
        present: Sequence["Mask"],
        kept: Sequence["Mask"],
        tellable: "Mask",
        counted: int,
        minimum: int,
    ) -> None:
        """`kept` values of each axis stand alone, `present` ones have answers; options that are not `tellable` in some
        cell are hidden by another class. The first `counted` options make n."""
        import numpy as np

        self._counted, self._minimum = counted, minimum
        cells = counts
        for i in range(1, counts.ndim - 1):
            cells = folded(cells, i, kept[i], present[i] & ~kept[i])[0]
        # By value of the first axis, cell of the others, option.
        self._cells = cells.reshape(counts.shape[0], -1, counts.shape[-1])
        for i in range(1, counts.ndim - 1):
            tellable = np.compress(kept[i], tellable, axis=i)
        tellable = tellable.reshape(counts.shape[0], -1, counts.shape[-1])
        self._may: Mask = np.asarray(tellable.all(axis=1))
        self._kept: Mask = kept[0]
        self._present: Mask = present[0]
        totals = self._cells.sum(axis=(0, 1))
        may_be_told = self._may[self._kept].any(axis=0) & (totals > 0)
        self._chain = sorted(may_be_told[: self._counted].nonzero()[0].tolist(), key=lambda o: (-totals[o], o))
        self._never = [o for o in range(self._counted) if totals[o] and o not in self._chain]
        self._outside = [o for o in range(self._counted, counts.shape[-1] - 1) if may_be_told[o]]
        self._absent = [o for o in range(counts.shape[-1] - 1) if not totals[o]]

    def told(self) -> dict[int, frozenset[int]]:
        """The options by value."""
        most = self._most()
        levels = {value: most[value] for value in self._kept.nonzero()[0].tolist()}
        while self._lower(levels):
            pass
        told = {value: {*self._chain[:level], *self._absent} for value, level in levels.items()}
        for option in self._outside:
            for value in self._telling_outside(option):
                told[value].add(option)
        return {value: frozenset(found) for value, found in told.items()}

    def _most(self) -> list[int]:
        """For each value, the most options that it can tell by itself."""
        import numpy as np

        # By value and cell: where nobody answered, nothing is too small.
        nobody = ~self._cells[:, :, : self._counted].any(axis=2)
        alone = [
            self._may[:, option] & ((self._cells[:, :, option] >= self._minimum) | nobody).all(axis=1)
            for option in self._chain
        ]
        rest = self._cells[:, :, self._never].sum(axis=2)
        found = np.zeros(len(self._cells), int)
        for level in range(len(self._chain), 0, -1):
            hides = level < len(self._chain) or self._never
            safe = np.logical_and.reduce(alone[:level])
            if hides:
                safe &= ((rest >= self._minimum) | nobody).all(axis=1)
            if not self._leaves_one(level):
                found[safe & (found == 0)] = level
            rest = rest + self._cells[:, :, self._chain[level - 1]]
        most: list[int] = found.tolist()
        return most

    def _leaves_one(self, level: int) -> bool:
        """Whether one option alone would stay hidden, and so not be hidden."""
        return len(self._chain) - level + len(self._never) == 1

    def _lower(self, levels: dict[int, int]) -> bool:
        """Where those that hide an option have too little of it together, the smallest that tells it joins them."""
        for place, option in enumerate(self._chain):
            telling = [value for value, level in levels.items() if level > place]
            hiding = self._present.copy()
            hiding[telling] = False
            if not telling or not hiding.any():
                continue
            least = [*self._chain[place + 1 :], *self._never]
            together = self._cells[hiding].sum(axis=0)
            together = together[together[:, : self._counted].any(axis=1)]
            enough = (together[:, option] >= self._minimum).all()
            if enough and (not least or (together[:, least].sum(axis=1) >= self._minimum).all()):
                continue
            smallest = min(telling, key=lambda value: (self._cells[value].sum(), value))
            levels[smallest] = place - 1 if place and self._leaves_one(place) else place
            return True
        return False

    def _telling_outside(self, option: int) -> list[int]:
        """The values that tell an option outside n; nobody where those that do not have too little of it together."""
        answered = self._cells[:, :, : self._counted].any(axis=2)
        large: Mask = self._may[:, option] & ((self._cells[:, :, option] >= self._minimum) | ~answered).all(axis=1)
        telling = (self._kept & large).nonzero()[0].tolist()
        hiding = self._present.copy()
        hiding[telling] = False
        together = self._cells[hiding].sum(axis=0)
        together = together[together[:, : self._counted].any(axis=1), option]
        return telling if not hiding.any() or (together >= self._minimum).all() else []
