"""What was worked out of counts that have not changed since.

The key names everything else that a result depends on; the counts are named by the survey's token, which every change
of its tallies replaces. Whoever has another token, in this process or another, sees nothing of it.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar
from uuid import UUID

Result = TypeVar("Result")
MOST = 96

_kept: OrderedDict[tuple[UUID, Hashable], Any] = OrderedDict()
_lock = Lock()


def remembered(counts_token: Callable[[], UUID | None], key: Hashable, make: Callable[[], Result]) -> Result:
    """What `make` gives for the counts of this name, from the last time where there was one; not to be changed."""
    token = counts_token()
    if token is None:
        return make()
    with _lock:
        if (token, key) in _kept:
            _kept.move_to_end((token, key))
            found: Result = _kept[token, key]
            return found
    found = make()
    # Where the counts changed while they were read, nobody can say which ones these are.
    if counts_token() == token:
        with _lock:
            _kept[token, key] = found
            while len(_kept) > MOST:
                _kept.popitem(last=False)
    return found
