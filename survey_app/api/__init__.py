"""The contract with programs outside: `/api/v1` and its OpenAPI description.

Owns addresses and shapes of answers only: what it tells is what the pages tell, through the same panels. Sending
responses belongs to collect; its address is described here with the others.
"""

from flask import Flask

from survey_app.api.views import blueprint


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
