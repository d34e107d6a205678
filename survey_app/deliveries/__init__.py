"""Reports that are sent on a schedule: to whom, how often, what became of each sending; and files that take a while.

Owns schedules, deliveries, the mail that carries them, and exports. Never makes figures or documents: reports does.
"""

from flask import Flask

from survey_app import jobs
from survey_app.deliveries.actions import deliver_due
from survey_app.deliveries.exports import make_due_exports
from survey_app.deliveries.views import blueprint
from survey_app.i18n import lazy_gettext
from survey_app.web import add_nav

EVERY_SECONDS = 60
EXPORTS_EVERY_SECONDS = 1


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    jobs.every(app, EVERY_SECONDS, "deliveries", deliver_due)
    jobs.every(app, EXPORTS_EVERY_SECONDS, "exports", make_due_exports)
    add_nav(app, lazy_gettext("Sending"), "deliveries.index", "deliveries.manage", 37)
