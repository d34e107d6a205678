"""Panels as documents: Word, Excel, PDF, pictures, CSV and text, with the sentences of an official report.

Owns the sentence engine, the Report and its writers. Never counts: every number comes from a panel.
"""

from flask import Flask

from survey_app.reports.cli import reports
from survey_app.reports.views import blueprint


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.cli.add_command(reports)
