"""How long every page of the dashboards takes, few responses against many: the whole tree, one year."""

import re
import time
from statistics import median, quantiles

from flask import Flask
from flask.testing import FlaskClient

from survey_app.dashboards.pages import SECTIONS
from survey_app.db import db
from survey_app.tallies.actions import rebuild
from tests.bench.installation import say
from tests.bench.population import make_province, respond
from tests.factories import make_user, sign_in

# Whole months are read as months; a statutory year runs from a 15th to a 14th.
PERIODS = ("", "?from=2025-01-15&to=2025-12-14", "?from=2025-07-01&to=2025-12-31&compare=previous")
WARM, TIMES = 2, 20
# Milliseconds: the first time and at p95.
COLD_BAR, WARM_BAR = 300, 100


def measure_dashboard(app: Flask, kind: str, count: int) -> dict[str, float]:
    """Print the first time, p50 and p95 of the server's time for each address; returns the medians in milliseconds."""
    start = time.perf_counter()
    with app.app_context():
        survey, leaves = make_province(flat=True)
        respond(survey, leaves, count, queued=False, varied=True)
        rebuild()
        user = make_user("administrator")
        db.session.remove()
    say(f"{kind}: {count} responses built in {time.perf_counter() - start:.0f} s")
    client = sign_in(app.test_client(), user)
    return {address: _measure(client, address, f"{kind}: {count} responses, {address}") for address in addresses(app)}


def addresses(app: Flask) -> list[str]:
    """Every page of the dashboards, read from the routes, for every kind of period."""
    rules = (
        rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/dashboards/") and "GET" in rule.methods
    )
    named = {rule.rule.replace("<code>", "year").replace("<question>", "access") for rule in rules}
    pages = sorted({re.sub(r"<any\(.*\):name>", name, path) for path in named for name in SECTIONS})
    return ["/dashboards", *(page + period for page in pages if "<" not in page for period in PERIODS)]


def _measure(client: FlaskClient, address: str, label: str) -> float:
    times = []
    for _ in range(WARM + TIMES):
        start = time.perf_counter()
        answer = client.get(address)
        times.append((time.perf_counter() - start) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status}")
    warm = times[WARM:]
    p95 = quantiles(warm, n=20)[-1]
    over = "" if p95 <= WARM_BAR and times[0] <= COLD_BAR else "  OVER"
    say(f"{label}: first {times[0]:.0f} ms, p50 {median(warm):.1f} ms, p95 {p95:.1f} ms{over}")
    return median(warm)
