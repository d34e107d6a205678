"""What was worked out of counts that have not changed since.

The key names everything else that a result depends on; the counts are named by the survey's token, which every change
of its tallies replaces. Whoever has another token, in this process or another, sees nothing of it.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar
from uuid import UUID

from survey_app.db import db
from survey_app.tallies.queries import counts_token

Result = TypeVar("Result")
MOST = 96

_kept: OrderedDict[tuple[UUID, Hashable], Any] = OrderedDict()
_lock = Lock()


def remembered(survey_id: int, key: Hashable, make: Callable[[], Result]) -> Result:
    """What `make` gives for the survey's counts, from the last time where there was one; not to be changed.

    A transaction asks for the token once: its pages go on with the counts that they began with where those are kept.
    """
    token = _tokens().get(survey_id) or _asked(survey_id)
    if token is None:
        return make()
    with _lock:
        if (token, key) in _kept:
            _kept.move_to_end((token, key))
            found: Result = _kept[token, key]
            return found
    found = make()
    # Where the counts changed while they were read, nobody can say which ones these are.
    if _asked(survey_id) == token:
        with _lock:
            _kept[token, key] = found
            while len(_kept) > MOST:
                _kept.popitem(last=False)
    return found


def _asked(survey_id: int) -> UUID | None:
    """The token as it is now."""
    token = counts_token(survey_id)
    if token is not None:
        _tokens()[survey_id] = token
    return token


def _tokens() -> dict[int, UUID]:
    """The tokens that the running transaction has asked for."""
    session = db.session()
    running = session.get_transaction()
    kept_of, tokens = session.info.get("counts_tokens", (None, {}))
    if running is None or kept_of is not running:
        tokens = {}
        session.info["counts_tokens"] = (running, tokens)
    found: dict[int, UUID] = tokens
    return found
