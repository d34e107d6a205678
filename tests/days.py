"""Another day than today, for what asks the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from unittest.mock import patch

from survey_app import clock


@contextmanager
def on_the_day(day: date, number: int = 0) -> Iterator[None]:
    """Inside it is noon of that day, and so many seconds."""
    instant = datetime.combine(day, time(5), UTC) + timedelta(seconds=number)

    class Stopped(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return instant.astimezone(tz)

    with patch.object(clock, "datetime", Stopped):
        yield
