"""Nobody isolates new answers by looking after each, through any filter; a planted hole is found."""

from dataclasses import replace

import pytest
from flask import Flask

from survey_app.tallies import release
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
    assert len(looks.told) > 4
    assert told > {None} or small.procedures
    assert Polling(undated(small, looks)).isolated(small.groups(), MINIMUM) == []
    # Nor does what is kept back make a single look less safe.
    small.people = as_told(looks)
    assert isolated(small, told_by_classes(small), MINIMUM) == []


def test_answers_that_wait_for_nobody_are_found(app: Flask) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], release_batch=1)
    small = SmallSurvey(0, live=True)
    found = Polling(undated(small, polled(small, 25))).isolated(small.groups(), MINIMUM)
    assert {box.channel for _words, box, _count in found} >= {None}


def test_channels_told_of_each_batch_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "told_apart", lambda waiting, _batch: waiting)
    small = SmallSurvey(2, live=True)
    looks = polled(small, MOST)
    found = Polling(undated(small, looks)).isolated(small.groups(), MINIMUM)
    assert {box.channel for _words, box, _count in found} > {None}
