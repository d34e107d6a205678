"""Nobody isolates a few answers from all that is told of a small survey; each planted hole is found."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import product
from random import Random

import pytest
from sqlalchemy import update

from survey_app.agencies.models import Agency
from survey_app.agencies.queries import subtree_ids
from survey_app.db import db, transaction
from survey_app.figures.released import Told, released_counts
from survey_app.responses.actions import record_response
from survey_app.responses.models import Response
from survey_app.statistics import hidden_cells
from survey_app.surveys.models import Survey
from survey_app.tallies.actions import fold
from survey_app.tallies.rules import Slice
from tests.factories import make_agency, make_submission, make_survey
from tests.figures.attack import Box, Person, Statement, isolated

pytestmark = pytest.mark.usefixtures("session")
QUESTIONS = {
    "access": ("very_low", "low", "average", "high", "very_high"),
    "timeliness": ("late", "on_time", "early"),
}
WEIGHTS = {"access": (1, 2, 4, 10, 10), "timeliness": (1, 5, 5)}
FIRST = date(2025, 1, 20)
MINIMUM = 5
Ask = Callable[[Survey, Slice], Told]


class Cube:
    """A random small survey: agencies in a tree, channels, marks, a few days within a month or over three."""

    def __init__(self, seed: int) -> None:
        self.random = random = Random(seed)
        self.agencies = [make_agency()]
        for _ in range(random.randint(2, 3)):
            self.agencies.append(make_agency(parent=random.choice(self.agencies[:2])))
        self.survey = make_survey(self.agencies[0])
        self.channels = random.sample(["web", "kiosk", "paper"], random.randint(1, 2))
        span = random.choice([6, 90])
        self.days = sorted({FIRST + timedelta(days=random.randrange(span)) for _ in range(3)})
        self.has_marks = random.random() < 0.3
        desks = [random.random() + 0.05 for _ in self.agencies]
        ways = [random.random() + 0.1 for _ in self.channels]
        self.people = [self._person(desks, ways) for _ in range(random.choice([40, 90, 200]))]
        self._store()

    def _person(self, desks: list[float], ways: list[float]) -> Person:
        random = self.random
        answers = {q: random.choices(o, WEIGHTS[q])[0] for q, o in QUESTIONS.items() if random.random() < 0.95}
        agency = random.choices(self.agencies, desks)[0].id
        flagged = self.has_marks and random.random() < 0.2
        channel = random.choices(self.channels, ways)[0]
        return Person(agency, random.choice(self.days), channel, False, flagged, answers or {"access": "high"})

    def _store(self) -> None:
        with transaction():
            for person in self.people:
                submission = make_submission(
                    self.survey,
                    db.session.get(Agency, person.agency),
                    answers=dict(person.answers),
                    channel=person.channel,
                    answered_on=person.day,
                    live=False,
                )
                record_response(submission)
                row = Response.id == submission.id
                db.session.execute(update(Response).where(row).values(flagged=person.flagged))
        fold()

    def boxes(self) -> Iterator[tuple[Agency, Box]]:
        """All that can be asked: agencies, periods between any two of the days, channels, without the flagged."""
        periods = [(a, b) for i, a in enumerate(self.days) for b in self.days[i:]]
        marks = product((None, *self.channels), (None, False) if self.has_marks else (None,))
        below = {agency.id: subtree_ids(agency.id) for agency in self.agencies}
        for agency, (first, last), (channel, flagged) in product(self.agencies, periods, list(marks)):
            yield agency, (below[agency.id], first, last, channel, None, flagged)


def told(cube: Cube, ask: Ask) -> dict[str, list[Statement]]:
    """All that is told, question by question; each figure is the true one (`isolated` checks it)."""
    found: dict[str, list[Statement]] = {question: [] for question in QUESTIONS}
    for agency, box in cube.boxes():
        _, first, last, channel, _, flagged = box
        figures = ask(cube.survey, Slice(cube.survey.id, (agency.id,), first, last, channel, None, flagged))
        for question, options in QUESTIONS.items():
            counts = {option: figures.counts.get((question, option), 0) for option in options}
            if figures.has_row(question):
                found[question].append(Statement(box, frozenset(options), sum(counts.values())))
            single = [option for option in options if figures.tells(question, option)]
            found[question] += [Statement(box, frozenset([option]), counts[option]) for option in single]
    return found


def attacked(cube: Cube, ask: Ask) -> list[object]:
    groups = [group for agency, box in cube.boxes() for group in (box, (frozenset([agency.id]), *box[1:]))]
    figures = told(cube, ask)
    # Where nothing is told nobody is isolated.
    assert all(len(statements) > 3 for statements in figures.values())
    return [found for q in QUESTIONS for found in isolated(cube.people, q, figures[q], groups, MINIMUM)]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_nobody_is_isolated(seed: int) -> None:
    assert attacked(Cube(seed), released_counts) == []


def unprotected(survey: Survey, part: Slice) -> Told:
    """As where only a template hides, or an export does not."""
    shown = released_counts(survey, part)
    return Told(shown.counts, {q: frozenset(o) for q, o in QUESTIONS.items()}, True, False, MINIMUM)


def row_rule_alone(survey: Survey, part: Slice) -> Told:
    """As where each row hides its own small counts, whatever stands beside it: totals, siblings, other periods."""
    shown = released_counts(survey, part)
    rows = {}
    for question, options in QUESTIONS.items():
        counts = [shown.counts.get((question, option), 0) for option in options]
        if not 0 < sum(counts) < MINIMUM:
            hidden = hidden_cells(counts, MINIMUM)
            rows[question] = frozenset(o for o, hide in zip(options, hidden, strict=True) if not hide)
    return Told(shown.counts, rows, True, False, MINIMUM)


@pytest.mark.parametrize("hole", [unprotected, row_rule_alone])
def test_the_attacker_finds_a_planted_hole(hole: Ask) -> None:
    assert attacked(Cube(2), hole)
