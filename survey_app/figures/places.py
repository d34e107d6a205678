"""The agencies whose counts stand beside each other in a cube."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from survey_app.agencies.queries import ancestors_by_agency, children_by_agency


class Place(NamedTuple):
    """An agency alone, or with those right `below` it."""

    agency_id: int
    below: tuple[int, ...]

    @property
    def agencies(self) -> tuple[int, ...]:
        return self.agency_id, *self.below


# From the survey's own agency alone down to the place that holds the agency in question.
Line = tuple[Place, ...]


def lines_to(root: int, agency_ids: Sequence[int]) -> Mapping[int, Line]:
    """The places that lead to each of these agencies from the survey's own; those outside of it are left out. Agencies
    that stand beside each other share their places."""
    top = Place(root, ())
    if set(agency_ids) == {root}:
        return {root: (top,)}
    ancestors = ancestors_by_agency(agency_ids)
    kept = {each: line[: line.index(root) + 1] for each, line in ancestors.items() if root in line}
    below = children_by_agency({place for line in kept.values() for place in line[1:]})
    shared: dict[tuple[int, ...], Line] = {(): (top,)}
    for above in {line[1:] for line in kept.values()}:
        shared[above] = (top, *(Place(each, below[each]) for each in reversed(above)))
    return {each: shared[line[1:]] for each, line in kept.items()}
