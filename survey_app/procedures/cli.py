"""flask procedures import-figures."""

from pathlib import Path

import click
from flask.cli import AppGroup

from survey_app import audit
from survey_app.db import transaction
from survey_app.errors import DomainError
from survey_app.procedures.actions import Finding, import_figures

procedures = AppGroup("procedures", help="Administrative procedures and their cases.")


@procedures.command("import-figures")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_figures_command(file: Path) -> None:
    """Store the case figures of FILE (CSV), as delivered; all lines or none.

    Prints one line for each identity that fails: line number, period, identity, both sums, difference. A line replaces
    what is known of the same agency and period.
    """
    try:
        with transaction():
            outcome = import_figures(file)
            audit.record("command line", "procedures.import_figures", file.name[:200], stored=outcome.stored)
    except DomainError as error:
        for problem in error.errors:
            click.echo(f"line {problem.where}: {problem.message}", err=True)
        raise click.ClickException(str(error)) from error
    for finding in outcome.findings:
        click.echo(_words(finding))
    click.echo(f"stored {outcome.stored}", err=True)


def _words(finding: Finding) -> str:
    line, (identity, left, right, difference) = finding.line, finding.imbalance
    period = f"{line.period_from} to {line.period_to}"
    return f"line {line.number}: {period}: {identity}: {left} against {right}, difference {difference}"
