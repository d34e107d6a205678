"""A server in a process of its own, over any database, that can be killed; and a client that posts to it."""

import http.client
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from config import ROOT
from survey_app.clock import now, uuid7
from survey_app.db import transaction
from survey_app.surveys.actions import add_device
from survey_app.surveys.models import Survey
from tests.factories import HAPPY, make_agency, make_survey
from tests.faults.kiosk import ServerProcess

CODE, AGENCY = "ledger", "ledger"
ADDRESS = f"/api/v1/surveys/{CODE}/responses"
# Nobody waits longer: a server that was killed answers after seconds.
PATIENCE = 30


class Server(ServerProcess):
    """`flask serve` over the database at that address; with a planted `fault` where one is named."""

    def __init__(self, url: str, fault: str = "") -> None:
        super().__init__(ROOT)
        self.url, self.fault = url, fault

    def command(self, *arguments: str) -> list[str]:
        app = f"tests.faults.planted:app({self.fault!r})" if self.fault else "wsgi"
        return [sys.executable, "-m", "flask", "--app", app, *arguments]

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "SURVEY_ENV": "testing",
            "SURVEY_SECRET_KEY": "t" * 40,
            "SURVEY_DATABASE_URL": self.url,
            "SURVEY_ADDRESS_LIMIT": "100000000",
        }
        return {**os.environ, **own}


@contextmanager
def serving(app: Flask, fault: str = "") -> Iterator[tuple[Server, Survey, str]]:
    """A server over the application's database, its survey and the token of a device there."""
    with app.app_context():
        survey = make_survey(make_agency(AGENCY), CODE)
        with transaction():
            token = add_device(survey=survey, agency=survey.agency, actor="test")
        server = Server(app.config["SETTINGS"].database_url, fault)
    server.start()
    try:
        yield server, survey, token
    finally:
        server.process.kill()
        server.process.wait()


def new_body(**changes: Any) -> dict[str, Any]:
    """One happy answer with an id of its own."""
    members = {"agency": AGENCY, "answered_at": now().isoformat(), "language": "vi", "channel": "kiosk"}
    return {"id": str(uuid7()), **members, "answers": dict(HAPPY), **changes}


class Client:
    """One connection that is opened again when it breaks."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._connection: http.client.HTTPConnection | None = None

    def post(self, body: dict[str, Any], path: str = ADDRESS) -> tuple[int, Any]:
        """Status and JSON. Raises OSError or HTTPException where no whole answer came."""
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
            self._connection.request("POST", path, json.dumps(body), self._headers)
            answer = self._connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            self.close()
            raise

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None
