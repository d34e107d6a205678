"""The tree of agencies and service points, who stands below whom, and the Vietnamese way to name and order them.

Owns agencies and the closure of their tree. Never renames or deletes an agency, and knows nothing of users:
who may see which part arrives as a Scope.
"""

from flask import Flask

from survey_app.agencies.cli import agencies
from survey_app.agencies.views import blueprint
from survey_app.i18n import lazy_gettext
from survey_app.web import add_nav


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.cli.add_command(agencies)
    add_nav(app, lazy_gettext("Agencies"), "agencies.index", "agencies.view", 50)
