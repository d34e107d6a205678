"""Nobody isolates new answers by looking after each, through any filter; a planted hole is found."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from survey_app.tallies import actions, release
from survey_app.tallies.rules import Group
from tests.figures.polling import Polling, as_told, polled, undated
from tests.figures.small_surveys import SmallSurvey, isolated, told_by_classes

pytestmark = [pytest.mark.usefixtures("session"), pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)]
MINIMUM = 5
MOST = 60


# Two channels; flags and two channels; procedures.
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_looks_isolate_nobody(seed: int) -> None:
    small = SmallSurvey(seed, live=True)
    looks = polled(small, MOST)
    told = {statement.box.channel for look in looks.told for statement in look}
    assert len(looks.told) > 3
    assert told > {None} or small.procedures
    assert Polling(undated(small, looks)).isolated(small.groups(), MINIMUM) == []
    # Nor does what is kept back make a single look less safe. By procedure people are counted on another day.
    small.people, days = as_told(looks), (small.days[0], small.days[-1])
    last = told_by_classes(small)
    for question, statements in last.items():
        last[question] = [s for s in statements if s.box.procedure is None or (s.box.first, s.box.last) == days]
    assert isolated(small, last, MINIMUM) == []


def test_answers_that_wait_for_nobody_are_found(app: Flask) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], release_batch=1)
    small = SmallSurvey(0, live=True)
    found = Polling(undated(small, polled(small, 25))).isolated(small.groups(), MINIMUM)
    assert {box.channel for _words, box, _count in found} >= {None}


def test_marks_of_those_who_are_not_alike_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (actions, release):
        monkeypatch.setattr(module, "WAITS_AT_MOST", timedelta(days=-1))
    monkeypatch.setattr(Group, "unmarked", property(lambda group: group))
    small = SmallSurvey(2, live=True)
    looks = polled(small, MOST)
    found = Polling(undated(small, looks)).isolated(small.groups(), MINIMUM)
    assert {box.channel for _words, box, _count in found} > {None}
