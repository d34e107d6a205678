"""flask collect pair-device / revoke-device."""

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from survey_app.access import EVERYWHERE
from survey_app.agencies.queries import require_agency
from survey_app.db import transaction
from survey_app.errors import DomainError, NotFound
from survey_app.surveys.actions import add_device, revoke_device
from survey_app.surveys.queries import device_by_token, require_device, require_survey

ACTOR = "command line"
collect = AppGroup("collect", help="How we ask: kiosks and other devices.")


@collect.command("pair-device")
@click.option("--survey", "survey_code", required=True, metavar="CODE")
@click.option("--agency", "agency_code", required=True, metavar="CODE", help="The survey's agency or one below it.")
@click.option("--place", default="", help="Where it stands, e.g. Quầy số 3.")
def pair_device_command(survey_code: str, agency_code: str, place: str) -> None:
    """Add a device and print its token, which is shown this once, alone on the last line."""
    try:
        with transaction():
            survey, agency = require_survey(survey_code), require_agency(agency_code)
            token = add_device(survey=survey, agency=agency, actor=ACTOR, place=place)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(_("Keep this token: it is not stored and cannot be shown again."), err=True)
    click.echo(token)


@collect.command("revoke-device")
@click.argument("token")
def revoke_device_command(token: str) -> None:
    """Shut out the device that has TOKEN, from its next request on."""
    try:
        with transaction():
            identity = device_by_token(token)
            if identity is None:
                raise NotFound(_("No device has this token."))
            revoke_device(require_device(identity.id, EVERYWHERE), actor=ACTOR)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(_("The device was shut out."))
