"""flask reports write / finalise / edition / verify / list."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import Any, TypeVar

import click
from flask import current_app
from flask.cli import AppGroup

from config import LOCALES
from survey_app.access import EVERYWHERE
from survey_app.agencies.queries import require_agency
from survey_app.db import transaction
from survey_app.errors import DomainError, NotFound
from survey_app.reports.actions import finalise, save_draft
from survey_app.reports.catalogue import REPORTS, build_report, read_filters
from survey_app.reports.editions import edition_report
from survey_app.reports.queries import edition_by_sha256
from survey_app.reports.report import Report
from survey_app.reports.verifying import verify
from survey_app.reports.writers import WRITERS
from survey_app.surveys.queries import require_survey

reports = AppGroup("reports", help="Panels as documents.")


Command = TypeVar("Command", bound=Callable[..., Any])
ASKED = (
    click.argument("name"),
    click.option("--survey", "survey_code", required=True, metavar="CODE"),
    click.option("--agency", metavar="CODE", help="By default the survey's own agency."),
    click.option("--from", "from_on", metavar="DAY", help="First day, 2016-01-01."),
    click.option("--to", "to_on", metavar="DAY", help="Last day, 2016-12-31."),
    click.option("--channel"),
    click.option("--language", metavar="|".join(LOCALES), help="By default the installation's."),
    click.option("--date", "date_on", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="By default today."),
    click.option("--number", default="", metavar="N", help="The document's number; a dotted line without it."),
)
WRITTEN = (
    click.option("--format", "extension", default="txt", show_default=True, metavar="|".join(WRITERS)),
    click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="By default standard output."),
)


def _with(options: Sequence[Callable[[Any], Any]]) -> Callable[[Command], Command]:
    """Give a command these options, in this order."""

    def decorate(command: Command) -> Command:
        return reduce(lambda wrapped, option: option(wrapped), reversed(options), command)

    return decorate


@contextmanager
def _one_line() -> Iterator[None]:
    """What goes wrong ends the command with one line."""
    try:
        yield
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from error


@reports.command("write")
@_with(ASKED)
@_with(WRITTEN)
def write(extension: str, out: Path | None, **asked: Any) -> None:
    """Write the report NAME (`reports list` says which there are). Several charts as png or svg become a zip."""
    _check(extension, asked["language"], out)
    with _one_line():
        _deliver(_built(**asked)[1], extension, out)


@reports.command("finalise")
@_with(ASKED)
def finalise_command(**asked: Any) -> None:
    """Freeze the figures of the report NAME as they are now; prints its number, edition and verification code."""
    _check("txt", asked["language"], None)
    with _one_line(), transaction():
        words, report = _built(**asked)
        survey = require_survey(asked["survey_code"])
        agency = require_agency(words["agency"]) if words["agency"] else survey.agency
        stored = save_draft(survey, agency, words, title=report.title, by="command line")
        edition = finalise(stored, EVERYWHERE, by="command line")
        click.echo(f"report {stored.id} edition {edition.number} {edition.sha256}")


@reports.command("edition")
@click.argument("code")
@_with(WRITTEN)
def edition_command(code: str, extension: str, out: Path | None) -> None:
    """Write a finalised report, given by its verification code, from its frozen figures."""
    _check(extension, None, out)
    with _one_line():
        edition = edition_by_sha256(code)
        if edition is None:
            raise NotFound(f"there is no finalised report with the code {code[:64]}")
        _deliver(edition_report(edition), extension, out)


@reports.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify_command(file: Path) -> None:
    """Say whether FILE (docx, pdf, pptx, xlsx, csv, txt) still says the figures of the finalised report that it names.
    Exit code 1 where it does not."""
    with _one_line():
        verdict = verify(file.read_bytes(), file.suffix.lstrip(".").lower())
    edition = verdict.edition
    named = f"report {edition.report_id} edition {edition.number} {edition.sha256}"
    for each in verdict.differences:
        click.echo(f"{each.place}: expected {each.expected!r}, found {each.found!r}")
    click.echo(
        f"{named}: " + ("the figures differ" if verdict.differences else "the figures are those of the snapshot")
    )
    if verdict.differences:
        raise SystemExit(1)


@reports.command("list")
def list_command() -> None:
    """The reports there are, one a line."""
    for name, kind in REPORTS.items():
        click.echo(f"{name}: {kind.title}")


def _built(
    name: str,
    survey_code: str,
    agency: str | None,
    from_on: str | None,
    to_on: str | None,
    channel: str | None,
    language: str | None,
    date_on: datetime | None,
    number: str,
) -> tuple[dict[str, str], Report]:
    """What was asked for as texts, and the report."""
    survey = require_survey(survey_code)
    given = {"agency": agency, "from": from_on, "to": to_on, "channel": channel}
    selection = read_filters(name, given, survey=survey, scope=EVERYWHERE)
    report = build_report(
        name,
        survey=survey,
        scope=EVERYWHERE,
        language=language or current_app.config["SETTINGS"].default_locale,
        agency=selection.agency,
        from_on=selection.from_on,
        to_on=selection.to_on,
        channel=selection.channel,
        date_on=date_on.date() if date_on else None,
        number=number,
    )
    asked = {key: given[key] or "" for key in given}
    asked |= {"name": name, "language": report.language, "date": report.date_on.isoformat(), "number": report.number}
    return asked, report


def _check(extension: str, language: str | None, out: Path | None) -> None:
    if extension not in WRITERS:
        raise click.ClickException(f"there is no format {extension}; there are: {', '.join(WRITERS)}")
    if language is not None and language not in LOCALES:
        raise click.ClickException(f"there is no language {language}; there are: {', '.join(LOCALES)}")
    if out is None and not WRITERS[extension].readable:
        raise click.ClickException(f"{extension} needs --out PATH")


def _deliver(report: Report, extension: str, out: Path | None) -> None:
    content = WRITERS[extension].write(report)
    if out is None:
        click.echo(content, nl=False)
    else:
        out.write_bytes(content)
