"""What was worked out of counts that have not changed since.

The key names everything else that a result depends on; the counts are named by the survey's token, which every change
of its tallies replaces. Whoever has another token, in this process or another, sees nothing of it.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from survey_app.db import db
from survey_app.tallies.queries import agency_tokens, counts_token

if TYPE_CHECKING:
    from survey_app.statistics.blocks import Cube

Result = TypeVar("Result")
MOST = 96
# Of single agencies' counts: those of a province by procedure and month are a sixth of it.
MOST_BYTES = 64_000_000

_kept: OrderedDict[tuple[UUID, Hashable], Any] = OrderedDict()
_of_agencies: OrderedDict[Hashable, dict[int, tuple[UUID, "Cube"]]] = OrderedDict()
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


def remembered_of(
    survey_id: int, agency_ids: Sequence[int], key: Hashable, make: Callable[[Sequence[int]], Sequence["Cube"]]
) -> list["Cube"]:
    """What `make` gives for each of these agencies, in their order; from the last time where nothing was counted at the
    agency since."""
    token = _tokens().get(survey_id) or _asked(survey_id)
    if token is None:
        return list(make(agency_ids))
    tokens = remembered(survey_id, "agency tokens", lambda: agency_tokens(survey_id))
    with _lock:
        kept = _of_agencies.get((survey_id, key), {})
        found = {each: kept[each][1] for each in agency_ids if each in kept and kept[each][0] == tokens.get(each)}
    missing = [each for each in agency_ids if each not in found]
    made = dict(zip(missing, make(missing), strict=True)) if missing else {}
    if made and _asked(survey_id) == token:
        _keep_of((survey_id, key), {each: (tokens[each], cube) for each, cube in made.items() if each in tokens})
    found |= made
    return [found[each] for each in agency_ids]


def _keep_of(key: Hashable, made: dict[int, tuple[UUID, "Cube"]]) -> None:
    with _lock:
        _of_agencies[key] = _of_agencies.pop(key, {}) | made
        while len(_of_agencies) > 1 and _bytes() > MOST_BYTES:
            _of_agencies.popitem(last=False)


def _bytes() -> int:
    return sum(cube.nbytes for kept in _of_agencies.values() for _token, cube in kept.values())


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
