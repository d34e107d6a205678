"""Counts under the codes asked now: what an earlier question counted goes on under the one that continues it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from survey_app.tallies.queries import Counts, count_rows
from survey_app.tallies.rules import Slice


def continuing_counts(codes: Mapping[str, str], part: Slice, by: Sequence[str]) -> dict[tuple[Any, ...], Counts]:
    """`tallies.queries.grouped_counts`, the crosswalk followed: `codes` are the `continued_questions` of the survey's
    version. No response is counted twice under one code: the crosswalk refuses such links."""
    found: dict[tuple[Any, ...], Counts] = {}
    for *key, question, option, count in continuing_rows(codes, part, by):
        counts, choice = found.setdefault(tuple(key), {}), (question, option)
        counts[choice] = counts.get(choice, 0) + count
    return found


def continuing_rows(codes: Mapping[str, str], part: Slice, by: Sequence[str]) -> Sequence[Sequence[Any]]:
    """The same as rows (*key, question, option, count); one key and choice may come more than once."""
    if part.questions is not None:
        earlier = (old for old, new in codes.items() if new in part.questions)
        part = replace(part, questions=(*part.questions, *earlier))
    rows = count_rows(part, by)
    if not codes:
        return rows
    return [(*key, codes.get(question, question), option, count) for *key, question, option, count in rows]
