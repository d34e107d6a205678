"""Files that take a while: asked for on a page, made by the jobs, fetched by who asked, gone after a day.

`make_due_exports` owns its transactions, as `deliver_due` does. Progress is written beside the transaction that reads
the figures: all panels of a file are still read as of one moment where the database keeps one (SQLite).
"""

import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import delete, update

from survey_app.access import Scope
from survey_app.agencies.models import Agency
from survey_app.clock import now
from survey_app.db import db, transaction
from survey_app.deliveries.claim import claimed
from survey_app.deliveries.models import Export
from survey_app.deliveries.queries import due_export_ids, exports_at_work, old_export_ids, unfinished_exports
from survey_app.deliveries.rules import MOST_MADE, MOST_UNFINISHED
from survey_app.errors import Conflict, DomainError
from survey_app.figures.queries import seen_agency
from survey_app.i18n import in_language
from survey_app.reports.actions import checked_change, drafted, finalise, prepared
from survey_app.reports.catalogue import build_report
from survey_app.reports.composer import panels_of
from survey_app.reports.editions import edition_report
from survey_app.reports.files import ReportFile, report_file
from survey_app.reports.models import StoredReport
from survey_app.reports.queries import require_edition, require_report
from survey_app.reports.report import Report
from survey_app.responses.rows import FILES, CoarseRows
from survey_app.surveys.models import Survey

log = logging.getLogger(__name__)
LONGEST_ERROR = 500
# The name of an export that is no report: answers row by row.
ROWS = "rows"
# What an export that finalises a report holds beside others: what its edition changes.
SIGNED = "change"


def order_export(
    *,
    survey: Survey,
    scope: Scope,
    agency: Agency | None,
    asked: Mapping[str, str],
    steps: int,
    file_format: str,
    language: str,
    actor: str,
) -> Export:
    """Ask for a file of the report `asked["name"]`, or of the stored one (and its edition) that `asked` names, or of
    ROWS; the edge has read the filters, checked the format and what the reader may see.

    Raises Conflict where the reader has too many unfinished.
    """
    if unfinished_exports(actor) >= MOST_UNFINISHED:
        raise Conflict(_("Please wait: %(most)s of your files are not ready yet.", most=MOST_UNFINISHED))
    export = Export(survey=survey, scope_id=scope.agency_id, agency=agency, asked=dict(asked), file_format=file_format)
    export.language, export.created_by, export.created_at = language, actor, now()
    export.try_at, export.steps = export.created_at, steps
    db.session.add(export)
    db.session.flush()
    return export


def order_edition(stored: StoredReport, *, scope: Scope, change: str, language: str, actor: str) -> Export:
    """Have a report finalised by who may sign it, and its edition made as PDF.

    Raises Invalid where a later edition does not say what it changes, Conflict where the report is being finalised.
    """
    change = checked_change(stored, change)
    if any(SIGNED in each.asked and each.asked["stored"] == str(stored.id) for each in exports_at_work()):
        raise Conflict(_("This report is being finalised already."))
    asked = {"name": stored.asked["name"], "stored": str(stored.id), "title": stored.title, SIGNED: change}
    return order_export(
        survey=stored.survey,
        scope=scope,
        agency=stored.agency,
        asked=asked | {"edition": str(len(stored.editions) + 1)},
        steps=len(panels_of(stored.asked)) + 2,
        file_format="pdf",
        language=language,
        actor=actor,
    )


def make_due_exports(moment: datetime | None = None) -> int:
    """Forget what was kept for long enough, then make whatever waits; returns how many became ready."""
    moment = moment or now()
    if old := old_export_ids(moment):
        with transaction():
            db.session.execute(delete(Export).where(Export.id.in_(old)))
    return sum(_make(number, moment) for number in due_export_ids(moment))


def _make(number: int, moment: datetime) -> bool:
    export = claimed(Export, number, "making", moment)
    if export is None:
        return False
    file, error = None, ""
    with in_language(export.language):
        try:
            if export.attempts > MOST_MADE:
                raise Conflict(_("Making the file was interrupted twice."))
            file = _file(export)
        except DomainError as refusal:
            error = str(refusal)
        # A broken report must not stop the others; the log has it whole.
        except Exception:
            log.exception("export %s failed", number)
            error = _("The file could not be made. The log of the server says why.")
    with transaction():
        _note(db.session.get_one(Export, number), file, error)
    return file is not None


def _file(export: Export) -> ReportFile:
    _tell(export.id, 0)
    if export.asked["name"] == ROWS:
        return _rows(export)
    report = _report(export, lambda: _tell(export.id, Export.done + 1))
    return report_file(report, export.survey.code, export.file_format)


def _rows(export: Export) -> ReportFile:
    survey, (media_type, write) = export.survey, FILES[export.file_format]
    agency = seen_agency(survey=survey, scope=Scope(export.scope_id), agency=export.agency)
    content = write(CoarseRows(survey, agency.id, lambda: _tell(export.id, Export.done + 1)))
    name = f"{survey.code}-{agency.code}-{ROWS}.{export.file_format}"
    return ReportFile(content, media_type, name, name)


def _report(export: Export, built: Callable[[], object]) -> Report:
    """What was asked for, no wider than what who asked for it may see; `built` is called after each panel."""
    asked, scope = export.asked, Scope(export.scope_id)
    if SIGNED in asked:
        _sign(export, built)
    if asked.get("edition"):
        return edition_report(require_edition(int(asked["stored"]), int(asked["edition"]), scope))
    if asked.get("stored"):
        return drafted(require_report(int(asked["stored"]), scope), scope, built)
    days = [date.fromisoformat(text) if (text := asked[end]) else None for end in ("from", "to")]
    return build_report(
        asked["name"],
        survey=export.survey,
        scope=scope,
        language=export.language,
        agency=export.agency,
        from_on=days[0],
        to_on=days[1],
        channel=asked["channel"] or None,
        procedure=asked.get("procedure") or None,
        compare=asked.get("compare") or None,
        question=asked.get("question") or None,
        structure=asked.get("structure") or None,
        level=asked.get("level") or None,
        built=built,
    )


def _sign(export: Export, built: Callable[[], object]) -> None:
    """Finalise the report once, however often its making is begun."""
    asked, scope = export.asked, Scope(export.scope_id)
    stored, number = require_report(int(asked["stored"]), scope), int(asked["edition"])
    if len(stored.editions) < number:
        snapshot = prepared(stored, scope, change=asked[SIGNED], built=built)
        with transaction():
            db.session.expire(stored, ["editions"])
            if len(stored.editions) < number:
                finalise(stored, scope, by=export.created_by, change=asked[SIGNED], snapshot=snapshot)
        built()
    edition = require_edition(stored.id, number, scope)
    if edition.finalised_by != export.created_by or edition.finalised_at < export.created_at:
        raise Conflict(_("Somebody else has finalised this report meanwhile."))


def _tell(number: int, done: object) -> None:
    """Write the progress for the page, in a transaction of its own."""
    with db.engine.begin() as connection:
        connection.execute(update(Export).where(Export.id == number).values(done=done))


def _note(export: Export, file: ReportFile | None, error: str) -> None:
    if file is None:
        export.state, export.error = "failed", error[:LONGEST_ERROR]
    else:
        export.state, export.done, export.content = "ready", export.steps, file.content
        export.media_type, export.file_name, export.title = file.media_type, file.name[:300], file.title[:500]
    db.session.flush()
