"""A kiosk visit without scripts: screens, buttons, what is kept."""

from typing import Any

import pytest

from survey_app.collect.visits import Visit, after, begun, current, steps
from survey_app.questionnaires.content import Content, Option, Question, Reason

TEXT = {"vi": "?"}


def option(code: str, order: int, *, positive: bool = False, excluded: bool = False) -> Option:
    return Option(code, order, None, positive, excluded, TEXT)


ACCESS = Question(
    "access",
    "choice",
    TEXT,
    TEXT,
    "LEVEL",
    (option("low", 1), option("high", 2, positive=True), option("no_opinion", 3, excluded=True)),
    (Reason("far", TEXT), Reason("slow", TEXT)),
)
WISH = Question("wish", "text", TEXT, TEXT, max_length=5)
CONTENT = Content(TEXT, TEXT, (ACCESS, WISH))


def pressed(visit: Visit, **fields: Any) -> Visit | None:
    sent = {name: value if isinstance(value, list) else [value] for name, value in fields.items()}
    return after(CONTENT, visit, {"place": [str(visit["place"])], **sent})


def visit(**fields: Any) -> Visit:
    return begun("an-id", "2026-11-26T08:00:00+00:00") | fields


@pytest.mark.parametrize(
    ("answer", "kinds"),
    [("low", ["choice", "reasons", "text", "comment"]), ("high", ["choice", "text", "comment"])],
)
def test_reasons_are_asked_after_an_answer_that_is_not_positive(answer: str, kinds: list[str]) -> None:
    assert [step.kind for step in steps(CONTENT, {"access": answer})] == kinds


@pytest.mark.parametrize("code", ["low", "high", "no_opinion"])
def test_one_press_answers_and_goes_on(code: str) -> None:
    assert pressed(visit(), answer=code) == visit(answers={"access": code}, place=1)


def test_an_answer_that_is_none_changes_nothing() -> None:
    assert pressed(visit(), answer="excellent") == visit()


def test_a_question_is_skipped_and_an_earlier_answer_taken_back() -> None:
    answered = visit(answers={"access": "low"}, reasons={"access": ["far"]})
    assert pressed(answered, do="skip") == visit(place=1)


def test_another_answer_drops_the_reasons_of_the_first_and_the_same_one_keeps_them() -> None:
    answered = visit(answers={"access": "low"}, reasons={"access": ["far"]})
    assert pressed(answered, answer="high")["reasons"] == {}  # type: ignore[index]
    assert pressed(answered, answer="low")["reasons"] == {"access": ["far"]}  # type: ignore[index]


def test_known_reasons_are_kept_once() -> None:
    asked = visit(answers={"access": "low"}, place=1)
    assert pressed(asked, do="next", reason=["far", "far", "moon"])["reasons"] == {"access": ["far"]}  # type: ignore[index]


def test_what_is_written_is_cut_where_it_may_not_be_longer() -> None:
    asked = visit(answers={"access": "high"}, place=1)
    assert current(CONTENT, asked).kind == "text"
    assert pressed(asked, text="  một hai ba ")["answers"]["wish"] == "một h"  # type: ignore[index]
    assert "wish" not in pressed(asked, text="  ")["answers"]  # type: ignore[index]
    assert pressed(visit(place=2), text="Tốt\x00")["comment"] == "Tốt"  # type: ignore[index]


def test_back_leads_to_the_screen_before_and_out_of_the_first() -> None:
    assert pressed(visit(place=1), do="back") == visit(place=0)
    assert pressed(visit(), do="back") is None


def test_a_button_of_another_screen_changes_nothing() -> None:
    assert after(CONTENT, visit(place=1), {"place": ["0"], "answer": ["low"]}) == visit(place=1)
    assert after(CONTENT, visit(place=1), {}) == visit(place=1)
