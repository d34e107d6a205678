"""How long the pages of the dashboards take, few responses against many: the whole tree, one year."""

import re
import secrets
import time
from random import sample
from statistics import median, quantiles
from typing import NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from survey_app.accounts.models import User
from survey_app.agencies.models import Agency
from survey_app.dashboards.pages import SECTIONS
from survey_app.db import db
from survey_app.figures import remembered
from survey_app.surveys.models import Survey
from survey_app.tallies.actions import fold, rebuild
from tests.bench.installation import say
from tests.bench.population import PROCEDURES, make_province, respond, tidy_up
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
FIRST, COLD, WARM = 4, 10, 20
# Milliseconds at p95: where nothing is remembered or something was counted, and the next times.
COLD_BAR, WARM_BAR = 300, 100
# What a fold counts meanwhile: answers of some agencies.
FOLDED, FOLDED_AGENCIES = 25, 5


class Times(NamedTuple):
    """The medians of an address in milliseconds: nothing remembered, after a fold, the next times."""

    first: float
    cold: float
    warm: float


class Took(NamedTuple):
    """Milliseconds by the clock and of this process' processor."""

    wall: float
    cpu: float


def measure_dashboard(app: Flask, kind: str, count: int) -> dict[str, Times]:
    """Print p50 and p95 of the server's time for each address: where nothing is remembered, after a fold, the next
    times."""
    start = time.perf_counter()
    with app.app_context():
        survey = db.session.scalars(select(Survey)).first()
        if survey is None:
            survey, leaves = make_province(flat=True)
            respond(survey, leaves, count, queued=False, varied=True)
            rebuild()
            tidy_up()
            make_user("administrator")
        user = db.session.scalars(select(User)).one()
        client = sign_in(app.test_client(), user)
        db.session.remove()
    say(f"{kind}: {count} responses stand after {time.perf_counter() - start:.0f} s")
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
    first, cold = [], []
    for _ in range(FIRST):
        remembered._kept.clear()
        remembered._of_agencies.clear()
        first.append(_time(client, address))
    for _ in range(COLD):
        _fold_some(app)
        cold.append(_time(client, address))
    warm = [_time(client, address) for _ in range(WARM)]
    over = (
        ""
        if all(_p95(took) <= bar for took, bar in ((first, COLD_BAR), (cold, COLD_BAR), (warm, WARM_BAR)))
        else "  OVER"
    )
    say(f"{label}: first {_told(first)}, after a fold {_told(cold)}, then {_told(warm)}{over}")
    return Times(*(median(each.wall for each in took) for took in (first, cold, warm)))


def _told(took: list[Took]) -> str:
    wall, cpu = (median(side) for side in zip(*took, strict=True))
    return f"p50 {wall:.0f} p95 {_p95(took):.0f} ms (own processor {cpu:.0f})"


def _p95(took: list[Took]) -> float:
    return quantiles([each.wall for each in took], n=20, method="inclusive")[-1]


def _fold_some(app: Flask) -> None:
    """Count a few answers of some agencies, others each time."""
    with app.app_context():
        survey = db.session.scalars(select(Survey)).one()
        below = db.session.scalars(select(Agency).where(Agency.parent_id == survey.agency_id)).all()
        seed = secrets.randbits(32)
        respond(survey, sample(below, FOLDED_AGENCIES), FOLDED, queued=True, varied=True, seed=seed)
        fold()
        db.session.remove()


def _time(client: FlaskClient, address: str) -> Took:
    start, used = time.perf_counter(), time.process_time()
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status}")
    return Took((time.perf_counter() - start) * 1000, (time.process_time() - used) * 1000)
