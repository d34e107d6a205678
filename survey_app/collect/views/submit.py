"""Where kiosks and other programs send answers: one, or up to a hundred at once."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from survey_app.access import requires
from survey_app.collect.actions import note_refusal, submit, submit_apart
from survey_app.collect.bodies import require_shape, sent_json
from survey_app.collect.pace import require_device_turn, require_turn
from survey_app.collect.senders import Sender, sender
from survey_app.collect.shapes import Member, is_list
from survey_app.db import transaction
from survey_app.errors import DomainError, Invalid
from survey_app.responses.submission import Recorded
from survey_app.strict_json import DEEPEST
from survey_app.web import csrf, refusal

Store = Callable[[Sender, str, Any], Recorded]
blueprint = Blueprint("submit", __name__)
RESPONSES = "/api/v1/surveys/<survey>/responses"
BATCH = {"responses": Member(is_list, required=True)}
MOST = 100
LARGEST_BATCH = 8 * 1024 * 1024
# Deep enough to say of a single body of many that it is nested too deeply.
DEEPEST_BATCH = 10 * DEEPEST


@blueprint.post(RESPONSES)
@requires("responses.submit")
@csrf.exempt  # type: ignore[untyped-decorator]  # opened by a token, not by a cookie
def one(survey: str) -> tuple[Response, int]:
    """Store one body: 201, or 200 where it was stored before."""
    asking = _in_turn()
    try:
        body = sent_json()
    except Invalid as error:
        with transaction():
            note_refusal(asking, survey, _sent_text(), error)
        raise
    with transaction():
        answer, status = _stored(submit, asking, survey, body)
    return jsonify(answer), status


@blueprint.post(f"{RESPONSES}/batch")
@requires("responses.submit")
@csrf.exempt  # type: ignore[untyped-decorator]  # opened by a token, not by a cookie
def batch(survey: str) -> Response:
    """Store up to a hundred bodies, each by itself: `results` in the order sent, each with its own status."""
    asking = _in_turn()
    bodies = require_shape(sent_json(LARGEST_BATCH, DEEPEST_BATCH), BATCH)["responses"]
    if len(bodies) > MOST:
        raise RequestEntityTooLarge()
    with transaction():
        results = [_stored(submit_apart, asking, survey, body) for body in bodies]
    return jsonify(results=[{"status": status, **answer} for answer, status in results])


def _in_turn() -> Sender:
    asking = sender()
    if asking.device is None:
        require_turn()
    else:
        require_device_turn(asking.device.id)
    return asking


def _stored(store: Store, asking: Sender, survey: str, body: Any) -> tuple[dict[str, Any], int]:
    """What is answered to one body, and its status. What is refused leaves nothing behind but a note of it."""
    try:
        recorded = store(asking, survey, body)
    except DomainError as error:
        note_refusal(asking, survey, body, error)
        return refusal(error)
    answer = {"id": str(recorded.id), "sha256": recorded.sha256, "receipt": recorded.receipt}
    return answer, 201 if recorded.created else 200


def _sent_text() -> str:
    """What came instead of JSON, with an escape for each byte that no text holds."""
    return request.get_data().decode("ascii", "backslashreplace").replace("\x00", "\\x00")
