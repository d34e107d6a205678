"""Who sends answers: a paired device, or a program with an API token that may submit.

`accounts` recognises the token, whatever its kind; what a device may do is said here.
"""

from dataclasses import dataclass

from werkzeug.exceptions import Forbidden

from survey_app.access import Reader, Scope, reader
from survey_app.surveys.queries import DeviceIdentity, device_by_token

# A device may ask for its configuration and submit; of both no role and no API token holds the first.
DEVICE_PERMISSIONS = frozenset({"collect.operate", "responses.submit"})

NOWHERE = Scope(0)


@dataclass(slots=True)
class DeviceReader:
    """A paired device as access.py asks it: it may do what devices do and sees nothing."""

    device: DeviceIdentity
    email: str
    scope: Scope = NOWHERE
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        return ""

    def may(self, permission: str) -> bool:
        return permission in DEVICE_PERMISSIONS


def device_reader(token: str) -> Reader | None:
    """Who holds a device token; None for one that was never drawn or is revoked."""
    device = device_by_token(token)
    return DeviceReader(device, f"device {device.id}") if device else None


@dataclass(frozen=True, slots=True)
class Sender:
    """Who submits: `name` for logs, the agencies it may submit for, and the device where it is one."""

    name: str
    scope: Scope
    device: DeviceIdentity | None


def sender() -> Sender:
    """Who submits with this request. Call only behind `@requires("responses.submit")`."""
    asking = reader()
    return Sender(asking.email, asking.scope, getattr(asking, "device", None))


def calling_device() -> DeviceIdentity:
    """The device that asks. Raises Forbidden: it is no device."""
    # The signed-in user comes through a proxy of flask-login.
    device: DeviceIdentity | None = getattr(reader(), "device", None)
    if device is None:
        raise Forbidden()
    return device
