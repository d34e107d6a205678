"""flask demo load / show."""

import click
from flask import current_app
from flask.cli import AppGroup

from survey_app.access import EVERYWHERE
from survey_app.accounts.queries import user_by_email
from survey_app.db import transaction
from survey_app.demo import actions
from survey_app.surveys.queries import surveys_in
from survey_app.tallies.actions import fold

demo = AppGroup("demo", help="The packaged demonstration, marked as reconstruction and simulation wherever it shows.")
STEP = 5_000


@demo.command("load")
@click.option("--responses", default=20_000, show_default=True, type=click.IntRange(0), help="Simulated responses.")
@click.option("--if-empty", is_flag=True, help="Do nothing where any survey exists.")
@click.option("--address", default="http://127.0.0.1:8000", show_default=True, help="Where the server will answer.")
def load(responses: int, if_empty: bool, address: str) -> None:
    """Load the demonstration (a second time changes nothing) and print how to get in."""
    if not (actions.is_loaded() or (if_empty and surveys_in(EVERYWHERE))):
        _load(responses)
    _print_way_in(address)


@demo.command("show")
@click.option("--address", default="http://127.0.0.1:8000", show_default=True, help="Where the server answers.")
def show(address: str) -> None:
    """Print the addresses to open, and role, e-mail and password of each demonstration account."""
    _print_way_in(address)


def _load(responses: int) -> None:
    click.echo("Loading the demonstration: the survey of 2016 (a reconstruction) and a simulated province", err=True)
    # All or nothing: a load that was killed starts again from an empty database.
    with transaction():
        actions.create_setting()
        actions.record_history()
        with click.progressbar(length=responses, label="simulated responses", update_min_steps=STEP) as bar:
            actions.record_simulated(responses, bar.update)
    click.echo(f"Counting {fold()} responses", err=True)


def _print_way_in(address: str) -> None:
    """Nothing where there is no demonstration, and nothing in production, which refuses its accounts."""
    if current_app.config["SETTINGS"].production or not actions.is_loaded():
        return
    for path in ("/s/demo", "/dashboards/demo", "/dashboards/bentre-2016"):
        click.echo(address.rstrip("/") + path)
    for role, email in actions.demonstration_users():
        user = user_by_email(email)
        if user is not None and user.active:
            click.echo(f"{role} {email} {actions.password_of(email)}")
