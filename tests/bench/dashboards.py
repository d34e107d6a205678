"""How long a dashboard takes, few responses against many: the whole tree, one year."""

import time
from statistics import median, quantiles

from flask import Flask

from survey_app.db import db
from survey_app.tallies.actions import rebuild
from tests.bench.installation import say
from tests.bench.population import make_province, respond
from tests.factories import make_user, sign_in

# Whole months are read as months; the second year begins and ends within one.
ADDRESSES = ("/dashboards/year", "/dashboards/year?from=2025-01-15&to=2025-12-20")
WARM, TIMES = 5, 40


def measure_dashboard(app: Flask, kind: str, count: int) -> dict[str, float]:
    """Print p50 and p95 of the server's time for each address; returns the medians in milliseconds."""
    start = time.perf_counter()
    with app.app_context():
        survey, leaves = make_province()
        respond(survey, leaves, count, queued=False)
        rebuild()
        user = make_user("administrator")
        db.session.remove()
    say(f"{kind}: {count} responses built in {time.perf_counter() - start:.0f} s")
    client = sign_in(app.test_client(), user)
    medians = {}
    for address in ADDRESSES:
        times = []
        for turn in range(WARM + TIMES):
            start = time.perf_counter()
            answer = client.get(address)
            if turn >= WARM:
                times.append((time.perf_counter() - start) * 1000)
            if answer.status_code != 200:
                raise RuntimeError(f"{address} answered {answer.status}")
        medians[address] = median(times)
        p95 = quantiles(times, n=20)[-1]
        say(f"{kind}: {count} responses, {address}: p50 {median(times):.1f} ms, p95 {p95:.1f} ms (at most 100)")
    return medians
