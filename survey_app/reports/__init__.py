"""Panels as documents: Word, Excel, PDF, pictures, CSV and text, with the sentences of an official report.

Owns the sentence engine, the Report and its writers. Never counts: every number comes from a panel.
"""

from flask import Flask

from survey_app.i18n import lazy_gettext
from survey_app.reports.cli import reports
from survey_app.reports.views import blueprint
from survey_app.web import add_nav


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    add_nav(app, lazy_gettext("Reports"), "reports.index", "reports.export", 20)
    app.cli.add_command(reports)
