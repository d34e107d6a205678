"""What a completed response costs, against a bare Flask application; what the form weighs."""

import gzip
import re
import time
from collections.abc import Callable
from statistics import median

from flask import Flask
from werkzeug.test import Client

from survey_app.db import db
from survey_app.surveys.models import Survey
from tests.bench.bare import bare_app
from tests.bench.installation import say
from tests.factories import HAPPY, make_survey

BLOCKS, BLOCK = 7, 60
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')
LINKED = re.compile(r'<(?:link|script|img)\b[^>]*(?:href|src)="(/[^"]+\.(?:css|js|svg|woff2|png|ico)[^"]*)"')
FACE = re.compile(r"@font-face\{[^}]+\}")
IN_STYLE = re.compile(r"""url\(["']?([^"')]+)["']?\)""")


def measure_response(app: Flask, kind: str) -> None:
    """Print CPU for the form's GET and POST, ours and the bare one's in turn on the same database, and the ratio."""
    with app.app_context():
        survey = make_survey()
        bare = bare_app(db.engine, survey.agency_id, survey.id, survey.version_id)
    ours, theirs = Client(app), Client(bare)
    costs = _alternately(lambda: _answer(ours, survey), lambda: _answer_bare(theirs))
    with app.app_context():
        db.session.remove()
    ratio = median(costs[0]) / median(costs[1])
    say(
        f"{kind}: CPU a completed response {median(costs[0]):.2f} ms, bare Flask {median(costs[1]):.2f} ms, "
        f"ratio {ratio:.2f} (at most 3), medians of {BLOCKS} blocks of {BLOCK}"
    )


def _answer(client: Client, survey: Survey) -> None:
    address = f"/s/{survey.code}"
    page = client.get(address).get_data(as_text=True)
    hidden = [dict(ATTRIBUTE.findall(tag)) for tag in HIDDEN.findall(page)]
    form = {field["name"]: field.get("value", "") for field in hidden} | HAPPY
    answer = client.post(address, data=form)
    if answer.status_code != 303:
        raise RuntimeError(f"the form answered {answer.status}: {answer.get_data(as_text=True)[:500]}")


def _answer_bare(client: Client) -> None:
    client.get("/").get_data()
    answer = client.post("/", data=HAPPY)
    if answer.status_code != 303:
        raise RuntimeError(f"the bare form answered {answer.status}")


def _alternately(*works: Callable[[], None]) -> tuple[list[float], ...]:
    """Milliseconds of CPU (user and system) of one call of each, block by block in turn; the first block warms up."""
    costs: tuple[list[float], ...] = tuple([] for _ in works)
    for block in range(BLOCKS + 1):
        for work, found in zip(works, costs, strict=True):
            start = time.process_time()
            for _ in range(BLOCK):
                work()
            if block:
                found.append((time.process_time() - start) / BLOCK * 1000)
    return costs


def measure_page(app: Flask) -> None:
    """Print requests and bytes of a first visit: the page with its style sheet and whatever it links, gzipped."""
    with app.app_context():
        address = f"/s/{make_survey().code}"
    client = Client(app)
    page = client.get(address).get_data()
    weights = {address: len(gzip.compress(page, 6))}
    # A font with a range is fetched only by a page on which one of its letters stands.
    faces = [face for face in FACE.findall(page.decode()) if "unicode-range" not in face]
    waiting = [_path(link) for link in [*LINKED.findall(page.decode()), *IN_STYLE.findall(" ".join(faces))]]
    while waiting:
        link = waiting.pop()
        if link in weights:
            continue
        content = client.get(link).get_data()
        weights[link] = (
            len(content) if link.partition("?")[0].endswith((".woff2", ".png")) else len(gzip.compress(content, 6))
        )
    parts = ", ".join(
        f"{path.partition('?')[0].rpartition('/')[2]} {size / 1024:.1f}" for path, size in weights.items()
    )
    total = sum(weights.values()) / 1024
    say(f"citizen's form: {len(weights)} requests (at most 4), {total:.1f} KB (at most 30): {parts}")


def _path(link: str) -> str:
    """An address out of a page as a path on the server."""
    return link.partition("#")[0]
