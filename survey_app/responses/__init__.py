"""What was answered: the only place that stores, flags, excludes or erases an answer; imports and exports too.

Owns the responses, their texts and the queue of what the tallies have still to count. Never counts, never shows
figures, and knows nothing of forms and devices: whoever collects calls `actions.record_response`.
"""

from flask import Flask

from survey_app.i18n import lazy_gettext
from survey_app.responses.cli import responses
from survey_app.responses.views import blueprint
from survey_app.surveys.pages import add_survey_page


def init_app(app: Flask) -> None:
    # What is to be done once imported or corrected responses are committed: the tallies register their fold here.
    app.extensions["after_import"] = []
    app.register_blueprint(blueprint)
    app.cli.add_command(responses)
    add_survey_page(
        app,
        lazy_gettext("Flags"),
        lazy_gettext("What is unusual about answers: the rules and how many answers they mark"),
        "responses.flags",
        "surveys.view",
    )
