""" "You said, we did": a finding, the action that an agency promises after it, and the next period's result.

Owns commitments and their public board. Never counts: the figures before and after come from panels as the public may
see them.
"""

from flask import Flask

from survey_app.commitments.views import blueprint
from survey_app.i18n import lazy_gettext
from survey_app.web import add_nav


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    add_nav(app, lazy_gettext("You said, we did"), "commitments.index", "commitments.manage", 28)
