"""flask collect pair-device / revoke-device / import-queue."""

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext as _

from survey_app import audit
from survey_app.access import EVERYWHERE
from survey_app.agencies.queries import require_agency
from survey_app.collect.actions import import_queue
from survey_app.collect.queue_files import queue_items
from survey_app.collect.senders import Sender
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


@collect.command("import-queue")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--survey", "survey_code", default="", metavar="CODE", help="Where the file does not name it.")
def import_queue_command(file: Path, survey_code: str) -> None:
    """Store the answers of FILE, a queue that a kiosk exported. Again is once: ids and hashes stay as they are."""
    try:
        items = queue_items(file.read_bytes(), survey_code)
        with transaction():
            outcome = import_queue(Sender(ACTOR, EVERYWHERE, None), items)
            counts = {"read": outcome.read, "stored": outcome.stored, "refused": len(outcome.refusals)}
            audit.record(ACTOR, "collect.import_queue", items[0].survey, file=file.name[:200], **counts)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    for callback in current_app.extensions["after_import"]:
        callback()
    refused = len(outcome.refusals)
    click.echo(f"read {outcome.read} stored {outcome.stored} already {outcome.already} refused {refused}")
    for number, reason in outcome.refusals:
        click.echo(f"item {number}: {reason}")
    if refused:
        sys.exit(1)
