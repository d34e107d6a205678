"""flask reports write."""

from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from config import LOCALES
from survey_app.access import EVERYWHERE
from survey_app.errors import DomainError
from survey_app.reports.catalogue import build_report, read_filters
from survey_app.reports.report import Report
from survey_app.reports.writers import WRITERS
from survey_app.surveys.queries import require_survey

reports = AppGroup("reports", help="Panels as documents.")


@reports.command("write")
@click.argument("name")
@click.option("--survey", "survey_code", required=True, metavar="CODE")
@click.option("--agency", metavar="CODE", help="By default the survey's own agency.")
@click.option("--from", "from_on", metavar="DAY", help="First day, 2016-01-01.")
@click.option("--to", "to_on", metavar="DAY", help="Last day, 2016-12-31.")
@click.option("--channel")
@click.option("--language", metavar="|".join(LOCALES), help="By default the installation's.")
@click.option("--date", "date_on", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="By default today.")
@click.option("--number", default="", metavar="N", help="The document's number; a dotted line without it.")
@click.option("--format", "extension", default="txt", show_default=True, metavar="|".join(WRITERS))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="By default standard output (csv, txt).")
def write(
    name: str,
    survey_code: str,
    agency: str | None,
    from_on: str | None,
    to_on: str | None,
    channel: str | None,
    language: str | None,
    date_on: datetime | None,
    number: str,
    extension: str,
    out: Path | None,
) -> None:
    """Write the report NAME (overview, quarter). Several charts as png or svg become a zip."""
    _check(extension, language, out)
    asked = {"agency": agency, "from": from_on, "to": to_on, "channel": channel}
    try:
        survey = require_survey(survey_code)
        selection = read_filters(name, asked, survey=survey, scope=EVERYWHERE)
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
        _deliver(report, extension, out)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{out}: {error.strerror}") from error


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
