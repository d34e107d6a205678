"""Stored responses as CSV, JSON lines or a workbook: raw, for the command line and administrators alone.

What an export holds, an import takes: CSV and workbook have the import's columns. Excluded and erased responses are
left out.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from survey_app.access import Scope
from survey_app.agencies.models import Agency
from survey_app.agencies.queries import agencies_in
from survey_app.clock import timezone
from survey_app.errors import Invalid
from survey_app.questionnaires.content import COMMENT
from survey_app.questionnaires.queries import version_content
from survey_app.responses.queries import StoredResponse, stored_responses
from survey_app.sheets.csv_cells import safe
from survey_app.sheets.workbooks import LAST_ROW
from survey_app.surveys.models import Survey

BEFORE = ("id", "agency", "channel", "procedure", "language", "answered_on", "answered_at", "version")
AFTER = ("reasons", COMMENT)
CHUNK = 500


class Export:
    """The stored responses of a survey at the agencies of a scope, between two local days (inclusive, both open).

    Reads what it needs to know at once; the rows only while somebody takes them, by key, in one snapshot, flat memory.
    """

    def __init__(self, survey: Survey, scope: Scope, from_on: date | None = None, to_on: date | None = None) -> None:
        agencies: list[Agency] = agencies_in(scope)
        self._survey = survey
        self._questions = list(version_content(survey.version_id).by_code)
        self._version = survey.version.number
        self._codes: Mapping[int, str] = {agency.id: agency.code for agency in agencies}
        self._timezone: ZoneInfo = timezone()
        self._rows = stored_responses(survey_id=survey.id, agency_ids=sorted(self._codes), from_on=from_on, to_on=to_on)

    def csv(self) -> Iterator[str]:
        """CSV in pieces: comma, CRLF, no text that a spreadsheet would calculate (`csv_cells`)."""
        return csv_text(self._cells())

    def jsonl(self) -> Iterator[str]:
        """JSON lines in pieces; `answered_at` has the local zone, or is the day alone where no more is known."""
        return _joined(map(self._json, self._rows))

    def xlsx(self, path: Path) -> None:
        """A workbook (`write_workbook`). Raises Invalid beyond a sheet's last row."""
        write_workbook(path, self._cells())

    def _cells(self) -> Iterator[list[str]]:
        """The header and a row a response."""
        yield [*BEFORE, *self._questions, *AFTER]
        version = str(self._version)
        for row in self._rows:
            answers = {**row.answers, **row.texts}
            yield [
                str(row.id),
                self._codes[row.agency_id],
                row.channel,
                row.procedure_code or "",
                row.language,
                row.answered_on.isoformat(),
                self._instant(row) if row.answered_at else "",
                version,
                *[answers.get(question, "") for question in self._questions],
                reasons_text(row.reasons),
                row.texts.get(COMMENT, ""),
            ]

    def _json(self, row: StoredResponse) -> str:
        texts = {question: text for question, text in row.texts.items() if question != COMMENT}
        line = {
            "id": str(row.id),
            "agency": self._codes[row.agency_id],
            "survey": self._survey.code,
            "channel": row.channel,
            "language": row.language,
            "answered_at": self._instant(row),
            "answers": {**row.answers, **texts},
            "comment": row.texts.get(COMMENT, ""),
            "verified": row.verified,
            "flags": row.flags,
        }
        return json.dumps(line, ensure_ascii=False) + "\n"

    def _instant(self, row: StoredResponse) -> str:
        if row.answered_at is None:
            return row.answered_on.isoformat()
        return row.answered_at.astimezone(self._timezone).isoformat()


# What can be sent while it is being read: {file name's end: (media type, pieces of text)}.
STREAMS: dict[str, tuple[str, Callable[[Export], Iterator[str]]]] = {
    "csv": ("text/csv", Export.csv),
    "jsonl": ("application/jsonl", Export.jsonl),
}


def csv_text(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """CSV in pieces: comma, CRLF, no text that a spreadsheet would calculate (`csv_cells`)."""
    return _joined(_csv_lines(rows))


def write_workbook(path: Path, rows: Iterable[Iterable[str]]) -> None:
    """A workbook of one sheet in which every cell is text. Raises Invalid beyond a sheet's last row."""
    from xlsxwriter import Workbook  # slow to load, and rarely needed

    with Workbook(str(path), {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet("responses")
        for number, row in enumerate(rows):
            if number >= LAST_ROW:
                raise Invalid(_("A workbook holds no more rows: export as CSV."))
            for column, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, column, cell)


def _csv_lines(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([safe(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _joined(lines: Iterator[str]) -> Iterator[str]:
    """Many lines a piece: each piece costs a write."""
    while chunk := "".join(islice(lines, CHUNK)):
        yield chunk


def reasons_text(reasons: Mapping[str, Any]) -> str:
    """Reasons in one cell: "question:reason question:reason"."""
    return " ".join(f"{question}:{code}" for question, codes in reasons.items() for code in codes)
