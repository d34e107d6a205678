"""flask tallies ..."""

import sys

import click
from flask.cli import AppGroup

from survey_app.tallies import actions
from survey_app.tallies.actions import Difference

tallies = AppGroup("tallies", help="Counts of the answers.")


@tallies.command("fold")
def fold_command() -> None:
    """Count what waits in the queue and may be shown."""
    taken = actions.fold(progress=lambda done: _line(f"counted {done}", done=False))
    _line(f"counted {taken}", done=True)


@tallies.command("rebuild")
def rebuild_command() -> None:
    """Recount everything released; readers see the old figures until the end."""
    actions.rebuild(progress=_step)
    _line("all tallies recounted", done=True)


@tallies.command("verify")
def verify_command() -> None:
    """Compare the tallies with a recount; exit 1 on any difference. Changes nothing."""
    differences = actions.verify(progress=_step)
    _line("verified", done=True)
    for difference in differences:
        click.echo(_words(difference))
    if len(differences) >= actions.MOST_DIFFERENCES:
        click.echo("... and perhaps more")
    if differences:
        raise click.ClickException(f"{len(differences)} differences; `flask tallies rebuild` recounts everything")
    click.echo("no differences")


def _step(done: int, steps: int) -> None:
    """At a terminal every step, in place; elsewhere a line for every tenth of the work."""
    if sys.stderr.isatty() or done * 10 // steps > (done - 1) * 10 // steps:
        _line(f"step {done} of {steps}", done=False)


def _line(text: str, *, done: bool) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{text:<40}", nl=done, err=True)
    else:
        click.echo(text, err=not done)


def _words(difference: Difference) -> str:
    cell = difference.cell
    where = f"agency {cell.agency_id} survey {cell.survey_id} {cell.grain} {cell.starts_on} {cell.channel}"
    marks = "".join(f" {name}" for name in ("verified", "flagged") if getattr(cell, name))
    what = f"{cell.question}={cell.option}" if cell.question else "responses"
    return f"{where}{marks} {what}: tally {difference.counted}, recount {difference.recounted}"
