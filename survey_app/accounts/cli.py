"""flask accounts create-user / set-password."""

import sys

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from survey_app import audit
from survey_app.accounts.actions import change_password, create_user
from survey_app.accounts.queries import user_by_email
from survey_app.accounts.rules import ROLES
from survey_app.agencies.queries import require_agency
from survey_app.db import transaction
from survey_app.errors import DomainError, NotFound

ACTOR = "command line"
accounts = AppGroup("accounts", help="Who may sign in.")
password_stdin = click.option(
    "--password-stdin", "from_stdin", is_flag=True, help="Read the password from the first line of standard input."
)


@accounts.command("create-user")
@click.argument("email")
@click.option("--role", required=True, help=f"One of {', '.join(ROLES)}.")
@click.option("--agency", "code", metavar="CODE", help="Sees this agency and all below it; without it, every agency.")
@click.option("--name", default="")
@password_stdin
def create_user_command(email: str, role: str, code: str | None, name: str, from_stdin: bool) -> None:
    """Create an account."""
    password = _password(from_stdin)
    try:
        with transaction():
            agency = require_agency(code) if code else None
            user = create_user(email=email, role=role, password=password, agency=agency, name=name)
            audit.record(ACTOR, "accounts.create", user.email, role=role, agency=code)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"created {role} {user.email}")


@accounts.command("set-password")
@click.argument("email")
@password_stdin
def set_password_command(email: str, from_stdin: bool) -> None:
    """Give an account a new password and end its sessions."""
    password = _password(from_stdin)
    try:
        with transaction():
            user = user_by_email(email)
            if user is None:
                raise NotFound(_("There is no such account."))
            change_password(user, password)
            audit.record(ACTOR, "accounts.set_password", user.email)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"changed the password of {user.email}")


def _password(from_stdin: bool) -> str:
    """The first line of standard input: on the command line itself others could read it."""
    if not from_stdin:
        raise click.ClickException("give the password on standard input, with --password-stdin")
    return sys.stdin.readline().rstrip("\r\n")
