"""The smallest set of answers that looks can tell from all others: a minimum cut, found without any rule of ours."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable

Edge = tuple[Hashable, Hashable]


def smallest_cut(edges: Iterable[Edge]) -> int | None:
    """The size of the smallest cut of a graph that cuts anything; None where there is no edge. Parallel edges count.

    M. Stoer, F. Wagner, "A simple min-cut algorithm", J. ACM 44 (1997), on each component.
    """
    weights: defaultdict[Hashable, Counter[Hashable]] = defaultdict(Counter)
    for one, other in edges:
        weights[one][other] += 1
        weights[other][one] += 1
    found: list[int] = []
    while weights:
        component = _component(weights, next(iter(weights)))
        within = {node: weights.pop(node) for node in component}
        while len(within) > 1:
            found.append(_phase(within))
    return min(found, default=None)


def _component(weights: defaultdict[Hashable, Counter[Hashable]], start: Hashable) -> set[Hashable]:
    seen, rest = {start}, [start]
    while rest:
        new = weights[rest.pop()].keys() - seen
        seen |= new
        rest += new
    return seen


def _phase(weights: dict[Hashable, Counter[Hashable]]) -> int:
    """The cut that leaves the last node of a maximum adjacency order alone; it is merged with the one before."""
    tied: Counter[Hashable] = Counter(dict.fromkeys(weights, 0))
    order: list[Hashable] = []
    while tied:
        node = max(tied, key=lambda each: tied[each])
        cut = tied.pop(node)
        order.append(node)
        for other, weight in weights[node].items():
            if other in tied:
                tied[other] += weight
    *_, before, last = order
    for other, weight in weights.pop(last).items():
        del weights[other][last]
        if other != before:
            weights[before][other] += weight
            weights[other][before] += weight
    return cut
