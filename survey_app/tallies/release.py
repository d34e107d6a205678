"""What a batch of answers tells: at once how many they are and what they chose, the rest once enough are alike.

A released answer is counted without its channel, marks and procedure first. These are told for at least
SURVEY_RELEASE_BATCH of an agency at a time who have them in common, and for so many that nobody or a batch is left:
who looks before and after learns nothing of fewer people. The procedure follows the others in the same way. Until then
the response keeps a row in the queue that says what is counted of it; when the survey has closed nothing waits.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Connection, bindparam, case, delete, func, select

from survey_app.responses.rules import contribution, counted_form
from survey_app.tallies import queries
from survey_app.tallies.queries import QUEUE, RESPONSE
from survey_app.tallies.rules import Counts, Group, told_apart

IDS_IN_STATEMENT = 500

_chosen: BindParameter[list[UUID]] = bindparam("ids", expanding=True)
TAKE = (
    delete(QUEUE)
    .where(QUEUE.c.agency_id == bindparam("agency"), QUEUE.c.response_id.in_(_chosen))
    .returning(QUEUE.c.response_id, case((QUEUE.c.counted != {}, QUEUE.c.counted)).label("counted"))
)
_grouped: dict[str, ColumnElement[Any]] = {
    **RESPONSE.c,
    "day": RESPONSE.c.answered_on,
    "procedure": func.coalesce(RESPONSE.c.procedure_code, ""),
}
STORED = select(RESPONSE.c.id, *(_grouped[name] for name in Group._fields), RESPONSE.c.answers).where(
    RESPONSE.c.agency_id == bindparam("agency"), RESPONSE.c.id.in_(_chosen), RESPONSE.c.state == "stored"
)


class Counted(defaultdict[Group, Counts]):
    """What the tallies change by."""

    def __init__(self) -> None:
        super().__init__(Counter)

    def take_off(self, agency_id: int, form: Mapping[str, Any]) -> None:
        """What the tallies held of a response."""
        for key in contribution(form):
            self[Group(agency_id, *key[:7])][key.question, key.option] -= 1

    def add(self, group: Group, answers: Mapping[str, str]) -> None:
        """One response."""
        counts = self[group]
        counts["", ""] += 1
        counts.update(answers.items())


class Release(NamedTuple):
    """So many held responses of an agency and survey that may be counted now."""

    agency_id: int
    survey_id: int
    closed: bool
    number: int


class Answer(NamedTuple):
    """A stored response and its group; `channel` is the one that is counted of it, None where nothing is."""

    id: UUID
    group: Group
    answers: Mapping[str, str]
    channel: str | None


def count_whole(connection: Connection, agency_id: int, ids: Sequence[UUID], counted: Counted) -> int:
    """Take these queue rows and count all that their responses say; returns how many were still there."""
    number, answers = _take(connection, agency_id, ids, counted)
    for answer in answers:
        counted.add(answer.group, answer.answers)
    return number


def release(connection: Connection, due: Release, batch: int, counted: Counted) -> int:
    """Count what is due, and tell apart what may be; returns how many responses were counted first."""
    agency = {"agency_id": due.agency_id, "survey_id": due.survey_id}
    new = queries.held_ids(**agency, counted=False, limit=due.number)
    before = queries.held_ids(**agency, counted=True)
    if due.closed:
        return count_whole(connection, due.agency_id, [*before, *new], counted)
    number, answers = _take(connection, due.agency_id, [*before, *new], counted)
    behind = []
    for answer, group in _as_told(answers, batch):
        counted.add(group, answer.answers)
        if group != answer.group:
            said = group._asdict()
            del said["agency_id"]
            form = counted_form(**said, answers=answer.answers)
            behind.append({**agency, "response_id": answer.id, "held": True, "counted": form})
    if behind:
        connection.execute(QUEUE.insert(), behind)
    return number - len(before)


def _as_told(answers: Sequence[Answer], batch: int) -> Iterator[tuple[Answer, Group]]:
    """Each answer as what may be told of it."""
    unmarked = [answer for answer in answers if not answer.channel]
    marked, rest = _apart(unmarked, lambda answer: answer.group[4:7], batch)
    for answer in rest:
        yield answer, answer.group._replace(channel="", verified=False, flagged=False, procedure="")
    pools: defaultdict[Any, list[Answer]] = defaultdict(list)
    for answer in (*(answer for answer in answers if answer.channel), *marked):
        pools[answer.group[4:7]].append(answer)
    for pool in pools.values():
        whole, rest = _apart(pool, lambda answer: answer.group.procedure, batch)
        yield from ((answer, answer.group) for answer in whole)
        yield from ((answer, answer.group._replace(procedure="")) for answer in rest)


def _apart(answers: Iterable[Answer], alike: Callable[[Answer], Any], batch: int) -> tuple[list[Answer], list[Answer]]:
    """Those that may be told apart by what they have alike, the oldest first, and the rest."""
    groups: defaultdict[Any, list[Answer]] = defaultdict(list)
    for answer in sorted(answers, key=lambda answer: answer.id):
        groups[alike(answer)].append(answer)
    taken = told_apart({key: len(found) for key, found in groups.items()}, batch)
    apart = [answer for key, found in groups.items() for answer in found[: taken.get(key, 0)]]
    return apart, [answer for key, found in groups.items() for answer in found[taken.get(key, 0) :]]


def _take(connection: Connection, agency_id: int, ids: Sequence[UUID], counted: Counted) -> tuple[int, list[Answer]]:
    """Take queue rows, and take off what the tallies hold of them: how many were still there, and the stored ones.

    The responses are read after their queue rows are gone: whoever changes one of them meanwhile either has done so
    before, and it is counted as changed, or waits for us and then queues a correction.
    """
    number, answers = 0, []
    for start in range(0, len(ids), IDS_IN_STATEMENT):
        chosen = {"agency": agency_id, "ids": ids[start : start + IDS_IN_STATEMENT]}
        taken = {row.response_id: row.counted or {} for row in connection.execute(TAKE, chosen)}
        number += len(taken)
        for form in taken.values():
            counted.take_off(agency_id, form)
        for each, *header, given in connection.execute(STORED, {"agency": agency_id, "ids": list(taken)}):
            answers.append(Answer(each, Group(*header), given, taken[each].get("channel")))
    return number, answers
