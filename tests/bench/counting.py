"""How fast responses are counted."""

import time
from collections.abc import Callable
from typing import TypeVar

from flask import Flask

from survey_app.db import db
from survey_app.tallies.actions import fold, rebuild, verify
from tests.bench.installation import say
from tests.bench.population import YEAR_DAYS, YEAR_RESPONSES, make_province, respond

Result = TypeVar("Result")


def measure_fold(app: Flask, kind: str, count: int, *, varied: bool) -> None:
    """Print how many queued responses are counted a second: a province's, at 160 agencies with three ancestors each,
    over the days in which so many come. `varied` ones name procedures and are marked: many more counts of the same.
    """
    with app.app_context():
        survey, leaves = make_province()
        days = max(1, YEAR_DAYS * count // YEAR_RESPONSES)
        respond(survey, leaves, count, queued=True, days=days, varied=varied)
        seconds, taken = _timed(fold)
        bar = " (at least 10 000)" if kind == "postgresql" and not varied else ""
        kept = " with procedures and marks" if varied else ""
        say(f"{kind}: fold of {taken} responses{kept} {seconds:.1f} s, {taken / seconds:,.0f} a second{bar}")
        seconds, differences = _timed(verify)
        say(f"{kind}: verify {seconds:.1f} s, {len(differences)} differences")
        seconds, _ = _timed(rebuild)
        say(f"{kind}: rebuild {seconds:.1f} s")
        db.session.remove()


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result
