"""Every write to case figures, their acknowledgements, activities and the catalogue of procedures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from flask_babel import gettext as _

from survey_app.access import EVERYWHERE, Scope
from survey_app.agencies.queries import covers
from survey_app.clock import now
from survey_app.db import db
from survey_app.errors import Conflict, Invalid, NotFound, Problem
from survey_app.procedures.figures_file import Line, read_lines
from survey_app.procedures.findings import imbalances
from survey_app.procedures.labels import agency_labelled
from survey_app.procedures.models import (
    Acknowledgement,
    Activity,
    CaseFigures,
    CaseFiguresEdition,
    Procedure,
    ProcedureTerm,
    Score,
)
from survey_app.procedures.queries import case_figures, editions_of, procedure_by_code
from survey_app.procedures.rules import LONGEST_FIELD, LONGEST_REASON, MOST, Imbalance
from survey_app.procedures.scorecards import RuleSet

Key = tuple[int, date, date, str]
LONGEST_CODE, LONGEST_NAME, LONGEST_BASIS = 40, 300, 200


@dataclass(frozen=True, slots=True)
class Finding:
    """A line whose counts break an identity; they are stored all the same, as delivered. `counts` are those that now
    stand for its agency, period and field."""

    line: Line
    imbalance: Imbalance
    counts: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many lines were stored, and what does not add up in them."""

    stored: int
    findings: list[Finding]


def import_figures(path: Path, *, actor: str = "command line", name: str = "", scope: Scope = EVERYWHERE) -> Outcome:
    """Store every line of a file, replacing what is known of the same agency, period and field; all of them or none.

    What was known stays as an earlier edition. Raises Invalid: with one Problem a wrong line (`where` is its number;
    an agency outside the scope is as unknown as one that does not exist), or with a message for the whole file.
    """
    lines: dict[Key, Line] = {}
    problems: list[Problem] = []
    for line in read_lines(path):
        try:
            if isinstance(line, tuple):
                number, words = line
                raise ValueError(words)
            number = line.number
            key = (_agency_id(line.agency, line.period_to, scope), line.period_from, line.period_to, line.field)
            if key in lines:
                raise ValueError(_("The same agency and period stand on line %(line)s.", line=lines[key].number))
            lines[key] = line
        except ValueError as error:
            problems.append(Problem(str(number), "wrong_line", str(error)))
    if problems:
        raise Invalid(_("Nothing was stored."), errors=tuple(problems))
    for key, line in lines.items():
        _store(key, line.counts, actor=actor, source=name or path.name)
    db.session.flush()
    return Outcome(len(lines), [finding for key, line in lines.items() for finding in _broken(key, line)])


def correct_figures(
    *, agency_id: int, from_on: date, to_on: date, field: str, counts: Mapping[str, int | None], actor: str, source: str
) -> CaseFigures:
    """Store figures that somebody typed or corrected; what was known stays as an earlier edition.

    Raises Invalid (period, field, a count out of range, nothing counted at all).
    """
    field = " ".join(field.split())
    problems = []
    if to_on < from_on:
        problems.append(Problem("to_on", "order", _("The last day lies before the first.")))
    if len(field) > LONGEST_FIELD:
        words = _("The name of a field has at most %(most)s characters.", most=LONGEST_FIELD)
        problems.append(Problem("field", "long_field", words))
    for name, count in counts.items():
        if count is not None and not 0 <= count <= MOST:
            problems.append(Problem(name, "bad_count", _("A count is a whole number of at least 0.")))
    if all(count is None for count in counts.values()):
        problems.append(Problem("received_total", "empty", _("Please give at least one count.")))
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), errors=tuple(problems))
    figures = _store((agency_id, from_on, to_on, field), counts, actor=actor, source=source)
    db.session.flush()
    return figures


def acknowledge(figures: CaseFigures, identity: str, *, reason: str, actor: str) -> Acknowledgement:
    """Answer by name for an identity that fails, for just its present sums. Raises NotFound and Invalid (no reason)."""
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= LONGEST_REASON:
        words = _("A reason needs 1 to %(most)s characters.", most=LONGEST_REASON)
        raise Invalid(words, errors=(Problem("reason", "bad_reason", words),))
    imbalance = next((each for each in imbalances(figures) if each.identity == identity), None)
    if imbalance is None:
        raise NotFound(_("These figures add up."))
    acknowledged = db.session.merge(
        Acknowledgement(
            **_key(figures),
            identity=identity,
            left=imbalance.left,
            right=imbalance.right,
            reason=reason,
            acknowledged_by=actor,
            acknowledged_at=now(),
        )
    )
    db.session.flush()
    return acknowledged


def record_activity(*, agency_id: int, from_on: date, to_on: date, name: str, count: int | None) -> None:
    """Keep a named figure of an agency and period; None takes it away. Raises Invalid."""
    name = " ".join(name.split())
    if not 0 < len(name) <= Activity.name.type.length or to_on < from_on or (count or 0) < 0 or (count or 0) > MOST:
        words = _("Please give a name of at most 120 characters and a whole number of at least 0.")
        raise Invalid(words, errors=(Problem("name", "bad_activity", words),))
    key = {"agency_id": agency_id, "period_from": from_on, "period_to": to_on, "name": name}
    if count is not None:
        db.session.merge(Activity(**key, count=count))
    elif known := db.session.get(Activity, tuple(key.values())):
        db.session.delete(known)
    db.session.flush()


