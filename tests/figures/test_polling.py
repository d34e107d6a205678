"""Nobody isolates new answers by looking after each, through any filter and over any period, whatever he adds up and
subtracts; planted holes are found."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from survey_app.db import db, transaction
from survey_app.figures.released import MARKS, Told
from survey_app.questionnaires.actions import draft_version, publish_version, store_link
from survey_app.questionnaires.crosswalk import Link
from survey_app.responses.models import Response, TallyQueueItem
from survey_app.surveys.actions import ask_version
from survey_app.tallies import actions, release
from survey_app.tallies.actions import fold
from survey_app.tallies.rules import Kind
from tests.figures import polling
from tests.figures.attack import RESPONSES, Box, Person
from tests.figures.panel_reading import told_on_boards, told_on_the_public_page
from tests.figures.polling import STAFF, isolated, polled
from tests.figures.small_surveys import SmallSurvey, told_beside, told_by_classes

pytestmark = [pytest.mark.usefixtures("session"), pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)]
MINIMUM = 5
MOST = 40
Patch = pytest.MonkeyPatch


def test_units_are_alike_in_all_that_views_can_fix() -> None:
    assert {mark for mark in MARKS if mark != "procedure"} <= {name.removesuffix("_id") for name in Kind._fields}


# Two channels over three months; flags and two channels; procedures.
@pytest.mark.parametrize("seed", [0, 3, 1])
def test_looks_isolate_nobody(seed: int) -> None:
    small = SmallSurvey(seed, live=True)
    looks = polled(small, MOST, {"page": told_on_the_public_page, "boards": told_on_boards})
    boxes = {s.box for look in looks.looks for s in look.told[STAFF][RESPONSES] if s.count}
    assert len(looks.looks) > 4
    assert {box.channel for box in boxes} > {None}
    assert {box.procedure for box in boxes} > {None} or not small.procedures
    assert len({(box.first, box.last) for box in boxes}) > 2
    assert any(s.count for look in looks.looks for s in look.told["page"][RESPONSES])
    assert isolated(looks, MINIMUM, (STAFF, "page", "boards")) == []


def test_looks_at_reasons_flags_and_comments_isolate_nobody() -> None:
    small = SmallSurvey(4, live=True, more=True)
    looks = polled(small, MOST, {"beside": told_beside})
    assert any(s.count for question, told in looks.looks[-1].told["beside"].items() if question for s in told)
    assert isolated(looks, MINIMUM, (STAFF, "beside")) == []


class GoesOn(SmallSurvey):
    """It asks a new version from the twelfth answer on, where the access has another code and goes on."""

    stored = 0

    def store(self, person: Person, *, live: bool) -> UUID:
        self.stored += 1
        if self.stored == 12:
            self.codes = {"access": "reach"}
            questionnaire = self.survey.version.questionnaire
            document = deepcopy(self.survey.version.content)
            for question in document["questions"]:
                question["code"] = self.codes.get(question["code"], question["code"])
            version = draft_version(questionnaire.code, document)
            publish_version(version)
            ask_version(self.survey, version)
            store_link(questionnaire, Link(version.number, "reach", version.number - 1, "access", True), actor="test")
        return super().store(person, live=live)

    def under_first_codes(self, told: Told, _box: Box) -> Told:
        first = {new: old for old, new in self.codes.items()}
        counts = {(first.get(question, question), option): count for (question, option), count in told.counts.items()}
        return replace(
            told, counts=counts, rows={first.get(code, code): options for code, options in told.rows.items()}
        )


def test_a_question_that_goes_on_under_another_code_isolates_nobody() -> None:
    small = GoesOn(6, live=True)
    looks = polled(small, MOST, {STAFF: lambda _small: told_by_classes(small, hole=small.under_first_codes)})
    versions = db.session.scalars(select(Response.version_id)).all()
    assert len(set(versions)) == 2
    assert any(s.count for s in looks.looks[-1].told[STAFF]["access"])
    assert isolated(looks, MINIMUM) == []


def test_answers_that_wait_for_nobody_are_found(app: Flask) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], release_batch=1)
    assert isolated(polled(SmallSurvey(0, live=True), 25), MINIMUM)


def each_on_its_own_day(monkeypatch: Patch) -> None:
    """A unit is told at once, but its answers on the days on which they were given."""
    together = release._told_together

    def one_by_one(unit: Sequence[Any], *given: Any, mixed: bool) -> list[Any]:
        return [row for answer in unit for row in together([answer], *given, mixed=mixed)]

    monkeypatch.setattr(release, "_told_together", one_by_one)


def marks_of_those_who_found_nobody(monkeypatch: Patch) -> None:
    """Who waited for long is told with others, but by channel and marks of his own."""
    together = release._told_together

    def marked(unit: Sequence[Any], *given: Any, **_mixed: bool) -> list[Any]:
        return together(unit, *given, mixed=False)

    monkeypatch.setattr(release, "_told_together", marked)


def marks_later_than_the_whole(monkeypatch: Patch) -> None:
    """Five of an agency are in the whole at once, by marks as soon as five are alike: as it was before units."""
    for module in (release, actions):
        monkeypatch.setattr(module, "WAITS_AT_MOST", timedelta(days=-1))
    monkeypatch.setattr(release, "_as_before", lambda answer: answer.group)
    monkeypatch.setattr(polling, "fold", lambda: fold() + (let_go() and fold()))


def let_go() -> int:
    """Whoever is counted without marks and has four others like him waits no longer; how many."""
    waits = (TallyQueueItem.agency_id == Response.agency_id) & (TallyQueueItem.response_id == Response.id)
    with transaction():
        alike = defaultdict(list)
        for response, item in db.session.execute(select(Response, TallyQueueItem).join(TallyQueueItem, waits)):
            if item.counted and not item.counted["channel"]:
                alike[response.agency_id, response.channel, response.flagged].append(response.id)
        found = [each for ids in alike.values() if len(ids) >= MINIMUM for each in ids]
        db.session.execute(update(TallyQueueItem).where(TallyQueueItem.response_id.in_(found)).values(held=False))
    return len(found)


def procedures_as_soon_as_five_are_alike(monkeypatch: Patch) -> None:
    def told(waiting: Mapping[Any, Mapping[str, int]], batch: int) -> list[str]:
        totals = sum((Counter(each) for each in waiting.values()), Counter[str]())
        return [procedure for procedure, number in totals.items() if procedure and number >= batch]

    monkeypatch.setattr(release, "told_procedures", told)


@pytest.mark.parametrize(
    ("hole", "seed"),
    [
        (each_on_its_own_day, 4),
        (marks_of_those_who_found_nobody, 4),
        (marks_later_than_the_whole, 4),
        (procedures_as_soon_as_five_are_alike, 1),
    ],
)
def test_the_attacker_finds_a_planted_hole(hole: Callable[[Patch], None], seed: int, monkeypatch: Patch) -> None:
    hole(monkeypatch)
    assert isolated(polled(SmallSurvey(seed, live=True), MOST), MINIMUM)
