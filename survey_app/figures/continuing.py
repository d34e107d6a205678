"""Counts under the codes asked now: what an earlier question counted goes on under the one that continues it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from survey_app.tallies.queries import Counts, count_rows
from survey_app.tallies.rules import Slice


def continuing_counts(codes: Mapping[str, str], part: Slice, by: Sequence[str]) -> dict[tuple[Any, ...], Counts]:
    """`tallies.queries.grouped_counts`, the crosswalk followed: `codes` are the `continued_questions` of the survey's
    version. No response is counted twice under one code: the crosswalk refuses such links."""
    if part.questions is not None:
        part = replace(part, questions=with_earlier(codes, part.questions))
    found: dict[tuple[Any, ...], Counts] = {}
    for *key, question, option, count in count_rows(part, by):
        counts, choice = found.setdefault(tuple(key), {}), (codes.get(question, question), option)
        counts[choice] = counts.get(choice, 0) + count
    return found


def with_earlier(codes: Mapping[str, str], questions: Sequence[str]) -> tuple[str, ...]:
    """These questions and the earlier ones that they continue."""
    return (*questions, *(old for old, new in codes.items() if new in questions))
