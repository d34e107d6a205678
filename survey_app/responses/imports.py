"""Reading a file of responses: every line checked before any is stored, the good ones waiting in a temporary file."""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from flask_babel import gettext as _

from survey_app.access import Scope
from survey_app.agencies.queries import agencies_in
from survey_app.clock import timezone, today
from survey_app.errors import Invalid
from survey_app.questionnaires.queries import version_content
from survey_app.responses.lines import Line, LineReader, LineRefused, Setting, column_names
from survey_app.sheets.sources import file_rows
from survey_app.surveys.models import Survey

# So many refusals are kept word for word; a file of garbage must not fill memory and screen.
MOST_REFUSALS = 10_000
SPOOL_BYTES = 16 * 2**20
Progress = Callable[[int], object]


class Refusal(NamedTuple):
    """A line that was not taken, and why."""

    line: int
    reason: str


class Refusals:
    """All refusals counted, the first ones kept."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: list[Refusal] = []

    def add(self, line: int, reason: str) -> None:
        self.count += 1
        if len(self._kept) < MOST_REFUSALS:
            self._kept.append(Refusal(line, reason))

    def in_order(self) -> list[Refusal]:
        """Those kept, by line."""
        return sorted(self._kept)


class Reading:
    """A file that was read: its good lines (once more by iterating), `already` repeats of an id, and refusals.

    Nothing is stored by it.
    """

    def __init__(self, survey: Survey, spool: IO[str]) -> None:
        self.survey = survey
        self.already = 0
        self.refusals = Refusals()
        self._good = 0
        self._spool = spool
        self._own_ids: dict[tuple[int, str], tuple[str, int]] = {}

    @property
    def read(self) -> int:
        """How many lines the file has, once it is read and before any is stored."""
        return self._good + self.already + self.refusals.count

    def __len__(self) -> int:
        return self._good

    def __iter__(self) -> Iterator[Line]:
        self._spool.seek(0)
        for text in self._spool:
            yield Line(*json.loads(text))

    def add(self, line: Line) -> None:
        """Keep a good line; one whose own id the file has brought before is a repeat or a duplicate."""
        if line.own_id:
            first, where = self._own_ids.setdefault((line.agency_id, line.id), (line.sha256, line.number))
            if where != line.number and first == line.sha256:
                self.already += 1
                return
            if where != line.number:
                words = _("duplicate: the id %(id)s stands on line %(line)s with other content", id=line.id, line=where)
                self.refusals.add(line.number, words)
                return
        self._good += 1
        self._spool.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


@contextmanager
def read_file(path: Path, survey: Survey, progress: Progress = lambda lines: None) -> Iterator[Reading]:
    """Read and check a whole file; `progress` is told of every line. Raises Invalid ("file_refused")."""
    rows = file_rows(path)
    header = next(rows, None)
    if header is None:
        raise Invalid(_("The file is empty."), code="file_refused")
    setting = _setting(survey)
    reader = LineReader(column_names(header.cells, setting.content), setting)
    with tempfile.SpooledTemporaryFile(SPOOL_BYTES, mode="w+", encoding="utf-8") as spool:
        reading = Reading(survey, spool)
        for row in rows:
            _read_line(reading, reader, row.line, row.cells)
            progress(1)
        yield reading


def _read_line(reading: Reading, reader: LineReader, number: int, cells: list[str]) -> None:
    try:
        reading.add(reader.line(number, cells))
    except LineRefused as refused:
        reading.refusals.add(number, str(refused))


def _setting(survey: Survey) -> Setting:
    agencies = agencies_in(Scope(survey.agency_id))
    return Setting(
        survey_code=survey.code,
        version=survey.version.number,
        content=version_content(survey.version_id),
        agencies={agency.code: agency.id for agency in agencies},
        own_agency=next(agency.code for agency in agencies if agency.id == survey.agency_id),
        today=today(),
        timezone=timezone(),
    )
