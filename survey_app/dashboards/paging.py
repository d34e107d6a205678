"""A long list a page at a time: the address holds the number of the page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class ListPage(Generic[Item]):
    """The items of a page, how many there are on all pages, the page's number and the last one's, and the addresses
    beside it (None at the ends)."""

    items: Sequence[Item]
    count: int
    number: int
    last: int
    previous: str | None
    following: str | None


def page_of(items: Sequence[Item], number: int, address: Callable[[int], str]) -> ListPage[Item]:
    """The page with that number from 1 on; one beyond the ends is the first or the last."""
    last = max(1, -(-len(items) // ON_A_PAGE))
    number = min(max(1, number), last)
    return ListPage(
        items=items[(number - 1) * ON_A_PAGE : number * ON_A_PAGE],
        count=len(items),
        number=number,
        last=last,
        previous=address(number - 1) if number > 1 else None,
        following=address(number + 1) if number < last else None,
    )
