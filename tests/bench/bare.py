"""The least that can be asked of Flask for the same work: show a form, store the two rows of an answer.

No CSRF, no validation, no idempotency, no languages, no survey: what our own form costs beyond this is its price.
"""

from flask import Flask, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine, insert

from survey_app.clock import now, today, uuid7
from survey_app.responses.queries import QUEUE, RESPONSE
from tests.factories import HAPPY, default_version

FORM = """<!doctype html><title>Survey</title><form method="post">
{% for question in questions %}<fieldset><legend>{{ question.text.vi }}</legend>
{% for option in question.options %}<label><input type="radio" name="{{ question.code }}" value="{{ option.code }}">
{{ option.text.vi }}</label>{% endfor %}</fieldset>{% endfor %}<button>Send</button></form>"""


def bare_app(engine: Engine, agency_id: int, survey_id: int, version_id: int) -> Flask:
    """`GET /` and `POST /`, over the tables, the engine and so the settings of the real application."""
    app = Flask("bare")
    questions = default_version().content["questions"]
    insert_response, insert_item = insert(RESPONSE), insert(QUEUE)
    counted_on = today()
    immediate = engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")

    template = app.jinja_env.from_string(FORM)

    @app.get("/")
    def form() -> str:
        return render_template(template, questions=questions)

    @app.post("/")
    def send() -> ResponseReturnValue:
        key = uuid7()
        row = {
            "agency_id": agency_id,
            "id": key,
            "survey_id": survey_id,
            "version_id": version_id,
            "channel": "web",
            "language": "vi",
            "counted_on": counted_on,
            "received_at": now(),
            "answers": {question: request.form[question] for question in HAPPY},
            "reasons": {},
            "completed": True,
            "end_reason": "done",
            "verified": False,
            "flags": [],
            "flagged": False,
            "state": "stored",
            "state_reason": "",
            "sha256": "",
        }
        item = {"agency_id": agency_id, "response_id": key, "survey_id": survey_id, "held": True, "counted": {}}
        with immediate.begin() as connection:
            connection.execute(insert_response, row)
            connection.execute(insert_item, item)
        return redirect("/", 303)

    return app
