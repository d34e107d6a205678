"""How we ask: the citizen's form on a phone or any browser, the thanks, the first page, the page about privacy.

Owns no table: it turns a form into a Submission and hands it to responses. Never counts and never shows an answer to
anybody but the one who is just giving it.
"""

from flask import Flask

from survey_app.collect.turns import Turns
from survey_app.collect.views import blueprint


def init_app(app: Flask) -> None:
    # Forms drawn already, by survey as it stands, way in and language.
    app.extensions["collect"] = {}
    app.extensions["turns"] = Turns()
    app.register_blueprint(blueprint)
