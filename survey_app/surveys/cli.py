"""flask surveys create / ask / tickets."""

from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from survey_app import audit
from survey_app.agencies.queries import require_agency
from survey_app.db import transaction
from survey_app.errors import DomainError
from survey_app.questionnaires.queries import require_version
from survey_app.sheets.csv_cells import write_rows
from survey_app.surveys.actions import ask_version, create_survey
from survey_app.surveys.links import form_url
from survey_app.surveys.queries import require_survey
from survey_app.surveys.rules import PROVENANCES
from survey_app.surveys.tickets import issue_tickets

surveys = AppGroup("surveys", help="Where and when we ask.")
DAY = click.DateTime(["%Y-%m-%d"])


@surveys.command("create")
@click.argument("code")
@click.option("--questionnaire", default="five-criteria", show_default=True, help="Its newest published version.")
@click.option("--agency", "agency_code", required=True, metavar="CODE", help="Collects here and below.")
@click.option("--title", required=True, help="In Vietnamese.")
@click.option("--title-en", default="")
@click.option("--from", "opens_on", type=DAY, help="First day, e.g. 2026-01-01; open from now on without it.")
@click.option("--to", "closes_on", type=DAY, help="Last day; never closes without it.")
@click.option("--provenance", default="collected", show_default=True, type=click.Choice(PROVENANCES))
def create(
    code: str,
    questionnaire: str,
    agency_code: str,
    title: str,
    title_en: str,
    opens_on: datetime | None,
    closes_on: datetime | None,
    provenance: str,
) -> None:
    """Create the survey CODE; it takes answers at once, on all channels."""
    try:
        with transaction():
            survey = create_survey(
                code=code,
                titles={"vi": title, "en": title_en},
                version=require_version(questionnaire),
                agency=require_agency(agency_code),
                opens_on=opens_on.date() if opens_on else None,
                closes_on=closes_on.date() if closes_on else None,
                provenance=provenance,
            )
            audit.record("command line", "surveys.create", code, agency=agency_code, questionnaire=questionnaire)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"created survey {code}: {form_url(survey)}")


@surveys.command("ask")
@click.argument("code")
@click.argument("number", type=int)
def ask(code: str, number: int) -> None:
    """Let the survey CODE ask version NUMBER of its questionnaire from now on."""
    try:
        with transaction():
            survey = require_survey(code)
            ask_version(survey, require_version(survey.version.questionnaire.code, number))
            audit.record("command line", "surveys.ask", code, version=number)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"survey {code} asks version {number}")


@surveys.command("tickets")
@click.argument("code")
@click.option("--agency", "agency_code", required=True, metavar="CODE", help="Where the case is handled.")
@click.option("--count", required=True, type=int)
@click.option("--out", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--procedure", "procedure_code", metavar="CODE", help="Of all these cases.")
@click.option("--closing-date", type=DAY, help="When these cases are closed; good for 30 days from then.")
@click.option("--message", "by_message", is_flag=True, help="To be sent in messages instead of printed as QR codes.")
def tickets(
    code: str,
    agency_code: str,
    count: int,
    out: Path,
    procedure_code: str | None,
    closing_date: datetime | None,
    by_message: bool,
) -> None:
    """Make one-time tickets of the survey CODE and write them to a CSV file: they are shown this once."""
    unfinished = out.with_name(f"{out.name}.part")
    try:
        # The file first: tickets that nobody has seen must not be stored.
        with unfinished.open("w", encoding="utf-8", newline="") as file, transaction():
            issued = issue_tickets(
                survey=require_survey(code),
                agency=require_agency(agency_code),
                count=count,
                actor="command line",
                procedure_code=procedure_code,
                closing_on=closing_date.date() if closing_date else None,
                by_message=by_message,
            )
            write_rows(file, issued.rows())
            file.flush()
        unfinished.replace(out)
    except (DomainError, OSError) as error:
        raise click.ClickException(str(error)) from error
    finally:
        unfinished.unlink(missing_ok=True)
    click.echo(f"{count} tickets, good until {issued.expires_on:%Y-%m-%d}: {out}")
