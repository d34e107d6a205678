"""What a kiosk asks of the server, in JSON: its pairing, its configuration, a sign of life."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from survey_app.access import public, requires
from survey_app.clock import now
from survey_app.collect import pace
from survey_app.collect.bodies import json_body
from survey_app.collect.kiosk_config import kiosk_config
from survey_app.collect.senders import calling_device
from survey_app.collect.shapes import Member, is_count, is_moment, is_text, matching, moment
from survey_app.db import transaction
from survey_app.surveys.actions import begin_pairing, note_heartbeat
from survey_app.surveys.devices import claimed_token
from survey_app.surveys.rules import APP_VERSION, PAIRING_TIME
from survey_app.web import csrf

blueprint = Blueprint("kiosk_calls", __name__)
CLAIM = {"secret": Member(is_text, required=True)}
HEARTBEAT = {
    "queue": Member(is_count, required=True),
    "oldest_at": Member(is_moment, may_be_null=True),
    "app_version": Member(matching(APP_VERSION), required=True),
    "sent_at": Member(is_moment, required=True),
}
LONGEST_SKEW = 2**31 - 1
LONGEST_AGE = timedelta(days=3650)


@blueprint.post("/k/pairing")
@public
@csrf.exempt  # type: ignore[untyped-decorator]  # no cookie opens anything here
def pairing() -> tuple[Response, int]:
    """A code to show and a secret to keep: whoever keeps it gets the token once an officer has typed the code."""
    pace.require("codes shown", request.remote_addr or "")
    with transaction():
        code, secret = begin_pairing()
    return jsonify(code=code, secret=secret, expires_in=int(PAIRING_TIME.total_seconds())), 201


@blueprint.post("/k/pairing/claim")
@public
@csrf.exempt  # type: ignore[untyped-decorator]  # the secret opens it
def claim() -> Response:
    """The token, once an officer has typed the code; again while the time lasts, should an answer get lost."""
    token = claimed_token(json_body(CLAIM)["secret"])
    return jsonify(state="paired", token=token) if token else jsonify(state="waiting")


@blueprint.get("/k/config")
@requires("collect.operate")
def config() -> Response:
    """The device's configuration; 304 to whoever has this one already (If-None-Match)."""
    found = kiosk_config(calling_device())
    answer = jsonify(found)
    answer.set_etag(found["hash"])
    answer.headers["Cache-Control"] = "no-cache, private"
    return answer.make_conditional(request)


@blueprint.post("/k/heartbeat")
@requires("collect.operate")
@csrf.exempt  # type: ignore[untyped-decorator]  # opened by a token, not by a cookie
def heartbeat() -> Response:
    """How the device does; it learns whether its configuration is still the newest, and what time it is."""
    device = calling_device()
    said = json_body(HEARTBEAT)
    with transaction():
        note_heartbeat(device.id, **_signs(said))
    return jsonify(config=kiosk_config(device)["hash"], now=now().isoformat(timespec="milliseconds"))


def _signs(said: dict[str, Any]) -> dict[str, Any]:
    """What the device said, its times moved from its clock to ours."""
    here = now()
    sent_at, oldest_at = moment(said["sent_at"]) or here, moment(said.get("oldest_at") or "")
    age = max(timedelta(0), min(LONGEST_AGE, sent_at - oldest_at)) if oldest_at else None
    skew = round((sent_at - here).total_seconds())
    return {
        "queue_length": said["queue"],
        "oldest_queued_at": here - age if age is not None else None,
        "app_version": said["app_version"],
        "clock_skew": max(-LONGEST_SKEW, min(LONGEST_SKEW, skew)),
    }
