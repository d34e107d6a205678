"""What the flags look at that a submission does not bring itself: its device's other answers and opening hours.

One statement, and only where a device sends. It asks by the times at which people answered, so that the answers of an
offline queue are judged as they were given, whenever they arrive and whichever process takes them.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Table, Text, and_, cast, select

from survey_app.clock import timezone
from survey_app.db import db
from survey_app.responses.flags import LONGEST_BURST, Evidence
from survey_app.responses.models import Response
from survey_app.responses.submission import Submission
from survey_app.surveys.models import Device
from survey_app.surveys.opening_hours import Hours

RESPONSE: Table = Response.__table__  # type: ignore[assignment]
DEVICE: Table = Device.__table__  # type: ignore[assignment]
# The latest ones before and after this answer: more than any burst needs.
MOST_READ = 200


class _Surroundings(NamedTuple):
    opening_hours: Hours | None
    device_times: Sequence[datetime]


NOTHING = _Surroundings(None, ())


def evidence_for(submission: Submission, received_at: datetime, *, verified: bool = False) -> Evidence:
    """Everything that the rules in flags.py ask about a submission; `verified`: its ticket counted."""
    around = NOTHING
    if submission.device_id is not None and submission.answered_at is not None:
        around = _surroundings(submission, submission.device_id, submission.answered_at)
    return Evidence(
        answered_on=submission.answered_on,
        answered_at=submission.answered_at,
        local_at=submission.answered_at.astimezone(timezone()) if submission.answered_at else None,
        started_at=submission.started_at,
        received_at=received_at,
        opens_on=submission.survey.opens_on,
        closes_on=submission.survey.closes_on,
        live=submission.live,
        channel=submission.channel,
        answered=len(submission.answers),
        completed=submission.completed,
        verified=verified,
        device_times=around.device_times,
        opening_hours=around.opening_hours,
        crowd=submission.crowd,
    )


def _surroundings(submission: Submission, device_id: int, moment: datetime) -> _Surroundings:
    others = and_(
        RESPONSE.c.agency_id == submission.agency_id,
        RESPONSE.c.device_id == DEVICE.c.id,
        RESPONSE.c.answered_at.between(moment - LONGEST_BURST, moment + LONGEST_BURST),
        RESPONSE.c.completed,
        RESPONSE.c.id != submission.id,
    )
    statement = (
        select(cast(DEVICE.c.opening_hours, Text), RESPONSE.c.answered_at)
        .select_from(DEVICE.outerjoin(RESPONSE, others))
        .where(DEVICE.c.id == device_id)
        .order_by(RESPONSE.c.answered_at.desc())
        .limit(MOST_READ)
    )
    rows = db.session.connection().execute(statement).all()
    if not rows:
        return NOTHING
    return _Surroundings(_hours(rows[0][0]), [answered_at for _hours_text, answered_at in rows if answered_at])


@lru_cache(maxsize=256)
def _hours(text: str) -> Hours:
    hours: Hours = json.loads(text)
    return hours
