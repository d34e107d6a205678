"""What is hidden, made other than it is: who shows it, or anything that follows from it, shows something else then."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from survey_app.figures import released, remembered
from survey_app.figures.released import RESPONSES, Told
from tests.figures.small_surveys import QUESTIONS

# As they are, whatever a test makes of them.
TELLS, HAS_ROW = Told.tells, Told.has_row


def otherwise(told: Told) -> Told:
    """The same that is told, with other hidden counts. Where a question's n is told, hidden options change places, so
    that it stays as it is; where it is not, all counts are others. No answers at all stay none."""
    counts = dict(told.counts)
    for question in {question for question, _option in counts if question}:
        options = QUESTIONS.get(question) or sorted(option for each, option in counts if each == question)
        hidden = [(question, option) for option in options if not TELLS(told, question, option)]
        if HAS_ROW(told, question):
            counts |= dict(zip(hidden, reversed([counts.get(key, 0) for key in hidden]), strict=True))
        elif any(counts.get(key) for key in hidden):
            counts |= {key: counts.get(key, 0) * 3 + 7 + i for i, key in enumerate(hidden)}
    if not told.responses_told and counts.get(RESPONSES):
        counts[RESPONSES] = counts[RESPONSES] * 3 + 11
    return replace(told, counts=counts)


@contextmanager
def hidden_counts(*, changed: bool) -> Iterator[list[Told]]:
    """Inside every hidden count is another one, or as it is; the list gets what differs."""
    told_of = released._told
    differ: list[Told] = []

    def told(*arguments: Any) -> Told:
        found = told_of(*arguments)
        other = otherwise(found) if changed else found
        differ.extend([other] if other != found else [])
        return other

    remembered._kept.clear()
    with patch.object(released, "_told", told):
        yield differ
    remembered._kept.clear()
