"""Random small surveys to attack, and everything that their readers can ask and are told."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, product
from random import Random
from typing import Any
from unittest.mock import patch
from uuid import UUID

from sqlalchemy import update

from survey_app.agencies.models import Agency
from survey_app.agencies.queries import subtree_ids
from survey_app.db import db, transaction
from survey_app.figures import released
from survey_app.figures.released import Audience, Told, released_beside, released_counts, released_groups
from survey_app.figures.subjects import (
    NO,
    OTHER,
    YES,
    Subject,
    comments_written,
    flag_kinds,
    reason_code,
    reasons_of,
)
from survey_app.questionnaires.content import COMMENT
from survey_app.questionnaires.queries import version_content
from survey_app.responses.actions import record_response
from survey_app.responses.models import Response
from survey_app.tallies.actions import fold
from survey_app.tallies.rules import Slice
from tests.factories import make_agency, make_submission, make_survey
from tests.figures.attack import RESPONSES, Attack, Box, Group, Person, Statement

QUESTIONS = {
    "access": ("very_low", "low", "average", "high", "very_high"),
    "timeliness": ("late", "on_time", "early"),
}
WEIGHTS = {"access": (1, 2, 4, 10, 10), "timeliness": (1, 5, 5)}
# What is counted beside the answers: kinds of flags, and reasons of those who were not happy with the access.
KINDS = ("burst", "clock", "too_fast")
REASONS = ("no_guide", "hard_to_find", "far_or_crowded")
SAID = tuple(reason_code("access", reason) for reason in REASONS)
UNHAPPY = ("very_low", "low", "average")
MINIMUM = 5
FIRST = date(2025, 1, 20)
Hole = Callable[[Told, Box], Told]
Collected = dict[str, list[Statement]]


class SmallSurvey:
    """Agencies in a tree, channels, marks, procedures, a few days within a month or over three."""

    def __init__(self, seed: int, *, live: bool = False, more: bool = False) -> None:
        self.random = random = Random(seed)
        self.agencies = [make_agency()]
        for _ in range(random.randint(2, 3)):
            self.agencies.append(make_agency(parent=random.choice(self.agencies[:2])))
        self.survey = make_survey(self.agencies[0])
        self.channels = random.sample(["web", "kiosk", "paper"], random.randint(1, 2))
        span = random.choice([6, 90])
        self.days = sorted({FIRST + timedelta(days=random.randrange(span)) for _ in range(3)})
        self.has_marks = random.random() < 0.3
        self.procedures = ["A", "B"] if random.random() < 0.3 and len(self.channels) == 1 else []
        desks = [random.random() + 0.05 for _ in self.agencies]
        ways = [random.random() + 0.1 for _ in self.channels]
        self.people = [self._person(desks, ways) for _ in range(random.choice([40, 90, 200]))]
        if more:
            self.say_more()
        # Under which codes a later version of the questionnaire asks.
        self.codes: dict[str, str] = {}
        self.below = {agency.id: frozenset(subtree_ids(agency.id)) for agency in self.agencies}
        if not live:
            with transaction():
                for person in self.people:
                    self.store(person, live=False)
            fold()

    def _person(self, desks: list[float], ways: list[float]) -> Person:
        random = self.random
        answers = {q: random.choices(o, WEIGHTS[q])[0] for q, o in QUESTIONS.items() if random.random() < 0.95}
        agency = random.choices(self.agencies, desks)[0].id
        flagged = self.has_marks and random.random() < 0.2
        channel = random.choices(self.channels, ways)[0]
        procedure = random.choice(["", *self.procedures]) if self.procedures else ""
        answers = (answers or {"access": "high"}) | {RESPONSES: RESPONSES}
        return Person(agency, random.choice(self.days), channel, False, flagged, procedure, answers)

    def say_more(self) -> None:
        """Kinds of flags, reasons and comments, by chance of their own; before anything is stored."""
        self.has_marks, random = True, Random(len(self.people))
        for i, person in enumerate(self.people):
            kinds = (
                set(random.choices(KINDS, (4, 2, 1), k=random.choice([1, 1, 2]))) if random.random() < 0.2 else set()
            )
            more = {kind: YES if kind in kinds else OTHER if kinds else NO for kind in KINDS}
            if person.answers.get("access") in UNHAPPY and random.random() < 0.9:
                given = set(random.choices(REASONS, (6, 3, 1), k=random.choice([1, 1, 2])))
                more |= {reason_code("access", reason): YES if reason in given else NO for reason in REASONS}
            if random.random() < 0.4:
                more[COMMENT] = YES
            self.people[i] = replace(person, flagged=bool(kinds), answers={**person.answers, **more})

    def store(self, person: Person, *, live: bool) -> UUID:
        """One answer, and its id; inside a transaction."""
        reasons = [reason for reason in REASONS if person.answers.get(reason_code("access", reason)) == YES]
        submission = make_submission(
            self.survey,
            db.session.get(Agency, person.agency),
            answers={self.codes.get(q, q): option for q, option in person.answers.items() if q in QUESTIONS},
            reasons={self.codes.get("access", "access"): reasons} if reasons else {},
            comment="Đã nhận." if COMMENT in person.answers else "",
            channel=person.channel,
            answered_on=person.day,
            procedure_code=person.procedure or None,
            live=live,
        )
        record_response(submission)
        db.session.execute(
            update(Response)
            .where(Response.id == submission.id)
            .values(flagged=person.flagged, flags=sorted(kind for kind in KINDS if person.answers.get(kind) == YES))
        )
        return submission.id

    def periods(self) -> list[tuple[date, date]]:
        """Between any two of the days with answers: others tell the same."""
        return [(a, b) for i, a in enumerate(self.days) for b in self.days[i:]]

    def classes(self) -> list[tuple[str, ...]]:
        """The marks that views can fix."""
        marks = ["channel", *(["flagged"] if self.has_marks else []), *(["procedure"] if self.procedures else [])]
        return [each for size in range(len(marks) + 1) for each in combinations(marks, size)]

    def values_of(self, mark: str) -> list[Any]:
        """The values that occur."""
        values: dict[str, list[Any]] = {
            "channel": self.channels,
            "flagged": [False, True],
            "procedure": self.procedures,
        }
        return values[mark]

    def boxes(self) -> Iterator[tuple[Agency, Box]]:
        """All that can be asked: agencies, periods between any two of the days, channels, with and without the
        flag, by procedure."""
        flags = (None, False, True) if self.has_marks else (None,)
        marks = list(product((None, *self.channels), flags, (None, *self.procedures)))
        for agency, (first, last), (channel, flagged, procedure) in product(self.agencies, self.periods(), marks):
            yield agency, Box(self.below[agency.id], first, last, channel, None, flagged, procedure)

    def groups(self) -> list[Box]:
        """What can be described: what can be asked, of an agency's own desk too."""
        return [group for agency, box in self.boxes() for group in (box, replace(box, agencies=frozenset([agency.id])))]


