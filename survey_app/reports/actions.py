"""Every write of reports: letterheads, drafts, and the editions that freeze them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from survey_app import audit
from survey_app.access import Scope
from survey_app.agencies.models import Agency
from survey_app.agencies.queries import require_agency
from survey_app.clock import now, today
from survey_app.db import db
from survey_app.errors import Conflict, Invalid, Problem
from survey_app.figures.rules import shown_total
from survey_app.i18n import in_language
from survey_app.reports.catalogue import report_of, with_notes
from survey_app.reports.composer import Part, composed_report, read_parts, stored_parts
from survey_app.reports.models import Letterhead, ReportEdition, ReportTemplate, StoredReport
from survey_app.reports.parts import count_words
from survey_app.reports.queries import left_out, stored_letterhead, template_titled
from survey_app.reports.report import Report
from survey_app.reports.request import Request
from survey_app.reports.snapshot import Snapshot, fingerprint, freeze
from survey_app.surveys.models import Survey

LETTERHEAD_FIELDS = (
    "superior",
    "issuing",
    "symbol",
    "place",
    "addressed_to",
    "authority",
    "signer_title",
    "signer_name",
    "recipients",
)


def save_letterhead(agency: Agency, words: Mapping[str, str], *, by: str) -> Letterhead:
    """Keep what an agency's documents say; an empty field is filled from the tree again."""
    stored = stored_letterhead(agency.id) or Letterhead(agency_id=agency.id)
    for name in LETTERHEAD_FIELDS:
        setattr(stored, name, (words.get(name) or "").strip())
    db.session.add(stored)
    db.session.flush()
    audit.record(by, "reports.letterhead", agency.code)
    return stored


def save_draft(survey: Survey, agency: Agency, asked: Mapping[str, Any], *, title: str, by: str) -> StoredReport:
    """Keep what a report was asked for; its figures stay those of the day until it is finalised. `asked` holds `name`,
    `from`, `to`, `agency`, `channel`, `language`, `date` and `number` as texts, "" for what was not asked."""
    stored = StoredReport(
        survey_id=survey.id,
        agency_id=agency.id,
        title=title[:200],
        asked=dict(asked),
        created_at=now(),
        created_by=by,
    )
    stored.survey, stored.agency = survey, agency
    db.session.add(stored)
    db.session.flush()
    audit.record(by, "reports.draft", str(stored.id), title=stored.title)
    return stored


def drafted(stored: StoredReport, scope: Scope, built: Callable[[], object] = int) -> Report:
    """The report of a draft from today's figures; `built` is called after each panel. Raises as `build_report` does."""
    asked = stored.asked
    request = Request(
        survey=stored.survey,
        scope=scope,
        agency=require_agency(asked["agency"]) if asked.get("agency") else None,
        from_on=_day(asked.get("from")),
        to_on=_day(asked.get("to")),
        channel=asked.get("channel") or None,
        language=asked.get("language") or current_app.config["SETTINGS"].default_locale,
        date_on=_day(asked.get("date")) or today(),
        number=asked.get("number") or "",
        built=built,
    )
    with in_language(request.language):
        if asked.get("blocks"):
            return composed_report(read_parts(asked["blocks"]), stored.title, request)
        return report_of(asked["name"], request)


def compose(stored: StoredReport, parts: Sequence[Part], *, title: str, by: str) -> None:
    """Keep the parts of a draft in their order. Raises Conflict where it is finalised already."""
    if stored.editions:
        raise Conflict(_("A finalised report cannot be composed anew; begin another draft."))
    stored.title = title.strip()[:200] or stored.title
    stored.asked = {**stored.asked, "blocks": stored_parts(parts)}
    db.session.flush()
    audit.record(by, "reports.compose", str(stored.id), blocks=len(parts))


def save_template(agency: Agency, title: str, period: str, parts: Sequence[Part], *, by: str) -> ReportTemplate:
    """Keep a composition for an agency's next reports; the same title again replaces it. Raises Invalid."""
    title = " ".join(title.split())
    if not 0 < len(title) <= 200:
        problem = Problem("title", "required", _("Please give the template a title."))
        raise Invalid(problem.message, errors=(problem,))
    template = template_titled(agency.id, title) or ReportTemplate(agency_id=agency.id, title=title)
    template.period, template.blocks = period, stored_parts(parts)
    db.session.add(template)
    db.session.flush()
    audit.record(by, "reports.template", title, agency=agency.code)
    return template


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def checked_change(stored: StoredReport, change: str) -> str:
    """What the next edition changes, in one line. Raises Invalid where it is a later one and does not say it."""
    change = " ".join(change.split())
    if stored.editions and not change:
        problem = Problem("change", "required", _("Please say what this edition changes."))
        raise Invalid(problem.message, errors=(problem,))
    return change


def prepared(stored: StoredReport, scope: Scope, *, change: str = "", built: Callable[[], object] = int) -> Snapshot:
    """What finalising would freeze now; only reads, `built` is called after each panel. Raises Invalid as
    `checked_change` does."""
    number, change = len(stored.editions) + 1, checked_change(stored, change)
    report = drafted(stored, scope, built)
    with in_language(report.language):
        exclusions = _exclusions(stored, report)
        return Snapshot(with_notes(report, _told(exclusions, number, change)), exclusions)


def finalise(
    stored: StoredReport, scope: Scope, *, by: str, change: str = "", snapshot: Snapshot | None = None
) -> ReportEdition:
    """Freeze the figures of today, or those of a snapshot that was prepared just before, as the report's next edition.
    Raises Invalid as `checked_change` does."""
    change = checked_change(stored, change)
    snapshot = snapshot or prepared(stored, scope, change=change)
    with in_language(snapshot.report.language):
        frozen = freeze(snapshot)
    edition = ReportEdition(
        report_id=stored.id,
        number=len(stored.editions) + 1,
        sha256=fingerprint(frozen),
        snapshot=frozen,
        change=change,
        finalised_at=now(),
        finalised_by=by,
    )
    stored.editions.append(edition)
    db.session.flush()
    audit.record(by, "reports.finalise", str(stored.id), edition=edition.number, sha256=edition.sha256)
    return edition


def _exclusions(stored: StoredReport, report: Report) -> tuple[tuple[str, int | None], ...]:
    """Each rule in words with how many responses of the report's period it left out."""
    words = {"excluded": _("excluded by decision"), "erased": _("erased at a citizen's request or by the law")}
    if not report.panels:
        return ()
    filters = report.panels[0].filters
    agency = require_agency(filters.agency) if filters.agency else stored.survey.agency
    rows = left_out(survey_id=stored.survey_id, agency_id=agency.id, from_on=filters.from_on, to_on=filters.to_on)
    minimum = current_app.config["SETTINGS"].min_cell
    return tuple(
        (f"{words[state]}: {reason}" if reason else words[state], shown_total(count, minimum))
        for state, reason, count in rows
    )


def _told(exclusions: tuple[tuple[str, int | None], ...], number: int, change: str) -> tuple[str, ...]:
    rules = [_("%(rule)s (%(count)s responses)", rule=rule, count=count_words(count)) for rule, count in exclusions]
    told = [_("Not counted: %(rules)s.", rules="; ".join(rules) or _("no response was left out"))]
    if change:
        told.append(_("Edition %(number)s corrects: %(change)s.", number=number, change=change.rstrip(".")))
    return tuple(told)
