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
# Without look-alikes; the sign before it is none of an agency's code, and addresses carry it as it is.
QR_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
QR_CODE = re.compile(rf"~[{QR_SIGNS}]{{8}}")
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
PROCEDURE = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,40}")
# A ticket names its agency in front, so that it is looked for in one place: "4K-7K3MQ-9XA2B-C0D1E-F2G3H".
TICKET_SIGNS = 20
TICKET = re.compile(f"([{PAIRING_SIGNS}]{{1,7}})([{PAIRING_SIGNS}]{{{TICKET_SIGNS}}})")
TICKET_DAYS = 30
MOST_TICKETS = 100_000
LARGEST_ID = 2**31 - 1
LONGEST_TYPED = 60
# int() reads 0-9 and a-v as the digits of base 32.
DIGITS_OF_SIGNS = str.maketrans(PAIRING_SIGNS, "0123456789abcdefghijklmnopqrstuv")
MISREAD = str.maketrans("OILU", "011V", " -\u2013\t")


def is_qr_code(text: str) -> bool:
    """Whether a text can be the code of a QR code of its own: no agency's code looks like one."""
    return QR_CODE.fullmatch(text) is not None


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


def ticket_text(agency_id: int, secret: str) -> str:
    """A ticket as it is printed: its agency and its 20 random signs (100 bits), in groups."""
    groups = (secret[start : start + 5] for start in range(0, TICKET_SIGNS, 5))
    return "-".join((_signs(agency_id), *groups))


def ticket_agency(text: str) -> tuple[int, str] | None:
    """The agency that a ticket names and the ticket in its one spelling; None where the text can be no ticket.

    Case, hyphens and spaces do not matter, nor O for 0, I and L for 1.
    """
    found = TICKET.fullmatch(text.upper().translate(MISREAD)) if len(text) <= LONGEST_TYPED else None
    if found is None:
        return None
    agency_id = int(found[1].translate(DIGITS_OF_SIGNS), 32)
    return (agency_id, ticket_text(agency_id, found[2])) if 0 < agency_id <= LARGEST_ID else None


def _signs(number: int) -> str:
    return (_signs(number // 32) if number >= 32 else "") + PAIRING_SIGNS[number % 32]
