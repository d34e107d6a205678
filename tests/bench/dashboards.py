"""How long the pages of the dashboards take, few responses against many: the whole tree, one year."""

import re
import time
from statistics import median, quantiles
from typing import NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from survey_app.dashboards.pages import SECTIONS
from survey_app.db import db, transaction
from survey_app.surveys.models import Survey
from survey_app.tallies.actions import rebuild
from survey_app.tallies.changes import rename_counts
from tests.bench.installation import say
from tests.bench.population import PROCEDURES, make_province, respond
from tests.factories import make_user, sign_in

# A year of months, and a statutory one: from a 15th to a 14th.
YEARS = ("", "?from=2025-01-15&to=2025-12-14")
# Of the main pages also: compared, any days, one procedure over cut months, one agency among its 169 sisters.
OTHERS = (
    "?from=2025-07-15&to=2025-12-14&compare=previous",
    "?from=2025-02-10&to=2025-11-20",
    f"?from=2025-01-15&to=2025-12-14&procedure={PROCEDURES[0]}",
    "?from=2025-01-15&to=2025-12-14&agency=unit-7",
)
MAIN = ("/dashboards/year", "/dashboards/year/agencies", "/dashboards/year/criteria/access")
COLD, WARM = 4, 12
# Milliseconds at p95: after a fold, and the next times.
COLD_BAR, WARM_BAR = 300, 100


class Times(NamedTuple):
    """The medians of an address in milliseconds, after a fold and the next times."""

    cold: float
    warm: float


def measure_dashboard(app: Flask, kind: str, count: int) -> dict[str, Times]:
    """Print p50 and p95 of the server's time for each address, after a fold and the next times."""
    start = time.perf_counter()
    with app.app_context():
        survey, leaves = make_province(flat=True)
        respond(survey, leaves, count, queued=False, varied=True)
        rebuild()
        user = make_user("administrator")
        db.session.remove()
    say(f"{kind}: {count} responses built in {time.perf_counter() - start:.0f} s")
    client = sign_in(app.test_client(), user)
    return {address: _measure(app, client, address, f"{kind}: {count}, {address}") for address in addresses(app)}


def addresses(app: Flask) -> list[str]:
    """Every page of the dashboards, read from the routes, over both kinds of years; the main ones in other ways too."""
    rules = (
        rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/dashboards/") and "GET" in rule.methods
    )
    named = {rule.rule.replace("<code>", "year").replace("<question>", "access") for rule in rules}
    pages = sorted({re.sub(r"<any\(.*\):name>", name, path) for path in named for name in SECTIONS})
    pages = [page for page in pages if "<" not in page]
    missing = set(MAIN) - set(pages)
    if missing:
        raise RuntimeError(f"the dashboards have no page {missing}")
    return ["/dashboards", *(page + period for page in pages for period in (YEARS + OTHERS * (page in MAIN)))]


def _measure(app: Flask, client: FlaskClient, address: str, label: str) -> Times:
    _time(client, address)
    cold = []
    for _ in range(COLD):
        _forget(app)
        cold.append(_time(client, address))
    warm = [_time(client, address) for _ in range(WARM)]
    (cold_wall, _), (warm_wall, warm_cpu) = zip(*cold, strict=True), zip(*warm, strict=True)
    cold_95, warm_95 = (quantiles(walls, n=20, method="inclusive")[-1] for walls in (cold_wall, warm_wall))
    over = "" if warm_95 <= WARM_BAR and cold_95 <= COLD_BAR else "  OVER"
    say(
        f"{label}: after a fold p50 {median(cold_wall):.0f} p95 {cold_95:.0f} ms, then p50 {median(warm_wall):.0f} "
        f"p95 {warm_95:.0f} ms (of the server's own processor {median(warm_cpu):.0f}){over}"
    )
    return Times(median(cold_wall), median(warm_wall))


def _forget(app: Flask) -> None:
    """What every fold does to figures that were worked out before."""
    with app.app_context():
        with transaction():
            connection = db.session.connection()
            rename_counts(connection, connection.execute(select(Survey.id)).scalars().all())
        db.session.remove()


def _time(client: FlaskClient, address: str) -> tuple[float, float]:
    """Milliseconds by the clock and of this process' processor."""
    start, used = time.perf_counter(), time.process_time()
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status}")
    return (time.perf_counter() - start) * 1000, (time.process_time() - used) * 1000
