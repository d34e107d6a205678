"""Work beside the requests: a feature registers what is to be done every so often; `flask serve` does it in a thread,
`flask jobs work` in a process of its own. A failure is logged and tried again at the next turn.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from survey_app.db import db

log = logging.getLogger(__name__)
CONNECTIONS = 1000
THREADS = 8


@dataclass(slots=True)
class Job:
    """`run` is called in an application context, at most every `seconds`."""

    name: str
    seconds: float
    run: Callable[[], object]
    due: float = 0.0


def every(app: Flask, seconds: float, name: str, run: Callable[[], object]) -> None:
    """Register a periodic job of this application."""
    app.extensions["jobs"].append(Job(name, seconds, run))


def init_app(app: Flask) -> None:
    app.extensions["jobs"] = []
    app.cli.add_command(jobs)
    app.cli.add_command(serve)


def run_due(app: Flask, moment: float) -> None:
    """Run every job whose time has come; `moment` is seconds of a monotonic clock."""
    for job in app.extensions["jobs"]:
        if moment < job.due:
            continue
        with app.app_context():
            try:
                job.run()
            except Exception:
                db.session.rollback()
                log.exception("job %s failed; it will be tried again", job.name)
        job.due = moment + job.seconds


def work(app: Flask, stop: threading.Event) -> None:
    """Run due jobs until told to stop."""
    while not stop.is_set():
        run_due(app, time.monotonic())
        stop.wait(0.5)


def start(app: Flask) -> threading.Event:
    """Work in a background thread of this process; setting the returned event ends it."""
    stop = threading.Event()
    threading.Thread(target=work, args=(app, stop), name="jobs", daemon=True).start()
    return stop


jobs = AppGroup("jobs", help="Background work.")


@jobs.command("work")
def work_command() -> None:
    """Run the background jobs until interrupted."""
    click.echo("working; Ctrl-C ends")
    work(current_app._get_current_object(), threading.Event())  # type: ignore[attr-defined]


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Serve pages and run the background jobs in one process (the embedded server)."""
    from waitress import serve as serve_forever

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    stop = start(app)
    click.echo(f"http://{host}:{port}")
    try:
        serve_forever(
            app, host=host, port=port, threads=THREADS, connection_limit=CONNECTIONS, asyncore_use_poll=True, ident=None
        )
    finally:
        stop.set()
