"""flask responses import, export, exclude, erase."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError

from survey_app import audit
from survey_app.access import EVERYWHERE
from survey_app.agencies.queries import require_agency
from survey_app.db import db, forget_deleted, transaction
from survey_app.errors import DomainError
from survey_app.responses import actions
from survey_app.responses.exports import STREAMS, Export
from survey_app.responses.imports import Progress, Reading, read_file
from survey_app.responses.rules import canonical_id
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import require_survey
from survey_app.surveys.rules import CHANNELS

ACTOR = "command line"
SHOWN_EVERY = 500
DAY = click.DateTime(["%Y-%m-%d"])
responses = AppGroup("responses", help="What was answered.")
SURVEY = click.option("--survey", "survey_code", required=True, metavar="CODE")
AGENCY = click.option("--agency", "agency_code", metavar="CODE", help="Where several agencies hold the same id.")


@responses.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@SURVEY
@click.option(
    "--channel", default="import", show_default=True, type=click.Choice(CHANNELS), help="Of lines without one."
)
@click.option("--dry-run", is_flag=True, help="Say what would be stored; store nothing.")
def import_command(file: Path, survey_code: str, channel: str, dry_run: bool) -> None:
    """Store the responses of FILE (CSV or XLSX), each once, however often it is imported.

    Columns: answered_on (2016-01-31) or answered_at (2016-01-31T08:15:00+07:00; local time without a zone), every
    question of the questionnaire (option code or label; empty: not answered), and as you have them id, agency,
    channel, procedure, language, comment, version, reasons ("question:reason question:reason").
    """
    with _clean_errors():
        survey = require_survey(survey_code)
        with _steps(_("reading %(file)s", file=file.name)) as step, read_file(file, survey, step) as reading:
            outcome = _store(reading, survey, file.name, channel, dry_run)
    if not dry_run:
        _follow_up()
    click.echo(f"read {outcome.read} stored {outcome.stored} already {outcome.already} refused {outcome.refused}")
    for line, reason in outcome.refusals:
        click.echo(f"line {line}: {reason}")
    if outcome.refused > len(outcome.refusals):
        click.echo(_("and %(count)s more", count=outcome.refused - len(outcome.refusals)))
    if outcome.refused:
        sys.exit(1)


@responses.command("export")
@SURVEY
@click.option("--format", "kind", required=True, type=click.Choice(("csv", "jsonl", "xlsx")))
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="By default the output.")
@click.option("--from", "from_on", type=DAY, help="First day, e.g. 2026-01-01.")
@click.option("--to", "to_on", type=DAY, help="Last day.")
def export_command(
    survey_code: str, kind: str, out: Path | None, from_on: datetime | None, to_on: datetime | None
) -> None:
    """Write every stored response of a survey: raw, with ids and exact times."""
    with _clean_errors():
        days = [day.date() if day else None for day in (from_on, to_on)]
        export = Export(require_survey(survey_code), EVERYWHERE, *days)
        if out is None and kind == "xlsx":
            raise click.UsageError("--out is required for a workbook")
        if out is None:
            for piece in STREAMS[kind][1](export):
                click.echo(piece, nl=False)
            return
        _write_whole(out, kind, export)


@responses.command("exclude")
@click.argument("response_id", metavar="ID")
@SURVEY
@click.option("--reason", required=True)
@AGENCY
def exclude_command(response_id: str, survey_code: str, reason: str, agency_code: str | None) -> None:
    """Take the response ID out of every figure; it stays stored."""
    with _clean_errors():
        survey, agency_id = require_survey(survey_code), _agency_id(agency_code)
        with transaction():
            actions.exclude_response(survey, canonical_id(response_id), reason, ACTOR, agency_id=agency_id)
        _follow_up()
    click.echo(f"excluded {response_id}")


@responses.command("erase")
@click.argument("response_id", metavar="ID")
@SURVEY
@AGENCY
def erase_command(response_id: str, survey_code: str, agency_code: str | None) -> None:
    """Forget what the response ID says, for ever; its id stays taken."""
    with _clean_errors():
        survey, agency_id = require_survey(survey_code), _agency_id(agency_code)
        with transaction():
            actions.erase_response(survey, canonical_id(response_id), ACTOR, agency_id=agency_id)
        _follow_up()
        forget_deleted()
    click.echo(f"erased {response_id}")


def _write_whole(out: Path, kind: str, export: Export) -> None:
    """The file appears when it is whole; one that was there before stays until then."""
    unfinished = out.with_name(f"{out.name}.part")
    try:
        if kind == "xlsx":
            export.xlsx(unfinished)
        else:
            with unfinished.open("w", encoding="utf-8", newline="") as file:
                file.writelines(STREAMS[kind][1](export))
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)


def _store(reading: Reading, survey: Survey, name: str, channel: str, dry_run: bool) -> actions.Outcome:
    """Store in one transaction; a dry run does the same and takes it back."""
    with _steps(_("storing")) as step, transaction():
        outcome = actions.store_lines(reading, channel=channel, progress=step)
        if dry_run:
            db.session.rollback()
        else:
            counts = {"read": outcome.read, "stored": outcome.stored, "refused": outcome.refused}
            audit.record(ACTOR, "responses.import", survey.code, file=name[:200], **counts)
    return outcome


def _follow_up() -> None:
    """What later features registered to be done once responses have changed: the tallies fold."""
    callbacks: list[Callable[[], object]] = current_app.extensions["after_import"]
    for callback in callbacks:
        callback()


def _agency_id(code: str | None) -> int | None:
    return require_agency(code).id if code else None


@contextmanager
def _clean_errors() -> Iterator[None]:
    """One line on stderr and exit 1 for what the user can put right."""
    try:
        yield
    except DomainError as error:
        problems = " ".join(_(problem.message) for problem in error.errors)
        raise click.ClickException(error.message or problems or error.code) from error
    except OperationalError as error:
        raise click.ClickException(_("The database cannot do this now: %(error)s", error=error.orig)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename or ''} {error.strerror or error}".strip()) from error


@contextmanager
def _steps(title: str) -> Iterator[Progress]:
    """A count that runs on a terminal, one line on stderr elsewhere."""
    if not sys.stderr.isatty():
        click.echo(title, err=True)
        yield lambda lines: None
        return
    done = shown = 0

    def count(lines: int) -> None:
        nonlocal done, shown
        done += lines
        if done - shown >= SHOWN_EVERY:
            shown = done
            click.echo(f"\r{title} {done}", err=True, nl=False)

    yield count
    click.echo(f"\r{title} {done}", err=True)
