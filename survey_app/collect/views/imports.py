"""Files brought in over HTTP: answers as a table, and queues that kiosks exported."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, current_app, render_template, request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from survey_app import audit
from survey_app.access import reader, requires, scope
from survey_app.agencies.queries import covers
from survey_app.collect.actions import import_queue
from survey_app.collect.queue_files import QueueOutcome, queue_items
from survey_app.collect.senders import Sender
from survey_app.db import db, transaction
from survey_app.errors import Forbidden, Invalid
from survey_app.questionnaires.queries import version_content
from survey_app.responses.actions import Outcome, store_lines
from survey_app.responses.imports import read_file
from survey_app.surveys.channels import CHANNEL_NAMES
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import require_survey_in

blueprint = Blueprint("imports", __name__, template_folder="../templates")
LARGEST = 8 * 1024 * 1024
TABLES = (".csv", ".xlsx")
QUEUES = (".json", ".jsonl")
CHANNELS = ("paper", "phone", "import")


@blueprint.get("/manage/surveys/<code>/import")
@requires("responses.enter")
def index(code: str) -> str:
    """What can be brought in, and how it must look."""
    return _page(_survey(code))


@blueprint.post("/manage/surveys/<code>/import")
@requires("responses.enter")
def take(code: str) -> tuple[str, int]:
    """Check a file line by line, and store it unless it is a dry run."""
    request.max_content_length = LARGEST
    survey, file, dry_run = _survey(code), request.files.get("file"), "dry_run" in request.form
    try:
        if file is None or not file.filename:
            raise Invalid(_("Please choose a file."))
        outcome = _taken(survey, file, dry_run)
    except Invalid as error:
        return _page(survey, error=error.message or error.code), 422
    if not dry_run:
        callbacks: list[Callable[[], object]] = current_app.extensions["after_import"]
        for callback in callbacks:
            callback()
    return _page(survey, outcome=outcome, dry_run=dry_run), 200


def _survey(code: str) -> Survey:
    """A survey of the reader that lies wholly within their agencies: a file may hold answers of any below it."""
    survey = require_survey_in(code, scope())
    if not covers(scope(), survey.agency_id):
        raise Forbidden(_("This survey collects at agencies that are not yours."))
    return survey


def _taken(survey: Survey, file: FileStorage, dry_run: bool) -> Outcome | QueueOutcome:
    # Of the name that the browser sends only the ending counts; the file itself has a name of ours.
    ending = Path(file.filename or "").suffix.lower()
    if ending not in TABLES + QUEUES:
        raise Invalid(_("Please choose a file of these kinds: %(kinds)s.", kinds=", ".join(TABLES + QUEUES)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{ending}"
        file.save(path)
        file.close()
        return _store_queue(survey, path, dry_run) if ending in QUEUES else _store_table(survey, path, dry_run)


def _store_table(survey: Survey, path: Path, dry_run: bool) -> Outcome:
    channel = request.form.get("channel", "")
    with read_file(path, survey) as reading, transaction():
        outcome = store_lines(reading, channel=channel if channel in CHANNELS else "import")
        _note(survey, "responses.import", dry_run, read=outcome.read, stored=outcome.stored, refused=outcome.refused)
    return outcome


def _store_queue(survey: Survey, path: Path, dry_run: bool) -> QueueOutcome:
    items = queue_items(path.read_bytes(), survey.code)
    with transaction():
        outcome = import_queue(Sender(reader().email, scope(), None), items, survey.code)
        counts = {"read": outcome.read, "stored": outcome.stored, "refused": len(outcome.refusals)}
        _note(survey, "collect.import_queue", dry_run, **counts)
    return outcome


def _note(survey: Survey, action: str, dry_run: bool, **counts: int) -> None:
    """A dry run does the same as a real one and takes it back."""
    if dry_run:
        db.session.rollback()
    else:
        audit.record(reader().email, action, survey.code, **counts)


def _page(
    survey: Survey, *, outcome: Outcome | QueueOutcome | None = None, dry_run: bool = False, error: str = ""
) -> str:
    return render_template(
        "collect/import.html",
        survey=survey,
        channels=[(name, CHANNEL_NAMES[name]) for name in CHANNELS],
        kinds=",".join(TABLES + QUEUES),
        questions=list(version_content(survey.version_id).by_code),
        largest=LARGEST // 1024 // 1024,
        outcome=outcome,
        refused=len(outcome.refusals) if isinstance(outcome, QueueOutcome) else outcome.refused if outcome else 0,
        dry_run=dry_run,
        error=error,
    )
