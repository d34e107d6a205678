"""What a survey counts, as cubes: an array by place, the axes that views fix, and choices."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from survey_app.figures.continuing import continuing_counts, with_earlier
from survey_app.figures.remembered import remembered_of
from survey_app.figures.subjects import Subject
from survey_app.questionnaires.queries import continued_questions, version_content
from survey_app.statistics.resolution import Options
from survey_app.surveys.models import Survey
from survey_app.tallies.queries import Counts, count_packs
from survey_app.tallies.rules import Slice

if TYPE_CHECKING:
    from survey_app.statistics.blocks import Cube

AGENCY, PROCEDURE = "agency", "procedure"
Values = dict[str, list[Any]]
# (agency, values of the axes, choices, counts), as `tallies.queries.count_packs` gives them.
Packs = Sequence[Sequence[Any]]


class Counted:
    """The counts of a survey, as far as the day `until`: of the choice questions, or of a subject.

    The last axis of its cubes holds the responses, then for each question its options and who skipped it.
    """

    def __init__(
        self,
        survey: Survey,
        until: date | None = None,
        subject: Subject | None = None,
        asked: Sequence[str] | None = None,
    ) -> None:
        """`asked` are the questions of which views are (None: all)."""
        self._codes, self._subject = continued_questions(survey.version), subject
        self._until = until
        sides = _answers_of(survey) if subject is None else {q: (o, ()) for q, o in subject.questions.items()}
        sides = {question: options for question, options in sides.items() if asked is None or question in asked}
        self.options = {"": ("",)} | {question: (*inside, *outside) for question, (inside, outside) in sides.items()}
        self.sizes = {"": Options(1, 0)} | {q: Options(len(inside), len(out)) for q, (inside, out) in sides.items()}
        self._starts, self._width = {}, 0
        for question, size in self.sizes.items():
            self._starts[question], self._width = self._width, self._width + size.size
        questions = None if asked is None or subject else with_earlier(self._codes, tuple(self.options))
        self._part = Slice(survey.id, (), questions=questions)
        self._key = survey.version_id, tuple(sorted(self._codes.items())), until, questions

    def of(self, cube: "Cube", question: str) -> "Cube":
        """A question's part of a cube."""
        return cube[..., self._starts[question] : self._starts[question] + self.sizes[question].size]

    def counts(self, cells: "Cube", questions: Sequence[str] | None) -> Counts:
        """The counts of one cell, as `tallies.queries.grouped_counts` gives them; of these questions (None: all)."""
        numbers = cells.tolist()
        return {
            (question, option): number
            for question, options in self.options.items()
            if questions is None or question in questions
            for option, number in zip(options, numbers[self._starts[question] :], strict=False)
            if number
        }

    def grouped(self, part: Slice, by: Sequence[str]) -> Mapping[Any, Any]:
        """The counts of the subject and the responses ("", ""), as `tallies.queries.grouped_counts`."""
        counted = continuing_counts(self._codes, part, by)
        if self._subject is None:
            return counted
        responses = {key: counts.get(("", ""), 0) for key, counts in counted.items()}
        found = self._subject.grouped(part, by, responses)
        return {key: {("", ""): number} | found.get(key, {}) for key, number in responses.items()}

    def cube(
        self,
        places: Sequence[int],
        first: date | None,
        last: date | None,
        axes: Sequence[str],
        values: Mapping[str, list[Any]] | None = None,
    ) -> tuple[Values, "Cube"]:
        """The values of each axis (those that occur, where `values` has none) and the counts by place, axes and choice.
        Procedure "" is none."""
        import numpy as np

        given = values or {}
        if self._subject is not None or any(axis not in given for axis in axes):
            return self._cube(places, first, last, axes, given)
        values = {axis: given[axis] for axis in axes}
        key = self._key, first, last, tuple((axis, tuple(side)) for axis, side in values.items())

        def made(agency_ids: Sequence[int]) -> list["Cube"]:
            # Copies: kept, each would hold on to all of them.
            return [each.copy() for each in self._cube(agency_ids, first, last, axes, values)[1]]

        return values, np.stack(remembered_of(self._part.survey_id, places, key, made))

    def _cube(
        self,
        places: Sequence[int],
        first: date | None,
        last: date | None,
        axes: Sequence[str],
        values: Mapping[str, list[Any]],
    ) -> tuple[Values, "Cube"]:
        import numpy as np

        part = replace(self._part, agency_ids=tuple(places), from_on=first, to_on=self._last(last))
        others = [axis for axis in axes if axis != PROCEDURE]
        found, cube = self._filled(part, others, values)
        if PROCEDURE in axes:
            at = axes.index(PROCEDURE) + 1
            found, apart = self._filled(part, axes, {**values, **found}, (PROCEDURE, ""))
            np.moveaxis(apart, at, 0)[0] = cube - apart.sum(axis=at)
            cube = apart
        return found, self.with_skipped(cube)

    def with_skipped(self, cube: "Cube") -> "Cube":
        """The cube, and in it who skipped each question."""
        for question in self.sizes:
            if question:
                chosen = self.of(cube, question)
                chosen[..., -1] = (cube[..., 0] - chosen[..., :-1].sum(axis=-1)).clip(min=0)
        return cube

    def _filled(
        self, part: Slice, axes: Sequence[str], given: Mapping[str, list[Any]], named: tuple[str, Any] | None = None
    ) -> tuple[Values, "Cube"]:
        """The counts as an array, and the values of its axes: those given, else those with answers; of the axis `named`
        also this one, which has none. What has no place there is left out; nobody has skipped yet."""
        import numpy as np

        packs = self._packs(part, axes)
        values = {a: given[a] if a in given else sorted({pack[i] for pack in packs}) for i, a in enumerate(axes, 1)}
        if named and named[0] not in given:
            values[named[0]] = [named[1], *values[named[0]]]
        cube = self._array(packs, [part.agency_ids, *values.values()])
        for i, axis in enumerate(axes, 1):
            answered: Cube = np.asarray(cube.any(axis=tuple(j for j in range(cube.ndim) if j != i)))
            answered[:1] |= named is not None and named[0] == axis
            if axis not in given and not answered.all():
                values[axis] = [value for value, there in zip(values[axis], answered.tolist(), strict=True) if there]
                cube = np.compress(answered, cube, axis=i)
        return values, cube

    def _array(self, packs: Packs, sides: Sequence[Sequence[Any]]) -> "Cube":
        import numpy as np

        shape = [*map(len, sides), self._width]
        cube = np.zeros(shape, np.int64)
        if not (packs and cube.size):
            return cube
        columns = list(zip(*packs, strict=True))
        places = [{value: i for i, value in enumerate(side)} for side in sides]
        rows = np.array([[place.get(v, -1) for v in column] for place, column in zip(places, columns, strict=False)])
        row = np.where((rows >= 0).all(axis=0), np.ravel_multi_index(list(rows), shape[:-1], mode="clip"), -1)
        choices, lengths = self._choices(columns[-2])
        index = np.repeat(row, lengths)
        known = (index >= 0) & (choices >= 0)
        counts = np.fromstring(",".join(columns[-1]), np.int64, sep=",")
        np.add.at(cube.reshape(-1), index[known] * self._width + choices[known], counts[known])
        return cube

    def _choices(self, texts: Sequence[str]) -> tuple["Cube", "Cube"]:
        """The places of all choices of packs, one behind the other (-1: none), and how many each has."""
        import numpy as np

        # Most packs hold the same choices as others.
        known = {text: i for i, text in enumerate(dict.fromkeys(texts))}
        lengths = np.array([text.count(",") + 1 for text in known])
        places = self._places()
        found = np.array([places[choice] for choice in ",".join(known).split(",")])
        starts = np.cumsum(lengths) - lengths
        packs = np.array([known[text] for text in texts])
        each = lengths[packs]
        within = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
        return found[np.repeat(starts[packs], each) + within], each

    def _places(self) -> defaultdict[str, int]:
        """Where each choice stands, those of earlier questions where those stand that continue them; -1 for others."""
        found: defaultdict[str, int] = defaultdict(lambda: -1)
        for question, start in self._starts.items():
            if question not in self._codes:
                found |= {f"{question}.{option}": start + i for i, option in enumerate(self.options[question])}
        for old, new in self._codes.items():
            found |= {f"{old}.{option}": self._starts[new] + i for i, option in enumerate(self.options.get(new, ()))}
        return found

    def _packs(self, part: Slice, axes: Sequence[str]) -> Packs:
        by = (AGENCY, *axes)
        if self._subject is None:
            return count_packs(part, by)
        counted = self.grouped(part, by).items()
        return [(*key, ".".join(choice), str(count)) for key, counts in counted for choice, count in counts.items()]

    def _last(self, last: date | None) -> date | None:
        return min((day for day in (last, self._until) if day is not None), default=None)


def _answers_of(survey: Survey) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """The options of each choice question: those that make its n, and those outside of it."""
    return {
        question.code: (
            tuple(option.code for option in question.counted_options),
            tuple(option.code for option in question.excluded_options),
        )
        for question in version_content(survey.version_id).choices
    }
