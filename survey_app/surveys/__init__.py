"""Where and when we ask: surveys, their channels and days, their links, QR codes, devices and tickets.

Owns the period in which answers are taken and the agencies at which; never knows what was answered. A survey asks one
published version: what is asked belongs to questionnaires.
"""

import threading

from flask import Flask

from survey_app import jobs
from survey_app.clock import now, timezone
from survey_app.db import transaction
from survey_app.i18n import lazy_gettext
from survey_app.surveys.cli import surveys
from survey_app.surveys.tickets import delete_old_tickets, forget_used_tickets
from survey_app.surveys.views import blueprint
from survey_app.web import add_nav

MINUTE = 60.0
QUIET_HOUR = 3


def init_app(app: Flask) -> None:
    app.extensions["survey_pages"] = []
    # Surveys as their forms were just given them, each with the moment it was read.
    app.extensions["surveys"] = {}
    # Set when a ticket was used and the database still knows it was there.
    app.extensions["used_tickets"] = threading.Event()
    jobs.every(app, MINUTE, "used tickets", forget_used_tickets)
    jobs.every(app, 60 * MINUTE, "old tickets", _tend_tickets)
    app.register_blueprint(blueprint)
    app.cli.add_command(surveys)
    add_nav(app, lazy_gettext("Surveys"), "surveys.index", "surveys.view", 30)


def _tend_tickets() -> None:
    with transaction():
        delete_old_tickets()
    forget_used_tickets(rewrite=now().astimezone(timezone()).hour == QUIET_HOUR)