def told_by_classes(
    small: SmallSurvey,
    audience: Audience = "inside",
    hole: Hole | None = None,
    periods: Sequence[tuple[date, date]] | None = None,
) -> Collected:
    """All that is told of every view (of these periods, else of all that differ), class by class, question by question;
    with a planted hole where one is given."""
    found: Collected = defaultdict(list)
    names = [agency.id for agency in small.agencies]
    for (first, last), marks in product(periods or small.periods(), small.classes()):
        part = Slice(small.survey.id, tuple(names), first, last)
        groups = released_groups(small.survey, part, ("agency", *marks), audience)
        for agency_id, *values in product(names, *(small.values_of(mark) for mark in marks)):
            figures = groups[agency_id, *values]
            box = Box(small.below[agency_id], first, last, **dict(zip(marks, values, strict=True)))
            _view(hole(figures, box) if hole else figures, box, found)
    return found


def told_until(small: SmallSurvey) -> Collected:
    """What everybody is told while the survey is open: all answers up to the end of a month, of each month."""
    found: Collected = defaultdict(list)
    root = small.agencies[0].id
    for day in small.days[:-1]:
        end = (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        figures = released_counts(small.survey, Slice(small.survey.id, (root,)), "public", end)
        _view(figures, Box(small.below[root], small.days[0], end), found)
    return found


def told_by_views(small: SmallSurvey, *, most: int) -> Collected:
    """What is told of single views, by chance so many."""
    found: Collected = defaultdict(list)
    asked = list(small.boxes())
    for agency, box in small.random.sample(asked, min(most, len(asked))):
        days = (box.first, box.last)
        part = Slice(small.survey.id, (agency.id,), *days, box.channel, None, box.flagged, box.procedure)
        _view(released_counts(small.survey, part), box, found)
    return found


@contextmanager
def resolutions_kept() -> Iterator[None]:
    """Inside, what a class tells of counts that do not change is worked out once: quicker, and the same."""
    keep = released.kept_meanwhile()
    with patch.object(released, "kept_meanwhile", lambda: keep):
        yield


def told_beside(small: SmallSurvey) -> Collected:
    """What is told beside the answers, of every view that can be asked for: reasons, kinds of flags, comments."""
    found: Collected = defaultdict(list)
    asked = [question for question in version_content(small.survey.version_id).choices if question.code == "access"]
    subjects = (reasons_of(asked), flag_kinds(), comments_written())
    boxes = [(agency, box) for agency, box in small.boxes() if box.flagged is None]
    with resolutions_kept():
        for subject, (agency, box) in product(subjects, boxes):
            part = Slice(small.survey.id, (agency.id,), box.first, box.last, box.channel, None, None, box.procedure)
            _beside(released_beside(small.survey, part, subject), subject, box, found)
    return found


def _beside(told: Told, subject: Subject, box: Box, found: Collected) -> None:
    """As panels show it: who said yes where who said no may be told too, and how many were asked but for flags."""
    for question in subject.questions.keys() & {*KINDS, *SAID, COMMENT}:
        yes, all_sides = told.counts.get((question, YES), 0), subject.questions[question]
        if told.tells(question, YES) and (NO not in all_sides or told.tells(question, NO)):
            found[question].append(Statement(box, frozenset([YES]), yes))
        if told.has_row(question) and question not in KINDS:
            number = sum(told.counts.get((question, side), 0) for side in all_sides)
            found[question].append(Statement(box, frozenset(all_sides), number))


def _view(figures: Told, box: Box, found: Collected) -> None:
    if figures.responses_told:
        found[RESPONSES].append(Statement(box, frozenset([RESPONSES]), figures.counts.get(("", ""), 0)))
    for question, options in QUESTIONS.items():
        counts = {option: figures.counts.get((question, option), 0) for option in options}
        if figures.has_row(question):
            found[question].append(Statement(box, frozenset(options), sum(counts.values())))
        single = [option for option in options if figures.tells(question, option)]
        found[question] += [Statement(box, frozenset([option]), counts[option]) for option in single]


def overlapping(small: SmallSurvey, told: Collected, beside: Collected) -> list[Group]:
    """Who is isolated by what is told of answers and beside them, laid over each other: each kind of flag over how many
    are flagged, each reason over the answers it was given to."""
    found = []
    boxes = [box for box in small.groups() if box.flagged is None]
    for kind in KINDS:
        sides = {True: frozenset([YES, OTHER]), False: frozenset([NO])}
        marked = [s for s in told[RESPONSES] if s.box.flagged is not None]
        over = [Statement(replace(s.box, flagged=None), sides[bool(s.box.flagged)], s.count) for s in marked]
        attack = Attack(small.people, kind, [*beside[kind], *over])
        found += attack.isolated(attack.small(boxes, MINIMUM))
    for code in SAID:
        attack, wanted = _over_answers(small, code, told["access"], beside[code])
        found += attack.isolated(attack.small(boxes, MINIMUM, wanted))
    return found


def _over_answers(
    small: SmallSurvey, code: str, told: list[Statement], beside: list[Statement]
) -> tuple[Attack, list[frozenset[str]]]:
    """An attack on a reason and the answers that it was given to, and the groups that are asked for: all but those who
    gave no reason, as who skips a question is not protected."""
    both = f"access & {code}"
    people = [
        replace(person, answers={both: f"{person.answers['access']} {person.answers.get(code, '')}"})
        for person in small.people
        if "access" in person.answers
    ]
    # He does not know that everybody who was unhappy gave a reason, even where that is so.
    labels = {person.answers[both] for person in people} | {f"{option} " for option in QUESTIONS["access"]}

    def over(statements: list[Statement], at: int) -> list[Statement]:
        chosen = [frozenset(each for each in labels if each.split(" ")[at] in s.options) for s in statements]
        return [replace(s, options=options) for s, options in zip(statements, chosen, strict=True)]

    wanted = [frozenset(each for each in labels if each.split(" ")[0] == option) for option in QUESTIONS["access"]]
    wanted += [frozenset(each for each in labels if each.split(" ")[1] == side) for side in (YES, NO)]
    wanted += [frozenset([each]) for each in labels if not each.endswith(" ")]
    return Attack(people, both, [*over(told, 0), *over(beside, 1)], labels), wanted


def together(*collected: Collected) -> Collected:
    """What several readers know who talk."""
    found: Collected = defaultdict(list)
    for each in collected:
        for question, statements in each.items():
            found[question] += statements
    return found


def attacks(small: SmallSurvey, told: Collected) -> Iterator[Attack]:
    """An attack on each question that anything was told of."""
    for question in told:
        yield Attack(small.people, question, told[question])


def isolated(small: SmallSurvey, told: Collected, minimum: int) -> list[Group]:
    """All that somebody isolates who was told this."""
    boxes = small.groups()
    return [found for attack in attacks(small, told) for found in attack.isolated(attack.small(boxes, minimum))]
