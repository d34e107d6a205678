"""What a survey counts, as cubes: for each question an array by agency, the axes that views fix, and options."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from survey_app.figures.continuing import continuing_counts, continuing_rows
from survey_app.figures.subjects import Subject
from survey_app.questionnaires.queries import continued_questions, version_content
from survey_app.statistics.resolution import Options
from survey_app.surveys.models import Survey
from survey_app.tallies.rules import Slice

if TYPE_CHECKING:
    from survey_app.statistics.blocks import Cube

AGENCY, PROCEDURE = "agency", "procedure"
Values = dict[str, list[Any]]
Cubes = dict[str, "Cube"]


class Counted:
    """The counts of some agencies of a survey, as far as the day `until`: of the choice questions, or of a subject."""

    def __init__(
        self,
        survey: Survey,
        places: Sequence[int],
        until: date | None = None,
        subject: Subject | None = None,
        asked: Sequence[str] | None = None,
    ) -> None:
        """`asked` are the questions of which views are (None: all)."""
        self.codes, self._subject = continued_questions(survey.version), subject
        self._until = until
        sides = _answers_of(survey) if subject is None else {q: (o, ()) for q, o in subject.questions.items()}
        sides = {question: options for question, options in sides.items() if asked is None or question in asked}
        self.options = {"": ("",)} | {question: (*inside, *outside) for question, (inside, outside) in sides.items()}
        self.sizes = {"": Options(1, 0)} | {q: Options(len(inside), len(out)) for q, (inside, out) in sides.items()}
        self._part = Slice(survey.id, tuple(places), questions=tuple(self.options) if subject is None else None)

    def grouped(self, part: Slice, by: Sequence[str]) -> Mapping[Any, Any]:
        """The counts of the subject and the responses ("", ""), as `tallies.queries.grouped_counts`."""
        counted = continuing_counts(self.codes, part, by)
        if self._subject is None:
            return counted
        responses = {key: counts.get(("", ""), 0) for key, counts in counted.items()}
        found = self._subject.grouped(part, by, responses)
        return {key: {("", ""): number} | found.get(key, {}) for key, number in responses.items()}

    def cubes(
        self, first: date | None, last: date | None, axes: Sequence[str], values: Mapping[str, list[Any]] | None = None
    ) -> tuple[Values, Cubes]:
        """The values of each axis (those that occur, where `values` has none) and, for each question, the counts by
        agency, axes and options; the last option are those who skipped the question. Procedure "" is none."""
        import numpy as np

        part, given = self._between(first, last), dict(values or {})
        others = [axis for axis in axes if axis != PROCEDURE]
        rows = self._rows(part, others)
        found = {axis: sorted({row[i + 1] for row in rows}) for i, axis in enumerate(others)} | given
        cubes = self._filled(rows, others, found)
        if PROCEDURE in axes:
            named, at = self._rows(part, axes), axes.index(PROCEDURE) + 1
            found = {PROCEDURE: sorted({"", *(row[at] for row in named)})} | found
            apart = self._filled(named, axes, found)
            for question, cube in apart.items():
                np.moveaxis(cube, at, 0)[0] = cubes[question] - cube.sum(axis=at)
            cubes = apart
        for question, cube in cubes.items():
            if question:
                cube[..., -1] = (cubes[""][..., 0] - cube[..., :-1].sum(axis=-1)).clip(min=0)
        return found, cubes

    def _rows(self, part: Slice, axes: Sequence[str]) -> Sequence[Sequence[Any]]:
        """(agency, values of the axes, question, option, count)."""
        by = (AGENCY, *axes)
        if self._subject is None:
            return continuing_rows(self.codes, part, by)
        counted = self.grouped(part, by).items()
        return [(*key, *choice, count) for key, counts in counted for choice, count in counts.items()]

    def _filled(self, rows: Sequence[Sequence[Any]], axes: Sequence[str], values: Mapping[str, Sequence[Any]]) -> Cubes:
        """Rows as arrays by question; what has no place there is left out. The last option is still empty."""
        import numpy as np

        sides = [self._part.agency_ids, *(values[axis] for axis in axes)]
        offsets, width = {}, 0
        for question, size in self.sizes.items():
            offsets[question], width = width, width + size.size
        choices = {(q, o): offsets[q] + i for q, options in self.options.items() for i, o in enumerate(options)}
        whole = np.zeros([*map(len, sides), width], np.int64)
        columns = list(zip(*rows, strict=True))
        if columns:
            places = [{value: i for i, value in enumerate(side)} for side in sides]
            at = [[place.get(v, -1) for v in column] for place, column in zip(places, columns, strict=False)]
            at.append([choices.get(choice, -1) for choice in zip(columns[-3], columns[-2], strict=True)])
            index = np.array(at)
            known = (index >= 0).all(axis=0)
            np.add.at(whole, tuple(index[:, known]), np.array(columns[-1], np.int64)[known])
        return {q: whole[..., start : start + self.sizes[q].size] for q, start in offsets.items()}

    def _between(self, first: date | None, last: date | None) -> Slice:
        ends = [day for day in (last, self._until) if day is not None]
        return replace(self._part, from_on=first, to_on=min(ends, default=None))


def _answers_of(survey: Survey) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """The options of each choice question: those that make its n, and those outside of it."""
    return {
        question.code: (
            tuple(option.code for option in question.counted_options),
            tuple(option.code for option in question.excluded_options),
        )
        for question in version_content(survey.version_id).choices
    }
