"""Answers row by row for analysts: no id, no time, no comment, marks only as exact as others share them, shuffled.

What a row may say of where and when it was given is decided over the whole survey (`coarsening`), so that two people's
files never contradict each other; a file holds the rows of the agencies that were asked for.
"""

import hmac
import secrets
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from survey_app.access import Scope
from survey_app.agencies.queries import agencies_in, subtree_ids
from survey_app.errors import Invalid
from survey_app.questionnaires.queries import continued_questions, version_content
from survey_app.responses.coarsening import Marks, said_marks
from survey_app.responses.exports import csv_text, reasons_text, write_workbook
from survey_app.responses.queries import StoredResponse, stored_responses
from survey_app.surveys.models import Survey

MARKS = ("agency", "month", "channel", "day", "rest")
BEFORE = ("agency", "month", "channel", "answered_on", "procedure", "language", "verified", "flagged")
AFTER = ("reasons",)
MOST_ROWS = 1_000_000
STEPS = 3
Content = tuple[str, ...]


class CoarseRows:
    """The released responses of a survey at an agency and below it, each as exact as `least` rows share it.

    `built` hears of each of STEPS but the last. Raises Invalid beyond MOST_ROWS in the survey.
    """

    def __init__(self, survey: Survey, agency_id: int, built: Callable[[], object] = int) -> None:
        settings = current_app.config["SETTINGS"]
        self._codes = continued_questions(survey.version)
        self._questions = [question.code for question in version_content(survey.version_id).choices]
        self._agencies = {agency.id: agency.code for agency in agencies_in(Scope(survey.agency_id))}
        self._inside = {self._agencies[each] for each in subtree_ids(agency_id) if each in self._agencies}
        self._whole = agency_id == survey.agency_id
        self._key: bytes = settings.secret_key.encode()
        self._read(survey)
        built()
        self._said = said_marks(Counter(self._marks[each] for each in self._of_marks), settings.min_cell)
        built()

    def csv(self) -> bytes:
        """The rows as CSV, UTF-8."""
        return "".join(csv_text(self._rows())).encode()

    def xlsx(self) -> bytes:
        """The rows as a workbook in which every cell is text."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / "rows.xlsx"
            write_workbook(path, self._rows())
            return path.read_bytes()

    def _read(self, survey: Survey) -> None:
        """All rows as numbers of their marks and contents, in an order that tells nothing."""
        marks: dict[Marks, int] = {}
        contents: dict[Content, int] = {}
        # A new salt for every file: two of them cannot be laid beside each other row by row.
        salt = secrets.token_bytes(16)
        order: list[tuple[bytes, int, int]] = []
        for row in stored_responses(survey_id=survey.id, agency_ids=sorted(self._agencies), released=True):
            if len(order) == MOST_ROWS:
                raise Invalid(_("The survey has too many answers for a file of rows."))
            place = hmac.digest(self._key, salt + row.id.bytes, "sha256")[:8]
            content = contents.setdefault(self._content(row), len(contents))
            order.append((place, marks.setdefault(self._marks_of(row), len(marks)), content))
        order.sort()
        self._marks, self._contents = list(marks), list(contents)
        self._of_marks = array("L", (number for _place, number, _content in order))
        self._of_contents = array("L", (number for _place, _marks, number in order))

    def _marks_of(self, row: StoredResponse) -> Marks:
        # As figures count it: the same rows, the same day.
        day = row.counted_on.isoformat()
        rest = (row.procedure_code or "", row.language, _yes_no(row.verified), _yes_no(bool(row.flags)))
        return self._agencies[row.agency_id], day[:7], row.channel, day, rest

    def _content(self, row: StoredResponse) -> Content:
        answers = {self._codes.get(question, question): option for question, option in row.answers.items()}
        return *(answers.get(question, "") for question in self._questions), reasons_text(row.reasons)

    def _rows(self) -> Iterator[list[str]]:
        """The header and a row a response; what a row may not say is empty."""
        yield [*BEFORE, *self._questions, *AFTER]
        for marks, content in zip(self._of_marks, self._of_contents, strict=True):
            cells = _cells(self._marks[marks], self._said)
            if cells is not None and (cells[0] in self._inside if cells[0] else self._whole):
                yield [*cells, *self._contents[content]]


def _cells(marks: Marks, said: Mapping[Marks, int]) -> list[str] | None:
    """The marks as far as they may be said; None where the row may not be told at all."""
    if marks not in said:
        return None
    known: list[Any] = [*marks[: said[marks]], *[""] * (len(MARKS) - said[marks])]
    agency, month, channel, day, rest = known
    return [agency, month, channel, day, *(rest or ("",) * 4)]


def _yes_no(mark: bool) -> str:
    return "yes" if mark else "no"


# What a file of rows can be: {file name's end: (media type, the whole file)}.
FILES: dict[str, tuple[str, Callable[[CoarseRows], bytes]]] = {
    "csv": ("text/csv", CoarseRows.csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", CoarseRows.xlsx),
}
