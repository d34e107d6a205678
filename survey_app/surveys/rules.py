"""When a survey takes answers, its channels and where its figures come from; how its devices do. Pure."""

import re
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Literal

from survey_app.surveys.opening_hours import Hours, open_time

CHANNELS = ("kiosk", "web", "qr", "sms", "paper", "phone", "import")
# "collected": real answers of this installation; the others are marked wherever they are shown.
PROVENANCES = ("collected", "reconstruction", "simulated")
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
LONGEST_TITLE = 200
FormState = Literal["open", "not_yet", "closed", "not_offered"]
DeviceState = Literal["revoked", "silent", "queue", "waiting", "ok"]
LONGEST_PLACE = 120
LONGEST_APP_VERSION = 40
APP_VERSION = re.compile(rf"[A-Za-z0-9._+-]{{1,{LONGEST_APP_VERSION}}}")
# A device is silent after two opening hours without a sign; its queue is a worry when it is long or old.
SILENCE = timedelta(hours=2)
LONG_QUEUE = 50
OLD_QUEUE = timedelta(hours=1)
PAIRING_TIME = timedelta(minutes=10)
# Without I, L, O and U: nobody mistakes a sign of the code for another.
PAIRING_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PAIRING_CODE = re.compile(f"[{PAIRING_SIGNS}]{{8}}")
MISREAD = str.maketrans("OILU", "011V", " -\u2013\t")


def is_code(text: str) -> bool:
    """Whether a text can be a survey's code, part of addresses: lower-case letters, digits, hyphens, 40 at most."""
    return CODE.fullmatch(text) is not None


def is_within(day: date, opens_on: date | None, closes_on: date | None) -> bool:
    """Whether a day lies in a period whose ends are inclusive and may be open."""
    return (opens_on is None or day >= opens_on) and (closes_on is None or day <= closes_on)


def is_closed(today: date, closes_on: date | None) -> bool:
    """Whether the last day is over."""
    return closes_on is not None and today > closes_on


def form_state(
    today: date, opens_on: date | None, closes_on: date | None, channels: Collection[str], channel: str
) -> FormState:
    """Whether a form may be filled in on this local day by this channel, and if not, why."""
    if is_closed(today, closes_on):
        return "closed"
    if channel not in channels:
        return "not_offered"
    return "open" if is_within(today, opens_on, closes_on) else "not_yet"


def pairing_code(text: str) -> str | None:
    """The code that somebody typed, "7K3M-Q9XA" in any case and with or without its hyphen; None where it is none."""
    code = text.upper().translate(MISREAD)
    return f"{code[:4]}-{code[4:]}" if PAIRING_CODE.fullmatch(code) else None


def device_state(
    *,
    revoked: bool,
    created_at: datetime,
    last_seen_at: datetime | None,
    queue_length: int,
    oldest_queued_at: datetime | None,
    hours: Hours,
    now: datetime,
) -> DeviceState:
    """How a device does, the worst first; every instant in the local zone, as opening hours are local.

    "silent": nothing heard for two opening hours. "queue": more than 50 answers wait on it, or one for over an hour.
    "waiting": paired and not heard of yet.
    """
    if revoked:
        return "revoked"
    if open_time(hours, last_seen_at or created_at, now) > SILENCE:
        return "silent"
    if queue_length > LONG_QUEUE or (oldest_queued_at is not None and now - oldest_queued_at > OLD_QUEUE):
        return "queue"
    return "ok" if last_seen_at else "waiting"