def record_scores(
    rules: RuleSet,
    *,
    agency_id: int,
    from_on: date,
    to_on: date,
    scores: Mapping[str, tuple[Decimal | None, Decimal | None, str]],
) -> None:
    """Keep a scorecard: by indicator the own score, the verified one and a note.

    Raises Invalid (`where` is the indicator's code).
    """
    problems = []
    most = {indicator.code: indicator.most for indicator in rules.indicators}
    for code, (own, verified, _note) in scores.items():
        if any(score is not None and not 0 <= score <= most[code] for score in (own, verified)):
            words = _("A score lies between 0 and %(most)s.", most=most[code])
            problems.append(Problem(code, "bad_score", words))
    if to_on < from_on:
        problems.append(Problem("to_on", "order", _("The last day lies before the first.")))
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), errors=tuple(problems))
    for code, (own, verified, note) in scores.items():
        score = Score(agency_id=agency_id, period_from=from_on, period_to=to_on, rule_set=rules.code, indicator=code)
        score.own_tenths, score.verified_tenths = _tenths(own), _tenths(verified)
        score.note = " ".join(note.split())[:LONGEST_BASIS]
        db.session.merge(score)
    db.session.flush()


def _tenths(score: Decimal | None) -> int | None:
    return None if score is None else int((score * 10).quantize(Decimal(1), ROUND_HALF_UP))


def record_procedure(
    *,
    code: str,
    name: str,
    field: str,
    from_on: date,
    statutory_days: int,
    committed_days: int,
    legal_basis: str = "",
    ended_on: date | None = None,
) -> Procedure:
    """A procedure of the catalogue, new or renamed, and the days that it takes from a day on.

    Earlier terms stay: they tell how the days were cut. Raises Invalid.
    """
    code, name, field = (" ".join(text.split()) for text in (code, name, field))
    problems = []
    if not 0 < len(code) <= LONGEST_CODE or not code.isprintable():
        problems.append(Problem("code", "bad_code", _("A code has 1 to %(most)s characters.", most=LONGEST_CODE)))
    if not 0 < len(name) <= LONGEST_NAME:
        problems.append(Problem("name", "bad_name", _("A name has 1 to %(most)s characters.", most=LONGEST_NAME)))
    if len(field) > LONGEST_FIELD:
        words = _("The name of a field has at most %(most)s characters.", most=LONGEST_FIELD)
        problems.append(Problem("field", "long_field", words))
    if committed_days > statutory_days:
        words = _("An agency cannot promise more days than the rule allows.")
        problems.append(Problem("committed_days", "too_many", words))
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), errors=tuple(problems))
    known = procedure_by_code(code)
    names = {**(known.names if known else {}), "vi": name}
    procedure = db.session.merge(Procedure(code=code, names=names, field=field, ended_on=ended_on))
    term = ProcedureTerm(
        procedure_code=code, from_on=from_on, legal_basis=" ".join(legal_basis.split())[:LONGEST_BASIS]
    )
    term.statutory_days, term.committed_days = statutory_days, committed_days
    db.session.flush()
    db.session.merge(term)
    db.session.flush()
    db.session.expire(procedure, ["terms"])
    return procedure


def _agency_id(text: str, on: date, scope: Scope) -> int:
    """Raises ValueError, in words for the reader."""
    try:
        agency = agency_labelled(text, on) if text else None
    except Conflict as error:
        raise ValueError(str(error)) from error
    if agency is None or not covers(scope, agency.id):
        raise ValueError(_("There is no agency with the code or name “%(text)s”.", text=text))
    return agency.id


def _store(key: Key, counts: Mapping[str, int | None], *, actor: str, source: str) -> CaseFigures:
    """The figures and, where they are new or differ, an edition of them."""
    agency_id, from_on, to_on, field = key
    known = case_figures(agency_id=agency_id, from_on=from_on, to_on=to_on, field=field)
    if known is not None and known.counts == {**known.counts, **counts}:
        return known
    figures = known or CaseFigures(agency_id=agency_id, period_from=from_on, period_to=to_on, field=field)
    for name, count in counts.items():
        setattr(figures, name, count)
    db.session.add(figures)
    db.session.flush()
    number = len(editions_of(figures)) + 1
    edition = CaseFiguresEdition(**_key(figures), number=number, counts=figures.counts, recorded_at=now())
    edition.recorded_by, edition.source = actor, source[:200]
    db.session.add(edition)
    return figures


def _key(figures: CaseFigures) -> dict[str, int | date | str]:
    return {
        "agency_id": figures.agency_id,
        "period_from": figures.period_from,
        "period_to": figures.period_to,
        "field": figures.field,
    }


def _broken(key: Key, line: Line) -> list[Finding]:
    agency_id, from_on, to_on, field = key
    figures = case_figures(agency_id=agency_id, from_on=from_on, to_on=to_on, field=field)
    return [Finding(line, each, figures.counts) for each in imbalances(figures)] if figures else []
