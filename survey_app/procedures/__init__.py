"""Administrative procedures: the catalogue, and which cases an agency received and resolved, as case systems report.

Owns the case figures with their editions, the identities that they should satisfy and who answers for those that
fail; stores figures as delivered and names what does not add up. Never counts citizens' answers.
"""

from flask import Flask

from survey_app.i18n import lazy_gettext
from survey_app.procedures.cli import procedures
from survey_app.procedures.views import blueprint
from survey_app.web import add_nav


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.cli.add_command(procedures)
    add_nav(app, lazy_gettext("Case figures"), "procedures.figures", "procedures.view", 33)
