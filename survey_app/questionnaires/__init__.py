"""What is asked: questionnaires and their versions.

Owns the document's format and the freezing of published versions; never knows where or when a version is asked, nor
what was answered.
"""

from flask import Flask

from survey_app.i18n import lazy_gettext
from survey_app.questionnaires.cli import questionnaires
from survey_app.questionnaires.views import blueprint
from survey_app.web import add_nav


def init_app(app: Flask) -> None:
    # Published versions already read, by id: they are frozen, so they are read once.
    app.extensions["questionnaires"] = {}
    app.register_blueprint(blueprint)
    app.cli.add_command(questionnaires)
    add_nav(app, lazy_gettext("Questionnaires"), "questionnaires.index", "questionnaires.view", 40)
