"""A kiosk visit without scripts: which screens there are, and what each button changes. Pure.

A visit is kept in the session of the device, as JSON: {"id", "started_at", "place", "answers", "reasons", "comment"}.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from survey_app.collect.rules import stored_text
from survey_app.questionnaires.content import Content, Question
from survey_app.responses.rules import COMMENT_LENGTH

Visit = dict[str, Any]


class Step(NamedTuple):
    """One screen; the comment's belongs to no question."""

    kind: Literal["choice", "text", "reasons", "comment"]
    question: Question | None = None


def begun(response_id: str, started_at: str) -> Visit:
    """A visit in which nothing was said yet."""
    return {"id": response_id, "started_at": started_at, "place": 0, "answers": {}, "reasons": {}, "comment": ""}


def steps(content: Content, answers: Mapping[str, str]) -> list[Step]:
    """Each question, its reasons after an answer that is not positive, then the comment."""
    found = []
    for question in content.questions:
        found.append(Step(question.kind, question))
        if question.reasons and answers.get(question.code) in question.unhappy_codes:
            found.append(Step("reasons", question))
    return [*found, Step("comment")]


def current(content: Content, visit: Visit) -> Step:
    """The screen on which a visit stands."""
    found = steps(content, visit["answers"])
    place: int = visit["place"]
    return found[min(place, len(found) - 1)]


def after(content: Content, visit: Visit, fields: Mapping[str, Sequence[str]]) -> Visit | None:
    """The visit after a button was pressed; None where the person went back behind the first question.

    `fields` are those of the screen's form: `place` (a button of another screen changes nothing), and `answer`,
    `reason`, `text` or `do` (back, skip, next).
    """
    pressed = {name: values[0] for name, values in fields.items() if values}
    if pressed.get("place") != str(visit["place"]):
        return visit
    if pressed.get("do") == "back":
        return {**visit, "place": visit["place"] - 1} if visit["place"] else None
    changed = _said(current(content, visit), visit, pressed, fields)
    return {**changed, "place": visit["place"] + 1} if changed is not None else visit


def _said(step: Step, visit: Visit, pressed: Mapping[str, str], fields: Mapping[str, Sequence[str]]) -> Visit | None:
    """What the visit says after this screen; None where the screen has no such button."""
    if step.question is None:
        return {**visit, "comment": stored_text(pressed.get("text", ""))[:COMMENT_LENGTH]}
    code = step.question.code
    if step.kind == "reasons":
        known = {reason.code for reason in step.question.reasons}
        chosen = [reason for reason in dict.fromkeys(fields.get("reason", ())) if reason in known]
        return {**visit, "reasons": {**visit["reasons"], code: chosen}}
    answer = stored_text(pressed.get("text", ""))[: step.question.max_length] if step.kind == "text" else None
    if answer is None and "answer" in pressed:
        answer = pressed["answer"]
        if answer not in step.question.option_codes:
            return None
    answers = {name: given for name, given in visit["answers"].items() if name != code}
    if answer:
        answers[code] = answer
    same = visit["answers"].get(code) == answer
    reasons = {name: given for name, given in visit["reasons"].items() if same or name != code}
    return {**visit, "answers": answers, "reasons": reasons}
