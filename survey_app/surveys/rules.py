"""When a survey takes answers, its channels and where its figures come from. Pure."""

import re
from collections.abc import Collection
from datetime import date
from typing import Literal

CHANNELS = ("kiosk", "web", "qr", "sms", "paper", "phone", "import")
# "collected": real answers of this installation; the others are marked wherever they are shown.
PROVENANCES = ("collected", "reconstruction", "simulated")
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
LONGEST_TITLE = 200
FormState = Literal["open", "not_yet", "closed", "not_offered"]


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
