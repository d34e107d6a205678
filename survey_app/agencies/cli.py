"""flask agencies create, succeed."""

from datetime import datetime

import click
from flask.cli import AppGroup

from survey_app import audit
from survey_app.agencies.actions import create_agency, record_succession
from survey_app.agencies.queries import require_agency
from survey_app.agencies.rules import TIERS
from survey_app.agencies.successions import KINDS
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


@agencies.command("succeed")
@click.argument("predecessor")
@click.option("--kind", required=True, type=click.Choice(KINDS))
@click.option("--by", "successor", metavar="CODE", help="Who follows; nobody follows an abolished agency.")
@click.option("--on", "effective_on", required=True, type=click.DateTime(["%Y-%m-%d"]), help="First day of the new.")
@click.option("--legal-basis", required=True, help="The decision that it rests on.")
@click.option("--field", default="", help="The field of work that a split or a transfer concerns.")
@click.option("--begins", is_flag=True, help="The successor begins on that day.")
def succeed(
    predecessor: str,
    kind: str,
    successor: str | None,
    effective_on: datetime,
    legal_basis: str,
    field: str,
    begins: bool,
) -> None:
    """Record that the work of the agency PREDECESSOR passed to another one, or ended."""
    try:
        with transaction():
            record_succession(
                kind=kind,
                predecessor=require_agency(predecessor),
                successor=require_agency(successor) if successor else None,
                effective_on=effective_on.date(),
                legal_basis=legal_basis,
                field=field,
                begins=begins,
            )
            audit.record("command line", "agencies.succeed", predecessor, kind=kind, by=successor)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"recorded {kind} of {predecessor}")
