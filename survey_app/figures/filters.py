"""What a reader asked a panel for: the short query keys of addresses and commands, checked."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, TypeVar

from flask_babel import gettext as _

from survey_app.access import Scope
from survey_app.agencies.models import Agency
from survey_app.agencies.queries import agency_by_code
from survey_app.agencies.rules import is_code
from survey_app.errors import Invalid, NotFound, Problem
from survey_app.figures.periods import COMPARISONS
from survey_app.figures.queries import seen_agency
from survey_app.figures.rules import rating_groups
from survey_app.questionnaires.queries import version_content
from survey_app.surveys.models import Survey
from survey_app.surveys.rules import CHANNELS

KEYS = ("from", "to", "agency", "channel", "procedure", "compare", "question", "structure", "level", "rating")
STRUCTURES = ("reported", "current")
LEVELS = ("below", "leaves")
Value = TypeVar("Value")
PROCEDURE = re.compile(r"[!-~]{1,40}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Selection:
    """The filters that were asked for; None where one was not."""

    agency: Agency | None = None
    from_on: date | None = None
    to_on: date | None = None
    channel: str | None = None
    procedure: str | None = None
    compare: str | None = None
    question: str | None = None
    structure: str | None = None
    level: str | None = None
    rating: str | None = None

    def asked(self) -> dict[str, Any]:
        """The same as `build_panel` takes it."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def query(self) -> dict[str, str]:
        """The same as query keys, without those that were not asked for."""
        values = {
            "from": self.from_on.isoformat() if self.from_on else None,
            "to": self.to_on.isoformat() if self.to_on else None,
            "agency": self.agency.code if self.agency else None,
            "channel": self.channel,
            "procedure": self.procedure,
            "compare": self.compare,
            "question": self.question,
            "structure": self.structure,
            "level": self.level,
            "rating": self.rating,
        }
        return {key: value for key, value in values.items() if value}


def read_selection(query: Mapping[str, str | None], *, survey: Survey, scope: Scope) -> Selection:
    """The filters in `query` (KEYS; empty is not asked for, other keys are ignored).

    Raises Invalid with one Problem for each wrong key: no day, an end before its start, an unknown channel, comparison,
    structure, level, rating or question, what cannot be a procedure's code, an agency that the reader may not see or
    the survey does not collect at.
    """
    problems: list[Problem] = []

    def checked(key: str, read: Callable[[str], Value]) -> Value | None:
        text = (query.get(key) or "").strip()
        try:
            return read(text) if text else None
        except ValueError as error:
            problems.append(Problem(key, "invalid", str(error)))
            return None

    selection = Selection(
        agency=checked("agency", lambda code: _agency(code, survey, scope)),
        from_on=checked("from", _day),
        to_on=checked("to", _day),
        channel=checked("channel", _channel),
        procedure=checked("procedure", _procedure),
        compare=checked("compare", _compare),
        question=checked("question", lambda code: _question(code, survey)),
        structure=checked("structure", _structure),
        level=checked("level", _level),
        rating=checked("rating", lambda code: _rating(code, survey)),
    )
    if selection.from_on and selection.to_on and selection.to_on < selection.from_on:
        problems.append(Problem("to", "order", _("The last day lies before the first one.")))
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), errors=tuple(problems))
    return selection


def _day(text: str) -> date:
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError(_("“%(text)s” is not a day; write it as 2016-12-31.", text=text[:40]))


def _channel(code: str) -> str:
    if code not in CHANNELS:
        raise ValueError(_("There is no channel “%(code)s”.", code=code[:40]))
    return code


def _procedure(code: str) -> str:
    if not PROCEDURE.fullmatch(code):
        raise ValueError(_("“%(code)s” is no code of a procedure.", code=code[:40]))
    return code


def _compare(code: str) -> str:
    if code not in COMPARISONS:
        raise ValueError(_("There is no comparison “%(code)s”.", code=code[:40]))
    return code


def _structure(code: str) -> str | None:
    """As reported is what everybody gets who asks for nothing."""
    if code not in STRUCTURES:
        raise ValueError(_("There is no structure “%(code)s”.", code=code[:40]))
    return code if code == "current" else None


def _level(code: str) -> str | None:
    """Right below is what everybody gets who asks for nothing."""
    if code not in LEVELS:
        raise ValueError(_("There is no level “%(code)s”.", code=code[:40]))
    return code if code == "leaves" else None


def _rating(code: str, survey: Survey) -> str:
    if code not in rating_groups(version_content(survey.version_id).choices):
        raise ValueError(_("There is no group “%(code)s” of who wrote comments.", code=code[:40]))
    return code


def _question(code: str, survey: Survey) -> str:
    if code not in {question.code for question in version_content(survey.version_id).choices}:
        raise ValueError(_("There is no question “%(code)s”.", code=code[:40]))
    return code


def _agency(code: str, survey: Survey, scope: Scope) -> Agency:
    # One answer for an agency that does not exist and for one that the reader may not see.
    if is_code(code) and (agency := agency_by_code(code)):
        try:
            return seen_agency(survey=survey, scope=scope, agency=agency)
        except NotFound:
            pass
    raise ValueError(_("This survey has no figures for an agency “%(code)s”.", code=code[:40]))
