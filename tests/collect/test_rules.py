import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from config import ROOT
from survey_app.clock import uuid7_of
from survey_app.collect.rules import FilledForm, filled_form, opened_at, option_icon, stored_text
from survey_app.questionnaires.content import Content
from survey_app.questionnaires.rules import content_of

NOW = datetime(2026, 11, 22, 8, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def content() -> Content:
    path = ROOT / "migrations" / "seed" / "five-criteria-1.json"
    return content_of(json.loads(path.read_text(encoding="utf-8")))


def test_fields_become_answers_reasons_and_a_comment(content: Content) -> None:
    fields = [
        ("csrf_token", "x"),
        ("response_id", "y"),
        ("access", "low"),
        ("staff", "high"),
        ("reasons-access", "no_guide"),
        ("reasons-access", "hard_to_find"),
        ("comment", " Tốt "),
    ]
    answers = {"access": "low", "staff": "high"}
    assert filled_form(content, fields) == FilledForm(answers, {"access": ["no_guide", "hard_to_find"]}, {}, "Tốt")


def test_an_empty_choice_is_no_answer(content: Content) -> None:
    assert filled_form(content, [("access", "")]).answers == {}


def test_the_same_answer_twice_is_one_and_two_are_none_that_exists(content: Content) -> None:
    assert filled_form(content, [("access", "low"), ("access", "low")]).answers == {"access": "low"}
    two = filled_form(content, [("access", "low"), ("access", "high")]).answers["access"]
    assert two not in content.by_code["access"].option_codes


@pytest.mark.parametrize("answer", ["high", "no_opinion", "splendid", ""])
def test_reasons_need_an_answer_that_is_not_positive(content: Content, answer: str) -> None:
    assert filled_form(content, [("reasons-access", "no_guide"), ("access", answer)]).reasons == {}


def test_what_is_not_asked_is_not_dropped_silently(content: Content) -> None:
    filled = filled_form(content, [("colour", ""), ("reasons-shape", "round")])
    assert (filled.answers, filled.reasons) == ({"colour": ""}, {"shape": ["round"]})


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("", ""),
        (" \r\n\t", ""),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x00b\x07", "ab"),
        ("\x00 a", "a"),
        ("x\ud800y", "xy"),
        ("ho\u0301a", "hóa"),
        ("một\thai", "một\thai"),
    ],
)
def test_texts_as_they_are_stored(text: str, stored: str) -> None:
    assert stored_text(text) == stored


@pytest.mark.parametrize(
    ("question", "option", "icon"),
    [
        ("access", "very_low", "face-1"),
        ("access", "very_high", "face-5"),
        ("results", "neutral", "face-3"),
        ("timeliness", "early", "clock-early"),
        ("timeliness", "on_time", "clock-on-time"),
        ("timeliness", "late", "clock-late"),
        ("timeliness", "not_received", "clock-none"),
        ("access", "no_opinion", None),
        ("timeliness", "no_opinion", None),
    ],
)
def test_pictures(content: Content, question: str, option: str, icon: str | None) -> None:
    assert option_icon(content.by_code[question], option) == icon


def at(instant: datetime) -> UUID:
    return uuid7_of(int(instant.timestamp() * 1000), bytes(10))


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(seconds=40), timedelta(days=7)])
def test_the_id_says_when_the_form_was_opened(ago: timedelta) -> None:
    assert opened_at(at(NOW - ago), NOW) == NOW - ago


@pytest.mark.parametrize("ago", [timedelta(days=8), timedelta(milliseconds=-1), timedelta(days=-9000)])
def test_a_time_that_cannot_be_is_not_believed(ago: timedelta) -> None:
    assert opened_at(at(NOW - ago), NOW) is None


def test_the_highest_time_and_other_versions_say_nothing() -> None:
    assert opened_at(uuid7_of(2**48 - 1, bytes(10)), NOW) is None
    assert opened_at(UUID("4f3c2f6e-8d1b-4c55-9c3a-0a1b2c3d4e5f"), NOW) is None
