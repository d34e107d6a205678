from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from survey_app.surveys.opening_hours import OFFICE_HOURS, day_spans, day_text, is_open, open_time

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", []),
        ("7:30-11:30, 13:30-17:00", [["07:30", "11:30"], ["13:30", "17:00"]]),
        (" 07h30 – 11h30 ; 13.30-17.00 ", [["07:30", "11:30"], ["13:30", "17:00"]]),
        ("00:00-24:00", [["00:00", "24:00"]]),
    ],
)
def test_a_day_is_read_as_people_write_it(text: str, spans: list[list[str]]) -> None:
    assert day_spans(text) == spans
    assert day_spans(day_text(spans)) == spans


@pytest.mark.parametrize(
    "text", ["x", "7-11", "11:30-07:30", "07:30-07:30", "07:30-11:30, 11:00-12:00", "07:30-24:30", "25:00-26:00"]
)
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\d|x"):
        day_spans(text)


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-11-23T07:29:59", False),
        ("2026-11-23T07:30:00", True),
        ("2026-11-23T11:29:59", True),
        ("2026-11-23T11:30:00", False),
        ("2026-11-23T16:59:00", True),
        ("2026-11-22T10:00:00", False),
    ],
)
def test_the_ends_of_a_span(moment: str, open_: bool) -> None:
    assert is_open(OFFICE_HOURS, at(moment)) == open_


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-23T08:00", "2026-11-23T10:00", 2),
        ("2026-11-23T11:00", "2026-11-23T14:00", 1),
        ("2026-11-20T16:00", "2026-11-23T08:30", 2),
        ("2026-11-21T00:00", "2026-11-22T23:00", 0),
        ("2026-11-23T10:00", "2026-11-23T08:00", 0),
        ("2020-01-01T00:00", "2026-11-23T00:00", 7.5 * 20),
    ],
)
def test_open_time_counts_open_hours_only(start: str, end: str, hours: float) -> None:
    assert open_time(OFFICE_HOURS, at(start), at(end)) == timedelta(hours=hours)
