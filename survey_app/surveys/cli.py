"""flask surveys create."""

from datetime import datetime

import click
from flask.cli import AppGroup

from survey_app import audit
from survey_app.agencies.queries import require_agency
from survey_app.db import transaction
from survey_app.errors import DomainError
from survey_app.questionnaires.queries import require_version
from survey_app.surveys.actions import create_survey
from survey_app.surveys.links import form_url
from survey_app.surveys.rules import PROVENANCES

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
