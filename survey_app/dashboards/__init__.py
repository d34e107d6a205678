"""Pages made of panels: the list of surveys and one survey with its filters.

Owns pages only. Never counts, never computes a share, and writes no document.
"""

from flask import Flask

from survey_app.dashboards.views import blueprint
from survey_app.i18n import lazy_gettext
from survey_app.web import add_nav


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    add_nav(app, lazy_gettext("Overview"), "dashboards.index", "dashboards.view", 10)
