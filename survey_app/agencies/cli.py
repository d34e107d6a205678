"""flask agencies create."""

import click
from flask.cli import AppGroup

from survey_app import audit
from survey_app.agencies.actions import create_agency
from survey_app.agencies.queries import require_agency
from survey_app.agencies.rules import TIERS
from survey_app.db import transaction
from survey_app.errors import DomainError

agencies = AppGroup("agencies", help="The tree of agencies and service points.")


@agencies.command("create")
@click.argument("code")
@click.option("--name", required=True)
@click.option("--tier", required=True, help=f"One of {', '.join(TIERS)}.")
@click.option("--parent", metavar="CODE", help="The agency above; without it the new one is a root.")
@click.option("--short-name", default="", help="As it stands within a sentence; by default the name.")
def create(code: str, name: str, tier: str, parent: str | None, short_name: str) -> None:
    """Create an agency."""
    try:
        with transaction():
            above = require_agency(parent) if parent else None
            create_agency(code=code, name=name, tier=tier, parent=above, short_name=short_name)
            audit.record("command line", "agencies.create", code, name=name, tier=tier, parent=parent)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"created agency {code}")
