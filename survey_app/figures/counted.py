"""What a survey counts, as cubes: for each question an array by agency, the axes that views fix, and options."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from survey_app.figures.continuing import continuing_counts
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
        agency, axes and options; the last option are those who skipped the question."""
        import numpy as np

        part = self._between(first, last)
        counted = self.grouped(part, (AGENCY, *axes))
        if PROCEDURE in axes:
            counted = _with_none(counted, self.grouped(part, (AGENCY, *(a for a in axes if a != PROCEDURE))), axes)
        values = {axis: sorted({key[i + 1] for key in counted}) for i, axis in enumerate(axes)} | dict(values or {})
        shape = [len(part.agency_ids), *(len(values[axis]) for axis in axes)]
        arrays = {q: np.zeros([*shape, self.sizes[q].size], np.int64) for q in self.options}
        index = {axis: {value: i for i, value in enumerate(values[axis])} for axis in axes}
        places = {place: i for i, place in enumerate(part.agency_ids)}
        options = {(q, code): i for q, codes in self.options.items() for i, code in enumerate(codes)}
        for (place, *key), counts in counted.items():
            at = (places[place], *(index[axis][value] for axis, value in zip(axes, key, strict=True)))
            for choice, count in counts.items():
                if choice in options:
                    arrays[choice[0]][(*at, options[choice])] = count
        for question, array in arrays.items():
            if question:
                array[..., -1] = (arrays[""][..., 0] - array[..., :-1].sum(axis=-1)).clip(min=0)
        return dict(values), arrays

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


def _with_none(counted: Mapping[Any, Any], whole: Mapping[Any, Any], axes: Sequence[str]) -> Mapping[Any, Any]:
    """The counts by procedure, those of the answers that name none as ""."""
    at = axes.index(PROCEDURE) + 1
    rest = {key: dict(counts) for key, counts in whole.items()}
    for key, counts in counted.items():
        left = rest[(*key[:at], *key[at + 1 :])]
        for choice, count in counts.items():
            left[choice] = left.get(choice, 0) - count
    return {**counted, **{(*key[:at], "", *key[at:]): counts for key, counts in rest.items() if any(counts.values())}}
