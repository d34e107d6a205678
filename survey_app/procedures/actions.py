"""Storing case figures as they are delivered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flask_babel import gettext as _

from survey_app.agencies.queries import agency_by_name_or_code
from survey_app.db import db
from survey_app.errors import Conflict, Invalid, Problem
from survey_app.procedures.figures_file import Line, read_line, read_rows
from survey_app.procedures.models import CaseFigures
from survey_app.procedures.rules import Imbalance, reconcile


@dataclass(frozen=True, slots=True)
class Finding:
    """A line whose counts break an identity; they are stored all the same, as delivered."""

    line: Line
    imbalance: Imbalance


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many lines were stored, and what does not add up in them."""

    stored: int
    findings: list[Finding]


def import_figures(path: Path) -> Outcome:
    """Store every line of a file, replacing what is known of the same agency and period; all of them or none.

    Raises Invalid: with one Problem a wrong line (`where` is its number), or with a message for the whole file.
    """
    rows = read_rows(path)
    header = next(rows, None)
    if header is None:
        raise Invalid(_("The file is empty."), code="file_refused")
    lines: dict[tuple[int, date, date], Line] = {}
    problems: list[Problem] = []
    for row in rows:
        try:
            line = read_line(header, row)
            key = (_agency_id(line), line.period_from, line.period_to)
            if key in lines:
                raise ValueError(_("The same agency and period stand on line %(line)s.", line=lines[key].number))
            lines[key] = line
        except ValueError as error:
            problems.append(Problem(str(row.number), "wrong_line", str(error)))
    if problems:
        raise Invalid(_("Nothing was stored."), errors=tuple(problems))
    _store(lines)
    return Outcome(len(lines), [Finding(line, each) for line in lines.values() for each in reconcile(line.counts)])


def _agency_id(line: Line) -> int:
    """Raises ValueError, in words for the reader."""
    try:
        agency = agency_by_name_or_code(line.agency) if line.agency else None
    except Conflict as error:
        raise ValueError(str(error)) from error
    if agency is None:
        raise ValueError(_("There is no agency with the code or name “%(text)s”.", text=line.agency))
    return agency.id


def _store(lines: Mapping[tuple[int, date, date], Line]) -> None:
    for (agency_id, period_from, period_to), line in lines.items():
        key = {"agency_id": agency_id, "period_from": period_from, "period_to": period_to}
        db.session.merge(CaseFigures(**key, **line.counts))
    db.session.flush()
