"""Tallies as panels: shares with n and interval, what is hidden, what was published, and their chart.

Owns the Panel, the chart specification and published figures. Never counts responses itself, and writes no document.
"""

from flask import Flask

from survey_app import jobs
from survey_app.figures.cli import figures
from survey_app.figures.plotly_chart import warm_up
from survey_app.figures.views import blueprint

DAY_SECONDS = 24 * 3600


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.cli.add_command(figures)
    jobs.every(app, DAY_SECONDS, "warm charts", warm_up)
