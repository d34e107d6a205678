"""Where and when we ask: surveys, their channels and days, their links and QR codes.

Owns the period in which answers are taken and the agencies at which; never knows what was answered. A survey asks one
published version: what is asked belongs to questionnaires.
"""

from flask import Flask

from survey_app.i18n import lazy_gettext
from survey_app.surveys.cli import surveys
from survey_app.surveys.views import blueprint
from survey_app.web import add_nav


def init_app(app: Flask) -> None:
    app.extensions["survey_pages"] = []
    # Surveys as their forms were just given them, each with the moment it was read.
    app.extensions["surveys"] = {}
    app.register_blueprint(blueprint)
    app.cli.add_command(surveys)
    add_nav(app, lazy_gettext("Surveys"), "surveys.index", "surveys.view", 30)
