"""Nobody isolates a few answers from all that is told of a small survey; each planted hole is found."""

from dataclasses import replace
from datetime import date

import pytest

from survey_app.access import Scope
from survey_app.figures.released import Groups, Told
from survey_app.statistics import hidden_cells
from tests.figures.attack import Attack, Box, Person, Statement
from tests.figures.panel_reading import told_by_panels
from tests.figures.small_surveys import (
    QUESTIONS,
    Hole,
    SmallSurvey,
    isolated,
    together,
    told_by_classes,
    told_by_views,
    told_until,
)

pytestmark = pytest.mark.usefixtures("session")
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
MINIMUM = 5


@pytest.mark.parametrize("seed", [0, 2])
def test_nobody_is_isolated(seed: int) -> None:
    small = SmallSurvey(seed)
    told = together(
        told_by_classes(small),
        told_by_views(small, most=3),
        told_by_panels(small, most=1),
        told_by_panels(small, Scope(small.agencies[1].id), most=1),
    )
    # Where nothing is told nobody is isolated.
    assert all(len(told[question]) > 3 for question in ("", *QUESTIONS))
    assert isolated(small, told, MINIMUM) == []


@SQLITE
def test_nobody_is_isolated_by_the_public() -> None:
    small = SmallSurvey(2)
    assert isolated(small, told_by_classes(small, "public"), 10) == []


@SQLITE
def test_nobody_is_isolated_by_the_public_page_laid_over_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    small = SmallSurvey(10)
    told = told_by_classes(small)
    until = told_until(small)
    assert len(until["access"]) > 1
    assert isolated(small, together(told, until), MINIMUM) == []
    monkeypatch.setattr(Groups, "within", lambda groups, _others: groups)
    assert isolated(small, together(told, told_until(small)), MINIMUM)


def unprotected(told: Told, _box: Box) -> Told:
    """As where only a template hides, or an export does not."""
    rows = {question: frozenset(options) for question, options in QUESTIONS.items()}
    return replace(told, rows=rows, responses_told=True)


def with_totals(told: Told, _box: Box) -> Told:
    """Counts hidden, n and the number of responses not."""
    rows = {question: told.rows.get(question, frozenset()) for question in QUESTIONS}
    return replace(told, rows=rows, responses_told=True)


def row_rule_alone(told: Told, _box: Box) -> Told:
    """Each row hides its own small counts, whatever stands beside it."""
    rows = {}
    for question, options in QUESTIONS.items():
        counts = [told.counts.get((question, option), 0) for option in options]
        if not 0 < sum(counts) < MINIMUM:
            hidden = hidden_cells(counts, MINIMUM)
            rows[question] = frozenset(o for o, hide in zip(options, hidden, strict=True) if not hide)
    return replace(told, rows=rows, responses_told=True)


def siblings_forgotten(told: Told, box: Box) -> Told:
    """The row rule alone for an agency and its whole period."""
    return row_rule_alone(told, box) if box.channel is None and box.flagged is None and box.procedure is None else told


def periods_forgotten(told: Told, box: Box) -> Told:
    """The row rule alone for the days of the whole survey."""
    return row_rule_alone(told, box) if len(box.agencies) > 2 else told


@SQLITE
@pytest.mark.parametrize("hole", [unprotected, with_totals, row_rule_alone, siblings_forgotten, periods_forgotten])
def test_the_attacker_finds_a_planted_hole(hole: Hole) -> None:
    small = SmallSurvey(2)
    assert isolated(small, told_by_classes(small, hole=hole), MINIMUM)


@SQLITE
def test_the_attacker_finds_an_export_that_hides_nothing() -> None:
    """The page hides, and its file tells a count that the page hides."""
    small = SmallSurvey(2)
    page, export = told_by_classes(small), told_by_classes(small, hole=unprotected)
    assert isolated(small, page, MINIMUM) == []
    assert isolated(small, together(page, export), MINIMUM)


@SQLITE
def test_bounds_are_the_least_and_the_most_that_fit() -> None:
    day = date(2025, 1, 1)
    people = [Person(agency, day, "web", False, False, "", {"access": "high"}) for agency in (1, 1, 2, 2, 2)]
    both, one = Box(frozenset([1, 2]), day, day), Box(frozenset([1]), day, day)
    high = frozenset(["high"])
    assert Attack(people, "access", [Statement(both, high, 5)]).bounds((one, high, 2)) == (0, 5)
    told = [Statement(both, high, 5), Statement(one, high, 2)]
    assert Attack(people, "access", told).bounds((Box(frozenset([2]), day, day), high, 3)) == (3, 3)
