"""Every flag at its threshold: one side is honest, the other is not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from survey_app.i18n import in_language
from survey_app.responses.flag_words import flag_words
from survey_app.responses.flags import BURSTS, FLAGS, FLOOD, Evidence, burst_members, found_flags
from survey_app.surveys.opening_hours import OFFICE_HOURS

NOON = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
PLAIN = Evidence(
    answered_on=date(2026, 11, 25),
    answered_at=NOON,
    local_at=NOON,
    started_at=NOON - timedelta(seconds=30),
    received_at=NOON,
    opens_on=None,
    closes_on=None,
    live=True,
    channel="kiosk",
    answered=5,
)


def seconds(*numbers: float) -> list[datetime]:
    return [NOON + timedelta(seconds=number) for number in numbers]


def test_an_ordinary_answer_has_no_flag() -> None:
    assert found_flags(PLAIN) == []


def test_each_flag_has_words_with_its_threshold() -> None:
    assert len({flag.name for flag in FLAGS}) == len(FLAGS) == 7
    for flag in FLAGS:
        assert "%(" not in flag.words % flag.threshold
        assert all(f"{value:g}" in flag.words % flag.threshold for value in flag.threshold.values())


@pytest.mark.parametrize(
    ("taken", "channel", "answered", "found"),
    [
        (7.4, "kiosk", 5, ["too_fast"]),
        (7.5, "kiosk", 5, []),
        (1.4, "web", 1, ["too_fast"]),
        (7.4, "paper", 5, []),
        (7.4, "web", 0, []),
        (-1, "web", 5, []),
    ],
)
def test_too_fast(taken: float, channel: str, answered: int, found: list[str]) -> None:
    started = NOON - timedelta(seconds=taken)
    assert found_flags(replace(PLAIN, started_at=started, channel=channel, answered=answered)) == found


@pytest.mark.parametrize("change", [{"started_at": None}, {"answered_at": None}])
def test_without_both_times_nobody_was_too_fast(change: dict[str, None]) -> None:
    assert found_flags(replace(PLAIN, **change)) == []


@pytest.mark.parametrize(("gap", "found"), [(2.9, ["device_interval"]), (3, []), (-2.9, ["device_interval"]), (-3, [])])
def test_device_interval_on_either_side(gap: float, found: list[str]) -> None:
    assert found_flags(replace(PLAIN, device_times=seconds(gap))) == found
    assert found_flags(replace(PLAIN, device_times=seconds(gap), completed=False)) == []


def test_forty_people_in_ten_minutes_are_no_burst_but_one_more_is() -> None:
    most, span = BURSTS[0]
    step = span.total_seconds() / most
    assert found_flags(replace(PLAIN, device_times=seconds(*(-step * n for n in range(1, most))))) == []
    assert found_flags(replace(PLAIN, device_times=seconds(*(-step * n for n in range(1, most + 1))))) == ["burst"]
    # Eleven minutes are not ten.
    later = [-step * 1.1 * n for n in range(1, most + 1)]
    assert found_flags(replace(PLAIN, device_times=seconds(*later))) == []


def test_a_burst_of_two_minutes() -> None:
    assert found_flags(replace(PLAIN, device_times=seconds(*(-10 * n for n in range(1, 12))))) == []
    assert found_flags(replace(PLAIN, device_times=seconds(*(-10 * n for n in range(1, 13))))) == ["burst"]


def test_a_burst_has_members_on_both_sides_and_none_beyond() -> None:
    around = seconds(*(-9 * n for n in range(1, 7)), *(9 * n for n in range(1, 7)), -500, 500)
    members = burst_members(NOON, around)
    assert len(members) == 13
    assert NOON in members
    assert not members & set(seconds(-500, 500))
    assert burst_members(NOON, seconds(-9, 9)) == frozenset()


@pytest.mark.parametrize(
    ("clock", "found"),
    [
        ("07:30", []),
        ("07:16", []),
        ("07:14", ["out_of_hours"]),
        ("11:44", []),
        ("12:30", ["out_of_hours"]),
        ("17:14", []),
        ("17:15", ["out_of_hours"]),
        ("22:00", ["out_of_hours"]),
    ],
)
def test_out_of_hours(clock: str, found: list[str]) -> None:
    local = datetime.fromisoformat(f"2026-11-25T{clock}:00+00:00")
    evidence = replace(PLAIN, local_at=local, opening_hours=OFFICE_HOURS)
    assert found_flags(evidence) == found
    assert found_flags(replace(evidence, live=False)) == []
    assert found_flags(replace(evidence, channel="web")) == []
    assert found_flags(replace(evidence, opening_hours=None)) == []


@pytest.mark.parametrize(
    ("crowd", "channel", "verified", "found"),
    [
        (FLOOD[0] - 1, "web", False, []),
        (FLOOD[0], "web", False, ["ticketless_flood"]),
        (FLOOD[0], "qr", False, ["ticketless_flood"]),
        (FLOOD[0], "web", True, []),
        (FLOOD[0], "paper", False, []),
    ],
)
def test_a_flood_without_tickets(crowd: int, channel: str, verified: bool, found: list[str]) -> None:
    assert found_flags(replace(PLAIN, crowd=crowd, channel=channel, verified=verified)) == found


@pytest.mark.parametrize(
    ("hours", "live", "found"),
    [
        (0, True, []),
        (24, True, []),
        (-24, True, []),
        (24.01, True, ["clock"]),
        (-24.01, True, ["clock"]),
        (999, False, []),
    ],
)
def test_a_wrong_clock(hours: float, live: bool, found: list[str]) -> None:
    at = NOON + timedelta(hours=hours)
    assert found_flags(replace(PLAIN, answered_at=at, started_at=None, live=live)) == found


@pytest.mark.parametrize(("day", "found"), [(1, ["outside_period"]), (2, []), (3, []), (4, ["outside_period"])])
def test_a_day_outside_the_survey(day: int, found: list[str]) -> None:
    period = {"opens_on": date(2026, 11, 2), "closes_on": date(2026, 11, 3)}
    assert found_flags(replace(PLAIN, answered_on=date(2026, 11, day), **period)) == found


def test_the_numbers_of_a_rule_are_written_as_the_reader_writes_them(app: Flask) -> None:
    too_fast = next(flag for flag in FLAGS if flag.name == "too_fast")
    with app.app_context(), in_language("vi"):
        assert "1,5 giây" in flag_words(too_fast)[1]
    with app.app_context(), in_language("en"):
        assert "1.5 seconds" in flag_words(too_fast)[1]
        assert "(5 seconds)" in flag_words(too_fast)[1]
