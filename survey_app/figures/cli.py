"""flask figures show, import-published."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from survey_app import audit
from survey_app.access import EVERYWHERE
from survey_app.db import transaction
from survey_app.errors import DomainError
from survey_app.figures.actions import import_published
from survey_app.figures.builders import build_panel
from survey_app.figures.exports import panel_csv, panel_json
from survey_app.figures.filters import read_selection
from survey_app.surveys.queries import require_survey

figures = AppGroup("figures", help="Panels: shares, counts and intervals from the tallies.")


@figures.command("show")
@click.argument("panel")
@click.option("--survey", "survey_code", required=True, metavar="CODE")
@click.option("--agency", metavar="CODE", help="By default the survey's own agency.")
@click.option("--from", "from_on", metavar="DAY", help="First day, 2016-01-01.")
@click.option("--to", "to_on", metavar="DAY", help="Last day, 2016-12-31.")
@click.option("--channel")
@click.option("--procedure", metavar="CODE")
@click.option("--compare", metavar="previous|year_ago", help="For the panel change.")
@click.option("--question", metavar="CODE", help="By default every question.")
@click.option("--format", "format_name", type=click.Choice(("json", "csv")), default="json", show_default=True)
def show(
    panel: str, survey_code: str, from_on: str | None, to_on: str | None, format_name: str, **filters: str | None
) -> None:
    """Print one panel, the same figures as on the page."""
    asked = {"from": from_on, "to": to_on, **filters}
    try:
        survey = require_survey(survey_code)
        selection = read_selection(asked, survey=survey, scope=EVERYWHERE)
        built = build_panel(
            panel,
            survey=survey,
            scope=EVERYWHERE,
            **selection.asked(),
        )
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    if format_name == "csv":
        click.echo(panel_csv(built), nl=False)
    else:
        click.echo(json.dumps(panel_json(built), ensure_ascii=False, indent=1))


@figures.command("import-published")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--survey", "survey_code", required=True, metavar="CODE")
def import_command(file: Path, survey_code: str) -> None:
    """Store percentages that somebody published (columns question,option,value_percent,qualifier,
    and period_from,period_to,source where they differ from the survey's own days)."""
    try:
        with transaction():
            survey = require_survey(survey_code)
            imported = import_published(file, survey)
            audit.record("command line", "figures.import-published", survey_code, stored=imported.stored)
    except DomainError as error:
        for problem in error.errors:
            click.echo(f"{problem.where}: {problem.message}", err=True)
        raise click.ClickException(str(error)) from error
    click.echo(f"read {imported.read} stored {imported.stored} already {imported.known} refused 0")
