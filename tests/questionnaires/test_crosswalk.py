"""The crosswalk: which links are refused, and what an earlier question is called now."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy.orm import Session, scoped_session

from survey_app.db import transaction
from survey_app.errors import Invalid
from survey_app.questionnaires.actions import draft_version, publish_version, store_link
from survey_app.questionnaires.crosswalk import Link, continued, link_problems
from survey_app.questionnaires.queries import continued_questions, links_of, require_version
from survey_app.questionnaires.rules import content_of
from tests.factories import make_user, sign_in

HERE = Path(__file__).parent
DatabaseSession = scoped_session[Session]


def renamed(name: str, codes: dict[str, str] | None = None) -> dict[str, Any]:
    """An example in which questions have other codes."""
    document: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    for question in document["questions"]:
        question["code"] = (codes or {}).get(question["code"], question["code"])
    return document


CONTENTS = {
    1: content_of(renamed("short-1")),
    2: content_of(renamed("short-2-comparable", {"overall": "satisfaction"})),
    3: content_of(renamed("short-2-incomparable", {"overall": "rating", "wish": "hope"})),
}
COMPARABLE = Link(2, "satisfaction", 1, "overall", True)


def codes(link: Link, *others: Link) -> list[str]:
    return [problem.code for problem in link_problems(link, CONTENTS, others)]


def test_the_same_scale_under_another_code_is_comparable() -> None:
    assert codes(COMPARABLE) == []
    assert codes(COMPARABLE, COMPARABLE) == []


def test_another_scale_may_follow_but_not_be_counted_together() -> None:
    assert codes(Link(3, "rating", 1, "overall", True)) == [
        *("option_removed", "option_added", "score_changed", "positive_changed"),
    ]
    assert codes(Link(3, "rating", 1, "overall", False)) == []


@pytest.mark.parametrize(
    ("link", "found"),
    [
        (Link(1, "overall", 2, "satisfaction", True), ["order"]),
        (Link(4, "satisfaction", 1, "overall", True), ["order"]),
        (Link(2, "satisfaction", 1, "wish", True), ["unknown"]),
        (Link(2, "nobody", 1, "overall", True), ["unknown"]),
    ],
)
def test_links_that_make_no_sense_are_refused(link: Link, found: list[str]) -> None:
    assert codes(link) == found


def test_what_both_ask_continues_itself() -> None:
    contents = {1: CONTENTS[1], 2: content_of(renamed("short-2-comparable"))}
    link = Link(2, "visits", 1, "overall", False)
    assert [problem.code for problem in link_problems(link, contents, ())] == ["same_code"]


def test_no_response_may_be_counted_twice() -> None:
    """Version 1 asks two questions of one scale: only one of them can go on as one."""
    first = renamed("short-2-incomparable", {"overall": "other", "wish": "overall"})
    contents = {1: content_of(first), 2: content_of(renamed("short-1", {"overall": "now"})),
                3: content_of(renamed("short-1", {"overall": "later"}))}  # fmt: skip
    contents[1] = content_of({**first, "questions": [first["questions"][1], {**first["questions"][1], "code": "twin"}]})
    links = [Link(2, "now", 1, "overall", True), Link(3, "later", 2, "now", True)]
    assert [problem.code for problem in link_problems(Link(3, "later", 1, "twin", True), contents, links)] == ["twice"]


def test_a_question_is_followed_over_versions_as_far_as_it_is_comparable() -> None:
    links = [Link(3, "c", 2, "b", True), Link(2, "b", 1, "a", True), Link(2, "x", 1, "y", False)]
    assert continued({"c", "x"}, 3, links) == {"b": "c", "a": "c"}
    assert continued({"b"}, 2, links) == {"a": "b"}
    assert continued({"a"}, 1, links) == {}


def publish(document: dict[str, Any]) -> None:
    with transaction():
        publish_version(draft_version("short", document))


def test_links_are_stored_replaced_and_refused(session: DatabaseSession) -> None:
    publish(renamed("short-1"))
    publish(renamed("short-2-comparable", {"overall": "satisfaction"}))
    version = require_version("short", 2)
    with transaction():
        store_link(version.questionnaire, COMPARABLE, actor="test")
    assert continued_questions(version) == {"overall": "satisfaction"}
    with transaction():
        store_link(version.questionnaire, COMPARABLE._replace(comparable=False), actor="test")
    assert links_of(version.questionnaire_id) == [COMPARABLE._replace(comparable=False)]
    assert continued_questions(version) == {}
    with pytest.raises(Invalid), transaction():
        store_link(version.questionnaire, COMPARABLE._replace(question="visits"), actor="test")
    assert len(links_of(version.questionnaire_id)) == 1


def test_the_page_of_a_version_shows_what_it_continues(client: FlaskClient, session: DatabaseSession) -> None:
    publish(renamed("short-1"))
    publish(renamed("short-2-comparable", {"overall": "satisfaction"}))
    with transaction():
        store_link(require_version("short", 2).questionnaire, COMPARABLE, actor="test")
    sign_in(client, make_user("administrator"))
    assert 'id="crosswalk"' in client.get("/manage/questionnaires/short/2").text
    assert 'id="crosswalk"' not in client.get("/manage/questionnaires/short/1").text


def test_commands(cli: FlaskCliRunner, session: DatabaseSession) -> None:
    publish(renamed("short-1"))
    publish(renamed("short-2-comparable", {"overall": "satisfaction"}))
    asked = ["questionnaires", "join", "short", "2", "satisfaction", "1", "overall"]
    assert cli.invoke(args=asked).exit_code == 0
    told = cli.invoke(args=["questionnaires", "crosswalk", "short"]).output
    assert told == "version 2 satisfaction continues version 1 overall: comparable\n"
    refused = cli.invoke(args=[*asked[:3], "2", "visits", "1", "overall"])
    assert refused.exit_code == 1
    assert "option_" not in refused.output
    assert "visits" in refused.output or "overall" in refused.output
