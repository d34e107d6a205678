"""Devices as officers see them: how each does, in words."""

import json
from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_timedelta

from survey_app.clock import now, timezone
from survey_app.i18n import lazy_gettext as _l
from survey_app.surveys.models import Device
from survey_app.surveys.opening_hours import day_text
from survey_app.surveys.rules import DeviceState, device_state

# (kind of tag, icon, words): the shape says it too, not the colour alone.
SHOWN: dict[DeviceState, tuple[str, str, str]] = {
    "ok": ("ok", "check", _l("fine")),
    "waiting": ("open", "info", _l("not heard of yet")),
    "queue": ("warning", "upload", _l("many or old answers wait")),
    "silent": ("warning", "warning", _l("silent")),
    "revoked": ("closed", "lock", _l("shut out")),
}


@dataclass(frozen=True, slots=True)
class ShownDevice:
    """One device with what is said about it; ages are words, "" where there is nothing to say."""

    device: Device
    state: DeviceState
    seen: str
    oldest: str
    hours_today: str
    skew: str


def shown_device(device: Device) -> ShownDevice:
    """How a device does at this moment."""
    here = now().astimezone(timezone())

    def local(moment: datetime | None) -> datetime | None:
        return moment.astimezone(here.tzinfo) if moment else None

    state = device_state(
        revoked=device.revoked_at is not None,
        created_at=device.created_at.astimezone(here.tzinfo),
        last_seen_at=local(device.last_seen_at),
        queue_length=device.queue_length,
        oldest_queued_at=local(device.oldest_queued_at),
        hours=device.opening_hours,
        now=here,
    )
    return ShownDevice(
        device=device,
        state=state,
        seen=_age(device.last_seen_at),
        oldest=_age(device.oldest_queued_at) if device.queue_length else "",
        hours_today=day_text(device.opening_hours[here.weekday()]),
        skew=format_timedelta(abs(device.clock_skew)) if device.clock_skew else "",
    )


def readable(body: str) -> str:
    """What a device sent in vain as people read it: JSON set out in lines, anything else as it is."""
    try:
        text = json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except ValueError:
        return body
    return text.encode("utf-8", "backslashreplace").decode()


def _age(moment: datetime | None) -> str:
    return str(format_timedelta(moment - now(), add_direction=True)) if moment else ""
