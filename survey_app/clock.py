"""Time and time-ordered ids. Instants are UTC and aware; days are local to SURVEY_TIMEZONE."""

import secrets
import time
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app


def now() -> datetime:
    """The current instant, UTC."""
    return datetime.now(UTC)


def timezone() -> ZoneInfo:
    """The installation's time zone."""
    zone: ZoneInfo = current_app.config["SETTINGS"].timezone
    return zone


def today() -> date:
    """The current day in the installation's time zone."""
    return local_date(now())


def local_date(instant: datetime) -> date:
    """The installation's day on which an aware instant falls."""
    return instant.astimezone(timezone()).date()


def uuid7(milliseconds: int | None = None) -> UUID:
    """A new UUID of version 7 (RFC 9562 section 5.7): 48 bits of Unix milliseconds, the rest random."""
    stamp = time.time_ns() // 1_000_000 if milliseconds is None else milliseconds
    return uuid7_of(stamp, secrets.token_bytes(10))


def time_of(value: UUID) -> datetime | None:
    """When a UUID of version 7 was made, in UTC; None for other versions."""
    milliseconds = value.int >> 80
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if value.version == 7 else None


def uuid7_of(milliseconds: int, rest: bytes) -> UUID:
    """The UUIDv7 with this time and these 10 bytes (6 of their 80 bits give way to version and variant)."""
    value = int.from_bytes((milliseconds & (2**48 - 1)).to_bytes(6, "big") + rest[:10], "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)
