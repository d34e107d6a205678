"""Nobody is isolated by what is counted beside the answers, nor by laying it over them; a planted hole is found."""

from collections.abc import Sequence

import pytest

from survey_app.figures.subjects import NO, OTHER, YES, Found, Responses, Subject, flag_kinds
from survey_app.tallies.rules import Slice
from tests.figures import small_surveys
from tests.figures.small_surveys import SmallSurvey, isolated, overlapping, told_beside, told_by_classes

pytestmark = [pytest.mark.usefixtures("session"), pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)]
MINIMUM = 5


@pytest.mark.parametrize("seed", [2, 3])
def test_nobody_is_isolated_by_reasons_flags_and_comments(seed: int) -> None:
    small = SmallSurvey(seed, more=True)
    beside = told_beside(small)
    assert sum(len(statements) > 5 for statements in beside.values()) > 3
    assert isolated(small, beside, MINIMUM) == []
    assert overlapping(small, told_by_classes(small), beside) == []


def with_or_without() -> Subject:
    """Each kind of flag among all, as if nobody were told how many are flagged at all."""
    kinds = flag_kinds()

    def grouped(part: Slice, by: Sequence[str], responses: Responses) -> Found:
        found: Found = {}
        for key, counts in kinds.grouped(part, by, responses).items():
            sides = found.setdefault(key, {})
            for (kind, side), count in counts.items():
                choice = kind, YES if side == YES else NO
                sides[choice] = sides.get(choice, 0) + count
        return found

    return Subject("flags", dict.fromkeys(kinds.questions, (YES, NO)), grouped)


def test_a_kind_of_flag_judged_without_the_others_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_surveys, "flag_kinds", with_or_without)
    small = SmallSurvey(2, more=True)
    beside = told_beside(small)
    found = overlapping(small, told_by_classes(small), beside)
    assert any(options == {OTHER} for _box, options, _count in found)
