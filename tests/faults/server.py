"""Servers over any database, in a process of their own that can be killed or in a thread; and a client that posts."""

import http.client
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

from flask import Flask
from waitress import create_server, wasyncore

from config import ROOT
from survey_app.clock import now, uuid7
from survey_app.db import transaction
from survey_app.jobs import CONNECTIONS, THREADS
from survey_app.surveys.actions import add_device
from survey_app.surveys.models import Survey
from tests.factories import HAPPY, make_agency, make_survey
from tests.faults.kiosk import ServerProcess

CODE, AGENCY = "ledger", "ledger"
ADDRESS = f"/api/v1/surveys/{CODE}/responses"
# Nobody waits longer: a server that was killed answers after seconds.
PATIENCE = 30
NO_LIMIT = 100_000_000


class Server(ServerProcess):
    """`flask serve` over the database at that address."""

    def __init__(self, url: str) -> None:
        super().__init__(ROOT)
        self.url = url

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "SURVEY_ENV": "testing",
            "SURVEY_SECRET_KEY": "t" * 40,
            "SURVEY_DATABASE_URL": self.url,
            "SURVEY_ADDRESS_LIMIT": str(NO_LIMIT),
        }
        return {**os.environ, **own}


class Target(NamedTuple):
    """Where to send: the port of a server over `app`, its survey and the token of a device there."""

    app: Flask
    port: int
    survey: Survey
    token: str


@contextmanager
def serving(app: Flask) -> Iterator[tuple[Server, Target]]:
    """A server in a process of its own over the application's database."""
    server = Server(app.config["SETTINGS"].database_url)
    survey, token = _survey(app)
    server.start()
    try:
        yield server, Target(app, server.port, survey, token)
    finally:
        server.kill()


@contextmanager
def serving_here(app: Flask) -> Iterator[Target]:
    """The same server in a thread: starts at once, and has the faults that are planted in this process."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], address_limit=NO_LIMIT)
    with threaded(app, THREADS) as port:
        yield Target(app, port, *_survey(app))


@contextmanager
def threaded(app: Flask, threads: int) -> Iterator[int]:
    """The port of a running server over `app`."""
    waitress = create_server(app, host="127.0.0.1", port=0, threads=threads, connection_limit=CONNECTIONS)
    thread = threading.Thread(target=waitress.run)
    thread.start()
    try:
        yield waitress.effective_port
    finally:
        # Sockets belong to the loop's thread: it closes them there, and ends when none is left.
        waitress.trigger.pull_trigger(lambda: wasyncore.close_all(waitress._map, ignore_all=True))
        thread.join()
        waitress.task_dispatcher.shutdown()


def _survey(app: Flask) -> tuple[Survey, str]:
    with app.app_context():
        survey = make_survey(make_agency(AGENCY), CODE)
        with transaction():
            return survey, add_device(survey=survey, agency=survey.agency, actor="test")


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
