"""Comments by how their writers rated isolate nobody, laid over all answers; a planted hole is found."""

import pytest

from survey_app.figures.released import Told
from survey_app.figures.subjects import RATED
from tests.figures.raters import raters_isolated, told_by_raters
from tests.figures.small_surveys import SmallSurvey, told_beside, told_by_classes

pytestmark = [pytest.mark.usefixtures("session"), pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)]


def test_comments_by_ratings_isolate_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    small = SmallSurvey(0, more=True)
    answers, comments, raters = told_by_classes(small), told_beside(small), told_by_raters(small)
    assert any(statement.count for statement in raters[RATED])
    assert raters_isolated(small, answers, comments, raters) == []
    monkeypatch.setattr(Told, "tells", lambda *_: True)
    assert raters_isolated(small, answers, comments, told_by_raters(small))
