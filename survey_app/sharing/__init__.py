"""What leaves the house without a sign-in: public results with their open data and badge, share links, wall-boards.

Owns the switch that makes results public and the links with their bounds. Shows the panels that figures builds, for the
public under the public minimum; never counts, and never shows a comment.
"""

from flask import Flask

from survey_app.i18n import lazy_gettext
from survey_app.sharing.views import blueprint
from survey_app.web import add_nav


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    add_nav(app, lazy_gettext("Sharing"), "sharing.index", "sharing.links", 35)
