"""The simulation gives the same people every time, within the scales, with the truth planted in it."""

from collections import Counter
from datetime import date, timedelta

from survey_app.demo.content import COMMENTS, PLACES
from survey_app.demo.rules import DAYS, Answered, Scale, simulate

LEVELS = Scale("staff", ("1", "2", "3", "4", "5"), ("no_opinion",), frozenset("123"), ("slow", "rude"))
TIMES = Scale("time", ("late", "on_time", "early"), ("not_received", "no_opinion"), frozenset({"late"}), ())
LAST = date(2026, 11, 23)


def _people(count: int = 4000) -> list[Answered]:
    return list(simulate(count, LAST, PLACES, [LEVELS, TIMES], COMMENTS))


def test_the_same_people_every_time() -> None:
    assert _people(200) == _people(200)


def test_everybody_answers_within_the_scales_and_the_year() -> None:
    people = _people()
    codes = {place.code for place in PLACES}
    for person in people:
        assert person.answers
        assert person.place in codes
        assert LAST - timedelta(days=DAYS) < person.at.date() <= LAST
        assert person.at.weekday() != 6
        assert person.answers.get("staff", "1") in {*LEVELS.options, *LEVELS.outside}
        assert all(person.answers[question] in LEVELS.unhappy | TIMES.unhappy for question in person.reasons)
    chosen = Counter(person.answers.get("staff") for person in people)
    assert all(chosen[option] for option in LEVELS.options)
    assert chosen["5"] > chosen["3"] > chosen["1"]


def test_the_planted_fall_is_there() -> None:
    half = LAST - timedelta(days=DAYS // 2)
    happy: dict[bool, list[bool]] = {True: [], False: []}
    for person in _people(40_000):
        if person.place == "mau-caudua" and person.answers.get("staff") in LEVELS.options:
            happy[person.at.date() > half].append(person.answers["staff"] in "45")
    before, after = (sum(happy[late]) / len(happy[late]) for late in (False, True))
    assert before - after > 0.08
