"""The simulated case figures: whole, without gaps or overlaps, and adding up."""

from datetime import date, timedelta

from survey_app.demo.cases import Cases, simulated_cases
from survey_app.demo.content import MERGED, PLACES
from survey_app.procedures.rules import reconcile

FIRST, LAST, MERGED_ON = date(2024, 11, 24), date(2026, 11, 21), date(2026, 7, 1)


def _cases(answers: int = 5000) -> list[Cases]:
    return list(simulated_cases(answers, FIRST, LAST, PLACES, MERGED, MERGED_ON))


def test_the_same_every_time_and_nothing_without_answers() -> None:
    assert _cases() == _cases()
    assert _cases(0) == []


def test_every_identity_holds_and_what_is_pending_is_carried_over() -> None:
    cases = _cases()
    assert [reconcile(each.counts) for each in cases] == [[]] * len(cases)
    hoasen = [each.counts for each in cases if each.place == "mau-hoasen"]
    assert [each["carried_over"] for each in hoasen[1:]] == [each["pending_total"] for each in hoasen[:-1]]


def test_each_place_s_quarters_follow_each_other_and_mergers_pass_on() -> None:
    cases = _cases()
    for place in {each.place for each in cases}:
        mine = [each for each in cases if each.place == place]
        assert [each.from_on for each in mine[1:]] == [each.to_on + timedelta(days=1) for each in mine[:-1]]
        assert mine[0].from_on == (MERGED_ON if place in MERGED.values() else FIRST)
        assert mine[-1].to_on == (MERGED_ON - timedelta(days=1) if place in MERGED else LAST)
    new = next(each for each in cases if each.place == "mau-giongrach")
    left = [[each for each in cases if each.place == old][-1].counts["pending_total"] for old in MERGED]
    assert new.counts["carried_over"] == sum(left)
