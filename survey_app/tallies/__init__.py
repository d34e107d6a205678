"""How often each answer was given: by agency and ancestor, day and month, channel, marks, question and option.

Owns the tallies, which can be thrown away and recounted, and the fold that takes responses off the queue into them:
what is not folded is not shown. Never shows single answers, never computes shares.
"""

from flask import Flask

from survey_app import jobs
from survey_app.tallies.actions import fold
from survey_app.tallies.cli import tallies

FOLD_SECONDS = 2


def init_app(app: Flask) -> None:
    app.cli.add_command(tallies)
    jobs.every(app, FOLD_SECONDS, "fold", fold)
    app.extensions["after_import"].append(fold)
