"""What all views of one kind may tell: a resolution for each place, the same for all agencies of it."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from survey_app.figures.counted import Counted
from survey_app.figures.cubes import MONTH, Resolution
from survey_app.figures.places import Line
from survey_app.figures.subjects import Subject
from survey_app.questionnaires.queries import continued_questions
from survey_app.surveys.models import Survey

# Gives what was made under a key before, or makes it.
Keep = Callable[[Hashable, Callable[[], Any]], Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """What views have in common: the marks that they fix, whether they fix days (`within`), the smallest counts told.

    `minimums` rise, and a later one never tells more; answers after the day `until` do not exist. `answered` gives the
    days of a month on which anybody answered anywhere in the survey. `subject` is what is counted instead of the
    answers to the choice questions; `asked` are those of which views are (None: all).
    """

    survey: Survey
    marks: tuple[str, ...]
    within: bool
    minimums: tuple[int, ...]
    answered: Callable[[date], Sequence[int]]
    until: date | None = None
    subject: Subject | None = None
    asked: tuple[str, ...] | None = None

    @property
    def key(self) -> Hashable:
        """All that its resolutions depend on, beside the counts: what the survey is at and asks, with the questions
        that go on from earlier ones."""
        codes = tuple(sorted(continued_questions(self.survey.version).items()))
        survey = self.survey.id, self.survey.agency_id, self.survey.version_id, codes
        subject = self.subject and self.subject.name
        return survey, self.marks, self.within, self.minimums, self.until, subject, self.asked


def resolution_of(kind: Kind, line: Line, keep: Keep) -> Resolution:
    """The resolution of the last place of a line."""
    place = line[-1]
    if not (kind.marks and place.below):
        # Of few counts all questions are read at once: every page of a question has the same.
        kind = replace(kind, asked=None)

    def made() -> Resolution:
        above = resolution_of(kind, line[:-1], keep) if line[1:] else None
        unmarked = resolution_of(replace(kind, marks=()), line, keep) if kind.marks else None
        values = above.values if above else {MONTH: unmarked.values[MONTH]} if unmarked else {}
        counted = Counted(kind.survey, kind.until, kind.subject, kind.asked)
        # Without marks those of no months are the sums of all; by procedure some months are not those of the whole.
        by_month = kind.within or not kind.marks
        found, cube = keep(
            ("cube", replace(kind, within=by_month, minimums=()).key, line),
            lambda: counted.cube(place.agencies, None, None, (*kind.marks, *([MONTH] * by_month)), values),
        )
        if by_month and not kind.within:
            cube = counted.with_skipped(cube.sum(axis=-2))
        axes = (*kind.marks, *([MONTH] * kind.within))
        return Resolution(
            counted, axes, place, kind.minimums, kind.answered, (found, cube), above=above, unmarked=unmarked
        )

    found: Resolution = keep(("resolution", kind.key, line), made)
    return found
