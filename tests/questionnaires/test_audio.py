"""Recordings: told by their content, kept by hash, served for ever, gone when deleted."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from config import ROOT
from survey_app.db import transaction
from survey_app.errors import Invalid
from survey_app.questionnaires.actions import store_recording
from survey_app.questionnaires.audio import LARGEST, media_type
from survey_app.questionnaires.queries import audio_addresses, require_version
from tests.factories import make_agency, make_user, sign_in

EXAMPLE = (ROOT / "survey_app" / "demo" / "files" / "access.vi.opus").read_bytes()
PAGE = "/manage/questionnaires/five-criteria/1/audio"
SQLITE = pytest.mark.usefixtures("session")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (EXAMPLE, "audio/ogg"),
        (b"OggS" + b"\0" * 24 + b"\x01vorbis", "audio/ogg"),
        (b"OggS" + b"\0" * 24 + b"\x80theora", None),
        (b"ID3\x04" + b"\0" * 20, "audio/mpeg"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"\xff\xf3\x40\xc0", "audio/mpeg"),
        (b"\xff\xd8\xff\xe0", None),
        (b"\xff\xfb\xf0\x00", None),
        (b"\0\0\0\x20ftypM4A \0\0", "audio/mp4"),
        (b"\0\0\0\x20ftypavif\0\0", None),
        (b"RIFF\0\0\0\0WAVE", None),
        (b"<svg onload=alert(1)>", None),
        (b"", None),
    ],
)
def test_the_kind_is_told_by_the_content(content: bytes, kind: str | None) -> None:
    assert media_type(content) == kind


def sent(client: FlaskClient, content: bytes | None, name: str = "../../x.html", **fields: str) -> Any:
    token = client.get(PAGE).text.split('name="csrf_token" value="')[1].split('"')[0]
    given: dict[str, Any] = {"csrf_token": token, "language": "vi", "place": "access"} | fields
    if content is not None:
        given["file"] = (io.BytesIO(content), name)
    return client.post(PAGE, data=given)


@SQLITE
def test_a_recording_is_kept_served_and_deleted(client: FlaskClient, session: scoped_session[Session]) -> None:
    sign_in(client, make_user())
    assert sent(client, EXAMPLE).status_code == 303
    version_id = require_version("five-criteria").id
    address = audio_addresses(version_id)["vi"]["access"]
    answer = client.get(address)
    assert (answer.mimetype, answer.data) == ("audio/ogg", EXAMPLE)
    assert "immutable" in answer.headers["Cache-Control"]
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    part = client.get(address, headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.data) == (206, EXAMPLE[:10])
    assert sent(client, None, act="delete").status_code == 303
    assert client.get(address).status_code == 404
    session.rollback()
    assert audio_addresses(version_id) == {}


@SQLITE
@pytest.mark.parametrize(
    ("content", "fields"),
    [
        (b"<html>", {}),
        (None, {}),
        (EXAMPLE, {"place": "access.best"}),
        (EXAMPLE, {"language": "../vi"}),
    ],
)
def test_what_is_no_recording_is_refused(
    client: FlaskClient, session: scoped_session[Session], content: bytes | None, fields: dict[str, str]
) -> None:
    sign_in(client, make_user())
    assert sent(client, content, **fields).status_code == 422
    session.rollback()
    assert audio_addresses(require_version("five-criteria").id) == {}


@SQLITE
def test_a_recording_that_is_too_large_is_refused(session: scoped_session[Session]) -> None:
    version = require_version("five-criteria")
    whole = EXAMPLE + b"\0" * (LARGEST - len(EXAMPLE))
    with transaction():
        assert store_recording(version, "vi", "access", whole).size == LARGEST
    with pytest.raises(Invalid), transaction():
        store_recording(version, "vi", "staff", whole + b"\0")


@SQLITE
def test_who_may_change_recordings(client: FlaskClient, session: scoped_session[Session]) -> None:
    sign_in(client, make_user("administrator", make_agency("a")))
    token = (
        client.get("/manage/questionnaires/five-criteria/1?lang=en").text.split('csrf_token" value="')[1].split('"')[0]
    )
    assert client.post(PAGE, data={"csrf_token": token}).status_code == 403


@SQLITE
@pytest.mark.parametrize("name", ["0" * 64, "x", "..%2f..%2fconfig.py"])
def test_no_other_address_leads_anywhere(client: FlaskClient, session: scoped_session[Session], name: str) -> None:
    assert client.get(f"/k/audio/{name}").status_code == 404
