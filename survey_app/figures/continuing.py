"""Counts under the codes asked now: what an earlier question counted goes on under the one that continues it."""

from collections.abc import Mapping, Sequence
from typing import Any

from survey_app.questionnaires.queries import continued_questions
from survey_app.surveys.models import Survey
from survey_app.tallies.queries import Counts, grouped_counts
from survey_app.tallies.rules import Slice


def continuing_counts(survey: Survey, part: Slice, by: Sequence[str]) -> dict[tuple[Any, ...], Counts]:
    """`tallies.queries.grouped_counts` of a part of a survey, the crosswalk of its questionnaire followed. No response
    is counted twice under one code: the crosswalk refuses such links."""
    codes = continued_questions(survey.version)
    counted = grouped_counts(part, by)
    return {key: _joined(counts, codes) for key, counts in counted.items()} if codes else counted


def _joined(counts: Counts, codes: Mapping[str, str]) -> Counts:
    found: Counts = {}
    for (question, option), count in counts.items():
        key = (codes.get(question, question), option)
        found[key] = found.get(key, 0) + count
    return found
