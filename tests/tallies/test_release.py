"""Answers are told in units that are alike; by procedure only as far as no difference of figures concerns few."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from random import Random
from typing import Any

import pytest
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select, update

from survey_app.clock import now, today
from survey_app.db import db, transaction
from survey_app.responses import actions
from survey_app.responses.actions import erase_response, exclude_response
from survey_app.responses.models import Response, ResponseText, TallyQueueItem
from survey_app.responses.queries import Among, flags_grouped
from survey_app.surveys.models import Survey
from survey_app.tallies.actions import fold, rebuild, verify
from survey_app.tallies.queries import grouped_counts, option_counts
from survey_app.tallies.rules import ONE_DAY, WAITS_AT_MOST, Slice, middle, told_procedures, unit_sizes
from tests.factories import an_id, day, make_response, make_survey
from tests.tallies.cuts import Edge, smallest_cut

BATCH = 5
FIRST = day("2021-05-12")
Units = Sequence[str]
Rule = Callable[[Mapping[Any, Mapping[str, int]], int], list[str]]


class TestUnits:
    @given(st.lists(st.integers(0, 9), min_size=BATCH), st.integers(2, BATCH))
    def test_a_unit_is_never_small_and_days_are_exact_where_that_can_be(self, numbers: list[int], batch: int) -> None:
        days = [FIRST + timedelta(number) for number in sorted(numbers)]
        sizes = unit_sizes(days, batch)
        assert sum(sizes) == len(days)
        assert min(sizes) >= batch
        units, start = [], 0
        for size in sizes:
            units.append(set(days[start : start + size]))
            start += size
        assert all(not one & other for one, other in combinations(units, 2))
        # A unit of several days has no end of a day in it where both sides would have been enough.
        for number, unit in enumerate(units):
            one = sum(each == max(unit) for each in days)
            if len(unit) > 1 and number < len(units) - 1:
                assert sizes[number] - one < batch

    @pytest.mark.parametrize(
        ("days", "sizes"),
        [
            ("11111", [5]),
            ("11112", [5]),
            ("1111122222", [5, 5]),
            ("1112233333", [5, 5]),
            ("11111222", [8]),
            ("111112222233", [5, 7]),
        ],
    )
    def test_known_cuts(self, days: str, sizes: list[int]) -> None:
        assert unit_sizes([FIRST + timedelta(int(number)) for number in days], BATCH) == sizes

    def test_the_middle_is_one_of_the_days(self) -> None:
        days = [FIRST + timedelta(number) for number in (3, 0, 1, 9)]
        assert middle(days) == FIRST + timedelta(1)
        assert middle(days[:1]) == days[0]


def edges_after(units: Units, batch: int, rule: Rule = told_procedures) -> list[Edge]:
    """What is told of units that come one after the other, each a string of its answers' procedures: an edge for each
    answer, between its unit and those with whom it was told by procedure, or the one node of those who wait; "-" names
    none and waits for ever, seen by the rule only while others of its unit wait."""
    waiting: dict[int, Counter[str]] = {}
    told: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for number, procedures in enumerate(units):
        if len(set(procedures)) == 1 and "-" not in procedures:
            told[number][f"all of {number}"] = len(procedures)
            continue
        waiting[number] = Counter(procedures.replace("-", ""))
        nameless = {unit: Counter({"": units[unit].count("-")}) for unit, counts in waiting.items() if counts}
        for procedure in rule({unit: waiting[unit] + nameless[unit] for unit in nameless}, batch):
            for unit, counts in waiting.items():
                told[unit][f"{procedure} at {number}"] = counts.pop(procedure, 0)
    edges: list[Edge] = [(unit, column) for unit, columns in told.items() for column in columns.elements()]
    edges += [(unit, "wait") for unit, counts in waiting.items() for _ in counts.elements()]
    return edges + [(unit, "wait") for unit, procedures in enumerate(units) for _ in range(procedures.count("-"))]


def whoever_is_enough(waiting: Mapping[Any, Mapping[str, int]], batch: int) -> list[str]:
    """As procedures were told before: each once enough wait."""
    totals = sum(map(Counter, waiting.values()), Counter[str]())
    return [procedure for procedure, number in totals.items() if number >= batch and procedure]


class TestProcedures:
    @given(
        st.integers(2, 4).flatmap(
            lambda batch: st.tuples(
                st.just(batch), st.lists(st.text("ABC-", min_size=batch, max_size=batch + 3), max_size=12)
            )
        )
    )
    @example((3, ["AAB", "AAB", "AAB", "ABC", "BBC", "CCA"]))
    def test_no_difference_of_figures_concerns_few(self, case: tuple[int, Units]) -> None:
        batch, units = case
        edges = edges_after(units, batch)
        assert len(edges) == sum(map(len, units))
        assert (smallest_cut(edges) or batch) >= batch

    def test_the_smallest_cut_is_that_of_all_cuts(self) -> None:
        units = ["AAB", "ABB", "CCCA", "BBC"]
        edges = edges_after(units, 2)
        nodes = sorted({node for edge in edges for node in edge}, key=str)
        cuts = {
            sum((one in side) != (other in side) for one, other in edges)
            for size in range(len(nodes))
            for side in map(set, combinations(nodes, size))
        }
        assert smallest_cut(edges) == min(cuts - {0})
        assert smallest_cut([]) is None

    def test_a_rule_that_only_counts_is_found(self) -> None:
        units = ["AAAAB", "AAAAB", "ABBBB"]
        assert smallest_cut(edges_after(units, BATCH, whoever_is_enough)) == 1
        assert (smallest_cut(edges_after(units, BATCH)) or 0) >= BATCH

    @pytest.mark.parametrize(
        ("waiting", "told"),
        [
            ([], []),
            (["AAAB", "AAAB"], []),
            # Five units in each of which somebody goes on waiting.
            (["AAAB"] * 5, ["A"]),
            (["AB"] * 4, []),
            (["AA", "AAA", "B"], []),
            (["ABC"] * 5, ["A", "B"]),
            (["AAB", "ABB", "ABB"], []),
        ],
    )
    def test_known_cases(self, waiting: Units, told: list[str]) -> None:
        assert told_procedures({number: Counter(unit) for number, unit in enumerate(waiting)}, BATCH) == told

    def test_common_and_rare_procedures_are_told_in_the_end(self) -> None:
        random = Random(3)
        units = ["".join(random.choices("ABCDE-", (9, 5, 3, 2, 1, 4), k=BATCH)) for _ in range(200)]
        edges = edges_after(units, BATCH)
        assert (smallest_cut(edges) or 0) >= BATCH
        nameless = "".join(units).count("-")
        assert sum(edge[1] == "wait" for edge in edges) - nameless < len(edges) // 20


def live(survey: Survey, channels: Sequence[str], **given: Any) -> list[Any]:
    return [make_response(survey, channel=channel, **given).id for channel in channels]


def about(survey: Survey, procedures: str, **given: Any) -> list[Any]:
    return [make_response(survey, procedure_code=procedure, **given).id for procedure in procedures]


def responses(survey: Survey, **asked: Any) -> int:
    return option_counts(agency_id=survey.agency_id, survey_id=survey.id, **asked).get(("", ""), 0)


def by(survey: Survey, mark: str) -> dict[Any, int]:
    found = grouped_counts(Slice(survey.id, (survey.agency_id,)), (mark,))
    return {key: counts["", ""] for (key,), counts in found.items()}


def days_told(survey: Survey, **asked: Any) -> dict[date, int]:
    found = grouped_counts(Slice(survey.id, (survey.agency_id,), **asked), ("day",))
    return {key: counts["", ""] for (key,), counts in found.items()}


@pytest.mark.usefixtures("session")
class TestRelease:
    def test_only_those_who_are_alike_are_told(self) -> None:
        survey = make_survey()
        live(survey, ["kiosk"] * 4 + ["web"])
        assert fold() == 0
        live(survey, ["kiosk"])
        assert fold() == 5
        assert (responses(survey), by(survey, "channel")) == (5, {"kiosk": 5})
        live(survey, ["web"] * 4 + ["kiosk"])
        assert fold() == 5
        assert (responses(survey), by(survey, "channel")) == (10, {"kiosk": 5, "web": 5})
        assert verify() == []
        assert [item.counted for item in db.session.scalars(select(TallyQueueItem))] == [{}]

    def test_marks_make_a_difference_too(self) -> None:
        survey = make_survey()
        ids = live(survey, ["web"] * 9)
        with transaction():
            db.session.execute(update(Response).where(Response.id.in_(ids[:4])).values(flagged=True))
        fold()
        assert by(survey, "flagged") == {False: 5}

    def test_a_unit_is_counted_on_one_day(self) -> None:
        survey = make_survey()
        days = [FIRST - ONE_DAY, *[FIRST] * 3, FIRST + ONE_DAY]
        for each in days:
            make_response(survey, answered_on=each, comment="x")
        fold()
        assert days_told(survey) == {FIRST: 5}
        # By id alone those of one millisecond come in any order.
        stored = db.session.scalars(select(Response).order_by(Response.answered_on, Response.id)).all()
        assert [(row.answered_on, row.counted_on) for row in stored] == [(each, FIRST) for each in days]
        assert db.session.scalars(select(ResponseText.counted_on).distinct()).all() == [FIRST]
        assert verify() == []

    def test_many_that_wait_keep_their_days(self) -> None:
        survey = make_survey()
        for number in range(18):
            make_response(survey, answered_on=FIRST + number % 3 * ONE_DAY)
        fold()
        assert days_told(survey) == {FIRST + number * ONE_DAY: 6 for number in range(3)}

    def test_a_correction_keeps_the_day(self) -> None:
        survey = make_survey()
        for number in range(5):
            make_response(survey, id=an_id(number + 1), answered_on=FIRST + (number > 2) * ONE_DAY)
        fold()
        with transaction():
            exclude_response(survey, an_id(5), "thử", "x")
        assert verify() == []
        fold()
        assert days_told(survey) == {FIRST: 4}
        assert verify() == []

    def test_a_unit_that_is_alike_in_its_procedure_is_told_at_once(self) -> None:
        survey = make_survey()
        about(survey, "AAAAA")
        fold()
        assert by(survey, "procedure") == {"A": 5}
        assert db.session.scalars(select(TallyQueueItem)).all() == []

    def test_procedures_wait_until_no_difference_concerns_few(self) -> None:
        survey = make_survey()
        about(survey, "AAAAB")
        about(survey, "AAAAB")
        fold()
        # Five answers of A in a unit of its own would leave one of B alone.
        assert (responses(survey), by(survey, "procedure")) == (10, {})
        for _ in range(3):
            about(survey, "AAAAB")
            fold()
        assert by(survey, "procedure") == {"A": 20}
        assert verify() == []
        part_of_month = {"from_on": today() - ONE_DAY, "to_on": today()}
        assert responses(survey, procedure="A", **part_of_month) == 20

    def test_those_who_name_no_procedure_hide_those_who_do(self) -> None:
        survey = make_survey()
        for _ in range(2):
            live(survey, ["web"] * 3)
            about(survey, "AA")
            fold()
        assert (responses(survey), by(survey, "procedure")) == (10, {})
        live(survey, ["web"] * 4)
        about(survey, "A")
        fold()
        assert (responses(survey), by(survey, "procedure")) == (15, {"A": 5})
        assert db.session.scalars(select(TallyQueueItem)).all() == []
        assert verify() == []

    def test_procedures_of_several_months_are_told_in_one(self) -> None:
        survey = make_survey()
        for month in (5, 6, 7):
            for _ in range(2):
                about(survey, "AAAAB", answered_on=date(2021, month, 20))
                fold()
        assert by(survey, "month") == {date(2021, month, 1): 10 for month in (5, 6, 7)}
        found = grouped_counts(Slice(survey.id, (survey.agency_id,)), ("procedure", "month"))
        # Told with the fifth unit: twenty at a time.
        assert {key: counts["", ""] for key, counts in found.items()} == {
            ("A", date(2021, 6, 1)): 20,
        }
        part = {"from_on": day("2021-06-20"), "to_on": day("2021-06-21")}
        assert responses(survey, procedure="A", **part) == 20
        assert responses(survey, procedure="A", from_on=day("2021-05-19"), to_on=day("2021-05-21")) == 0
        assert verify() == []
        before = by(survey, "procedure")
        rebuild()
        assert by(survey, "procedure") == before

    def test_flags_are_counted_unit_by_unit_too(self) -> None:
        survey = make_survey()
        ids = [*about(survey, "AAAB"), *live(survey, ["web"])]
        with transaction():
            db.session.execute(update(Response).where(Response.id.in_(ids)).values(flagged=True, flags=["burst"]))
        fold()
        # Four of them go on waiting for their procedure.
        among = Among(survey.id, (survey.agency_id,), None, None, None, None)
        assert flags_grouped(among, ()) == {(): {"": 5, "burst": 5}}

    def test_who_is_flagged_while_waiting_for_the_procedure_goes_on_waiting(self) -> None:
        survey = make_survey()
        ids = about(survey, "AAAAB")
        fold()
        with transaction():
            response = db.session.scalars(select(Response).where(Response.id == ids[0])).one()
            actions._queue_correction(response, taken_out=False)
            response.flags, response.flagged = ["burst"], True
        assert verify() == []
        fold()
        assert (by(survey, "flagged"), by(survey, "procedure")) == ({False: 4, True: 1}, {})
        assert db.session.scalars(select(TallyQueueItem.held)).all() == [True] * 5
        assert verify() == []

    def test_a_closed_survey_keeps_nothing_back(self) -> None:
        survey = make_survey(closes_on=today())
        about(survey, "AAAAB")
        live(survey, ["kiosk"] * 4)
        fold()
        with transaction():
            survey.closes_on = today() - ONE_DAY
        fold()
        assert by(survey, "channel") == {"kiosk": 4, "web": 5}
        assert by(survey, "procedure") == {"A": 4, "B": 1}
        assert verify() == []
        assert db.session.scalars(select(TallyQueueItem)).all() == []

    def test_without_batches_nothing_is_kept_back(self, app: Flask) -> None:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], release_batch=1)
        survey = make_survey()
        for number, channel in enumerate(["kiosk", "web"]):
            make_response(survey, channel=channel, procedure_code="AB"[number], answered_on=FIRST + number * ONE_DAY)
        fold()
        assert (by(survey, "channel"), by(survey, "procedure")) == ({"kiosk": 1, "web": 1}, {"A": 1, "B": 1})
        assert days_told(survey) == {FIRST: 1, FIRST + ONE_DAY: 1}

    @pytest.mark.parametrize("verb", ["exclude", "erase"])
    def test_who_waits_for_the_procedure_is_taken_out_at_once(self, verb: str) -> None:
        survey = make_survey()
        first, *_ = about(survey, "AAAAB", answers={"access": "low"})
        fold()
        with transaction():
            exclude_response(survey, first, "thử", "x") if verb == "exclude" else erase_response(survey, first, "x")
        fold()
        assert option_counts(agency_id=survey.agency_id, survey_id=survey.id) == {("", ""): 4, ("access", "low"): 4}
        assert len(db.session.scalars(select(TallyQueueItem)).all()) == 4
        assert verify() == []

    def test_who_was_taken_out_fills_no_unit(self) -> None:
        survey = make_survey()
        first, *_ = live(survey, ["kiosk"] * 5)
        with transaction():
            exclude_response(survey, first, "thử", "x")
        fold()
        assert responses(survey) == 0
        live(survey, ["kiosk"])
        fold()
        assert responses(survey) == 5

    def test_imports_are_told_at_once(self) -> None:
        survey = make_survey()
        live(survey, ["paper", "web"], live=False)
        fold()
        assert Counter(by(survey, "channel")) == {"paper": 1, "web": 1}


@pytest.mark.usefixtures("session")
class TestLongWaits:
    def waiting(self, survey: Survey, days: int, channels: Sequence[str], **given: Any) -> list[Any]:
        ids = live(survey, channels, **given)
        with transaction():
            at = now() - timedelta(days=days)
            db.session.execute(update(Response).where(Response.id.in_(ids)).values(received_at=at))
        return ids

    def test_after_a_week_a_unit_is_mixed_and_told_in_the_whole_alone(self) -> None:
        survey = make_survey(closes_on=today())
        self.waiting(survey, 8, ["web", "web", "kiosk", "kiosk"], answered_on=FIRST)
        self.waiting(survey, 6, ["qr"])
        assert fold() == 0
        self.waiting(survey, 8, ["paper"], procedure_code="A", answered_on=FIRST + ONE_DAY)
        assert fold() == 5
        assert (responses(survey), by(survey, "channel"), by(survey, "verified")) == (5, {}, {})
        assert (by(survey, "procedure"), days_told(survey)) == ({}, {FIRST: 5})
        assert verify() == []
        # They fill nobody's unit later, and are told apart when the survey closes.
        live(survey, ["web"] * 5)
        fold()
        assert by(survey, "channel") == {"web": 5}
        rebuild()
        assert (responses(survey), by(survey, "channel")) == (10, {"web": 5})
        with transaction():
            survey.closes_on = today() - ONE_DAY
        fold()
        assert by(survey, "channel") == {"web": 7, "kiosk": 2, "paper": 1, "qr": 1}
        assert by(survey, "procedure") == {"A": 1}
        assert verify() == []

    def test_those_who_are_alike_are_told_by_what_they_share(self) -> None:
        survey = make_survey()
        self.waiting(survey, 8, ["web"] * 5 + ["kiosk"] * 4)
        fold()
        assert (responses(survey), by(survey, "channel")) == (5, {"web": 5})

    @pytest.mark.parametrize("verb", ["exclude", "erase"])
    def test_a_correction_tells_nothing_more(self, verb: str) -> None:
        survey = make_survey()
        first, *_ = self.waiting(survey, 8, ["web", "web", "kiosk", "kiosk", "paper"])
        fold()
        with transaction():
            exclude_response(survey, first, "thử", "x") if verb == "exclude" else erase_response(survey, first, "x")
        fold()
        assert (responses(survey), by(survey, "channel")) == (4, {})
        assert verify() == []


def test_a_week_is_a_week() -> None:
    assert timedelta(days=7) == WAITS_AT_MOST
