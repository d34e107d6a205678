import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session, scoped_session

from survey_app.clock import now, today, uuid7
from survey_app.db import db, transaction
from survey_app.questionnaires.actions import draft_version, publish_version, store_translation
from survey_app.responses.actions import erase_response
from survey_app.responses.models import Response, ResponseText, TallyQueueItem
from survey_app.surveys.models import Survey
from tests.factories import HAPPY, make_agency, make_response, make_survey

DatabaseSession = scoped_session[Session]
Fields = dict[str, Any]


@pytest.fixture
def survey(session: DatabaseSession) -> Survey:
    """Open, at a department with a counter."""
    department = make_agency("department", name="Sở Khoa học và Công nghệ")
    make_agency("counter", parent=department, name="Bộ phận Một cửa", tier="service_centre")
    return make_survey(department, "demo")


def hidden(page: str) -> Fields:
    """The hidden fields of a form."""
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)}


def opened(client: FlaskClient, address: str = "/s/demo") -> Fields:
    answer = client.get(address)
    assert answer.status_code == 200
    return hidden(answer.text)


def checked(page: str) -> set[tuple[str, str]]:
    return set(re.findall(r'name="([\w-]+)" value="(\w+)"[^>]* checked', page))


def stored(session: DatabaseSession) -> list[Response]:
    # Ends the read before: SQLite shows a transaction what was there at its beginning.
    session.rollback()
    return list(session.scalars(select(Response)))


def texts(session: DatabaseSession) -> dict[str, str]:
    return dict(session.execute(select(ResponseText.question, ResponseText.text)).all())


def refused(answer: Any, status: int = 422) -> str:
    """The page of a refused form, which says so in its title and in a summary."""
    assert answer.status_code == status
    assert re.search(r"<title>(Lỗi|Error): ", answer.text)
    assert 'id="error-summary"' in answer.text
    return str(answer.text)


def test_the_form_asks_every_question_best_answer_first(client: FlaskClient, survey: Survey) -> None:
    page = client.get("/s/demo").text
    for code in HAPPY:
        values = re.findall(rf'name="{code}" value="(\w+)"', page)
        assert values[-1] == "no_opinion"
    assert re.findall(r'name="timeliness" value="(\w+)"', page) == [
        "early",
        "on_time",
        "late",
        "not_received",
        "no_opinion",
    ]
    assert checked(page) == set()
    assert page.count("<h1") == 1
    assert '<span lang="vi">Sở Khoa học và Công nghệ</span>' in page


def test_an_answer_is_stored_once_with_its_queue_row(
    client: FlaskClient, session: DatabaseSession, survey: Survey
) -> None:
    before = now()
    fields = opened(client) | HAPPY | {"comment": "  Rất tốt\r\n"}
    answer = client.post("/s/demo", data=fields)
    assert (answer.status_code, answer.location) == (303, "/s/demo/thanks")
    (response,) = stored(session)
    assert (str(response.id), response.answers) == (fields["response_id"], HAPPY)
    assert (response.channel, response.language, response.agency_id) == ("web", "vi", survey.agency_id)
    assert response.answered_on == today()
    assert response.answered_at is not None
    assert response.started_at is not None
    # Ids hold whole milliseconds.
    assert before - timedelta(milliseconds=1) <= response.started_at <= response.answered_at <= now()
    assert texts(session) == {"comment": "Rất tốt"}
    (item,) = session.scalars(select(TallyQueueItem))
    assert (item.response_id, item.held) == (response.id, True)


def test_the_receipt_stays_when_the_page_is_loaded_again(client: FlaskClient, survey: Survey) -> None:
    client.post("/s/demo", data=opened(client) | HAPPY)
    receipts = {re.findall(r"<strong>(\w{4}-\w{4})</strong>", client.get("/s/demo/thanks").text)[0] for _ in range(2)}
    assert len(receipts) == 1


def test_without_an_answer_there_are_no_thanks(client: FlaskClient, survey: Survey) -> None:
    answer = client.get("/s/demo/thanks")
    assert (answer.status_code, answer.location) == (303, "/s/demo")
    assert client.get("/s/none/thanks").status_code == 404


def test_a_part_of_the_questions_is_enough(client: FlaskClient, session: DatabaseSession, survey: Survey) -> None:
    assert client.post("/s/demo", data=opened(client) | {"access": "no_opinion"}).status_code == 303
    (response,) = stored(session)
    assert response.answers == {"access": "no_opinion"}


def test_a_comment_alone_is_an_answer(client: FlaskClient, session: DatabaseSession, survey: Survey) -> None:
    assert client.post("/s/demo", data=opened(client) | {"comment": "Cảm ơn"}).status_code == 303
    assert texts(session) == {"comment": "Cảm ơn"}


@pytest.mark.parametrize("fields", [{}, {"comment": ""}, {"comment": " \t\r\n\u00a0"}, {"comment": "\x00\x07"}])
def test_a_wholly_empty_form_is_refused(
    client: FlaskClient, session: DatabaseSession, survey: Survey, fields: Fields
) -> None:
    page = refused(client.post("/s/demo", data=opened(client) | fields))
    assert 'href="#access-very_high"' in page
    assert stored(session) == []


def test_the_corrected_form_keeps_its_id(client: FlaskClient, session: DatabaseSession, survey: Survey) -> None:
    fields = opened(client)
    again = hidden(refused(client.post("/s/demo", data=fields)))
    assert again["response_id"] == fields["response_id"]
    assert client.post("/s/demo", data=again | HAPPY).status_code == 303
    assert [str(response.id) for response in stored(session)] == [fields["response_id"]]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"access": "splendid"}, "#access-very_high"),
        ({"access": "on_time"}, "#access-very_high"),
        ({"access": ["high", "low"]}, "#access-very_high"),
        ({"colour": "red"}, "#send"),
        ({"colour": ""}, "#send"),
        ({"reasons-access": "hard_to_find", "reasons-colour": "red"}, "#send"),
        ({"access": "low", "reasons-access": "weather"}, "#access-very_high"),
        ({"comment": "á" * 1001}, "#comment"),
    ],
)
def test_what_is_not_asked_is_refused_and_the_rest_is_kept(
    client: FlaskClient, session: DatabaseSession, survey: Survey, changes: Fields, where: str
) -> None:
    sent = opened(client) | {"staff": "low", "reasons-staff": ["impolite", "absent"], "comment": "<Giữ & lại>"}
    page = refused(client.post("/s/demo", data=sent | changes))
    assert f'href="{where}"' in page
    kept = {("staff", "low"), ("reasons-staff", "impolite"), ("reasons-staff", "absent")}
    assert kept <= checked(page)
    assert ("&lt;Giữ &amp; lại&gt;" in page) != ("comment" in changes)
    assert stored(session) == []


def test_a_comment_of_the_whole_length_is_taken(client: FlaskClient, session: DatabaseSession, survey: Survey) -> None:
    """Counted as a browser counts: a line end is one character, an accented letter too however it is typed."""
    comment = "a\u0301" * 499 + "\r\n" + "b" * 500
    assert client.post("/s/demo", data=opened(client) | {"comment": comment}).status_code == 303
    assert texts(session) == {"comment": "á" * 499 + "\n" + "b" * 500}


def test_characters_that_cannot_be_stored_are_taken_out(
    client: FlaskClient, session: DatabaseSession, survey: Survey
) -> None:
    body = "&".join(f"{name}={value}" for name, value in opened(client).items())
    answer = client.post(
        "/s/demo",
        data=f"{body}&comment=a%00b%1Bc%ED%A0%80d",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 303
    assert texts(session)["comment"].startswith("abc")
    assert texts(session)["comment"].endswith("d")


@pytest.mark.parametrize("response_id", [None, "", "1", "{}", "0" * 32, str(UUID(int=1)), "１" * 8, "a" * 5000])
def test_an_id_that_is_none_is_refused_and_the_answers_are_kept(
    client: FlaskClient, session: DatabaseSession, survey: Survey, response_id: str | None
) -> None:
    fields = opened(client) | HAPPY
    del fields["response_id"]
    page = refused(client.post("/s/demo", data=fields | ({} if response_id is None else {"response_id": response_id})))
    assert checked(page) == set(HAPPY.items())
    assert client.post("/s/demo", data=hidden(page) | HAPPY).status_code == 303
    assert len(stored(session)) == 1


@pytest.mark.parametrize("second", [HAPPY, {"access": "low"}, {}, {"access": "splendid"}, {"comment": "a" * 2000}])
def test_the_same_id_again_shows_the_same_receipt_and_stores_nothing(
    client: FlaskClient, session: DatabaseSession, survey: Survey, second: Fields
) -> None:
    fields = opened(client)
    client.post("/s/demo", data=fields | HAPPY)
    first = client.get("/s/demo/thanks").text
    answer = client.post("/s/demo", data=fields | second)
    assert (answer.status_code, answer.location) == (303, "/s/demo/thanks")
    assert client.get("/s/demo/thanks").text == first
    assert [response.answers for response in stored(session)] == [HAPPY]
    assert texts(session) == {}


def test_another_spelling_of_the_id_is_the_same_answer(
    client: FlaskClient, session: DatabaseSession, survey: Survey
) -> None:
    fields = opened(client) | HAPPY
    client.post("/s/demo", data=fields)
    spelt = {"response_id": "{" + fields["response_id"].upper() + "}"}
    assert client.post("/s/demo", data=fields | spelt).status_code == 303
    assert len(stored(session)) == 1


def test_an_erased_answer_cannot_be_sent_again(client: FlaskClient, session: DatabaseSession, survey: Survey) -> None:
    fields = opened(client)
    recorded = make_response(survey, id=UUID(fields["response_id"]))
    with transaction():
        erase_response(survey, recorded.id, "test")
    for answers in (HAPPY, {}):
        answer = client.post("/s/demo", data=fields | answers)
        assert answer.status_code == 410
        assert "<h1>" in answer.text
    assert [response.answers for response in stored(session)] == [{}]


def test_reasons_are_stored_after_an_answer_that_is_not_positive(
    client: FlaskClient, session: DatabaseSession, survey: Survey
) -> None:
    fields = opened(client) | {
        "access": "low",
        "reasons-access": ["hard_to_find", "no_guide", "no_guide"],
        "staff": "high",
        "reasons-staff": ["impolite"],
        "results": "no_opinion",
        "reasons-results": ["wrong"],
        "reasons-timeliness": ["no_notice"],
    }
    assert client.post("/s/demo", data=fields).status_code == 303
    (response,) = stored(session)
    assert response.reasons == {"access": ["hard_to_find", "no_guide"]}


def test_reasons_follow_the_options_that_are_not_positive(client: FlaskClient, survey: Survey) -> None:
    page = client.get("/s/demo").text
    low = set(re.findall(r'name="(\w+)" value="(\w+)"[^>]* class="low"', page))
    assert {value for name, value in low if name == "timeliness"} == {"late"}
    assert {value for name, value in low if name == "results"} == {"neutral", "dissatisfied", "very_dissatisfied"}


@pytest.mark.parametrize("token", [None, "", "stale"])
def test_a_form_without_a_valid_token_is_shown_again_with_the_answers(
    client: FlaskClient, session: DatabaseSession, survey: Survey, token: str | None
) -> None:
    fields = opened(client) | HAPPY | {"comment": "Giữ lại"}
    changed = {name: value for name, value in fields.items() if name != "csrf_token"}
    page = refused(client.post("/s/demo", data=changed | ({} if token is None else {"csrf_token": token})), 400)
    assert checked(page) == set(HAPPY.items())
    assert "Giữ lại" in page
    assert stored(session) == []
    again = hidden(page)
    assert again["response_id"] == fields["response_id"]
    assert client.post("/s/demo", data=fields | again).status_code == 303
    assert len(stored(session)) == 1


def test_a_token_of_another_session_is_refused(client: FlaskClient, session: DatabaseSession, survey: Survey) -> None:
    fields = opened(client) | HAPPY
    stranger = client.application.test_client()
    assert refused(stranger.post("/s/demo", data=fields), 400)
    assert stored(session) == []


def test_a_form_left_open_for_days_is_taken(client: FlaskClient, session: DatabaseSession, survey: Survey) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        fields = opened(client) | HAPPY
        clock.shift(timedelta(days=3))
        assert client.post("/s/demo", data=fields).status_code == 303
        clock.shift(timedelta(days=8))
        refused(client.post("/s/demo", data=fields | {"response_id": str(uuid7())}), 400)
    assert len(stored(session)) == 1


def test_the_session_is_renewed_once_a_day(client: FlaskClient, survey: Survey) -> None:
    with time_machine.travel(now().replace(hour=2), tick=False) as clock:
        assert client.get("/s/demo").headers.getlist("Set-Cookie")
        assert not client.get("/s/demo").headers.getlist("Set-Cookie")
        clock.shift(timedelta(days=6))
        fields = opened(client) | HAPPY
        clock.shift(timedelta(days=6))
        assert client.post("/s/demo", data=fields).status_code == 303


def test_the_session_outlives_the_browser(client: FlaskClient, survey: Survey) -> None:
    cookies = client.get("/s/demo").headers.getlist("Set-Cookie")
    assert [cookie for cookie in cookies if cookie.startswith("session=") and "Expires=" in cookie]


@pytest.mark.parametrize(("qr", "agency"), [("counter", "counter"), ("nobody", "department"), ("", "department")])
def test_a_qr_code_leads_to_its_agency(
    client: FlaskClient, session: DatabaseSession, survey: Survey, qr: str, agency: str
) -> None:
    page = client.get(f"/s/demo?qr={qr}").text
    action = unescape(re.findall(r'action="([^"]+)"', page)[0])
    assert action == f"/s/demo?qr={qr}&lang=vi"
    assert client.post(action, data=hidden(page) | HAPPY).status_code == 303
    (response,) = stored(session)
    assert response.channel == "qr"
    codes = dict(session.execute(db.text("SELECT id, code FROM agency")).all())
    assert codes[response.agency_id] == agency
    thanks = client.get("/s/demo/thanks").text
    assert f'href="/s/demo?qr={qr}&amp;lang=vi"' in thanks
    assert ("Bộ phận Một cửa" in thanks) is (agency == "counter")


def test_the_other_language_keeps_the_qr_code(client: FlaskClient, survey: Survey) -> None:
    page = client.get("/s/demo?qr=counter").text
    assert '<a href="/s/demo?qr=counter&amp;lang=en" hreflang="en" lang="en">English</a>' in page
    assert "Bộ phận Một cửa" in page


def test_the_language_of_the_form_is_recorded(client: FlaskClient, session: DatabaseSession, survey: Survey) -> None:
    page = client.get("/s/demo?lang=en").text
    assert '<html lang="en">' in page
    assert "When did you receive the result" in page
    client.get("/s/demo?lang=vi")
    client.post(unescape(re.findall(r'action="([^"]+)"', page)[0]), data=hidden(page) | HAPPY)
    assert [response.language for response in stored(session)] == ["en"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"closes_on": -1}, True),
        ({"opens_on": 1}, True),
        ({"channels": ["paper"]}, False),
    ],
)
def test_a_survey_that_takes_no_answers_says_so(
    client: FlaskClient, session: DatabaseSession, survey: Survey, changes: Fields, words: bool
) -> None:
    fields = opened(client) | HAPPY
    with transaction():
        for name, value in changes.items():
            setattr(survey, name, today() + timedelta(days=value) if isinstance(value, int) else value)
    for answer in (client.get("/s/demo"), client.post("/s/demo", data=fields)):
        assert answer.status_code == 403
        assert "<form" not in answer.text
        assert answer.text.count("<h1>") == 1
        assert bool(re.search(r"\d\d/\d\d/\d{4}", answer.text)) is words
    assert stored(session) == []


def test_a_resend_after_the_end_still_shows_the_receipt(
    client: FlaskClient, session: DatabaseSession, survey: Survey
) -> None:
    fields = opened(client) | HAPPY
    client.post("/s/demo", data=fields)
    with transaction():
        survey.closes_on = today() - timedelta(days=1)
    assert client.post("/s/demo", data=fields).status_code == 303
    assert client.get("/s/demo/thanks").status_code == 200


def test_an_unknown_survey_is_not_found(client: FlaskClient, survey: Survey) -> None:
    assert client.get("/s/none").status_code == 404
    assert client.post("/s/none", data=HAPPY).status_code == 404


def test_text_questions_have_a_box_of_their_own(client: FlaskClient, session: DatabaseSession, survey: Survey) -> None:
    with transaction():
        version = draft_version("short", SHORT)
        publish_version(version)
    make_survey(survey.agency, "short", version_id=version.id)
    fields = opened(client, "/s/short")
    page = refused(client.post("/s/short", data=fields | {"wish": "x" * 11, "overall": "bad"}))
    assert 'href="#wish"' in page
    assert "x" * 11 in page
    assert client.post("/s/short", data=fields | {"wish": " Ngắn gọn "}).status_code == 303
    assert texts(session) == {"wish": "Ngắn gọn"}


def test_too_many_forms_from_one_address_are_stopped(client: FlaskClient, survey: Survey) -> None:
    settings = client.application.config["SETTINGS"]
    assert settings.address_limit == 1200
    client.application.config["SETTINGS"] = replace(settings, address_limit=3)
    assert [client.post("/s/demo", data={}).status_code for _ in range(4)] == [400, 400, 400, 429]
    assert int(client.post("/s/demo", data={}).headers["Retry-After"]) <= 60
    assert client.get("/s/demo").status_code == 200


def test_a_flood_in_one_form_is_stopped(client: FlaskClient, session: DatabaseSession, survey: Survey) -> None:
    assert client.post("/s/demo", data=opened(client) | {"comment": "a" * 300_000}).status_code == 413
    assert stored(session) == []


def test_a_language_without_a_catalogue_is_shown_part_by_part(client: FlaskClient, survey: Survey) -> None:
    page = client.get("/s/demo?qr=counter&lang=km").text
    assert '<html lang="vi">' in page
    assert "តើលោកអ្នកបានទទួលលទ្ធផលនៅពេលណា" in page
    assert '<fieldset class="question" lang="km">' in page
    assert '<span class="step" lang="vi">Câu 1' in page
    assert '<span lang="km">ផ្ញើចម្លើយ</span>' in page
    assert 'action="/s/demo?qr=counter&amp;lang=km"' in page
    assert 'hreflang="vi"' in page
    assert 'hreflang="km"' not in page
    # Not even its name as text: it would fetch the whole font onto every page.
    vietnamese = client.get("/s/demo?lang=vi").text
    assert 'hreflang="km" lang="km"' in vietnamese
    assert not re.search(">[^<]*[\u1780-\u17ff]", vietnamese)


def test_the_language_of_the_answers_is_recorded_and_remembered(
    client: FlaskClient, session: DatabaseSession, survey: Survey
) -> None:
    fields = opened(client, "/s/demo?lang=km")
    answer = client.post("/s/demo?lang=km", data=fields | HAPPY)
    assert (answer.status_code, answer.location) == (303, "/s/demo/thanks")
    thanks = client.get("/s/demo/thanks")
    assert thanks.headers["Content-Language"] == "km"
    assert "សូមអរគុណ" in thanks.text
    assert [response.language for response in stored(session)] == ["km"]
    # Where there is no such catalogue, the other pages speak the default language.
    assert client.get("/privacy").headers["Content-Language"] == "vi"


def test_a_refused_form_stays_in_its_language(client: FlaskClient, survey: Survey) -> None:
    fields = opened(client, "/s/demo?lang=km")
    page = refused(client.post("/s/demo?lang=km", data=fields))
    assert '<fieldset class="question" lang="km">' in page


@pytest.mark.parametrize("tag", ["xx", "KM", "km-KH", "%00", "a" * 3000])
def test_an_unknown_language_is_vietnamese(client: FlaskClient, survey: Survey, tag: str) -> None:
    answer = client.get(f"/s/demo?lang={tag}")
    assert answer.status_code == 200
    assert answer.headers["Content-Language"] == "vi"


def test_a_corrected_translation_shows_at_once(client: FlaskClient, survey: Survey) -> None:
    before = client.get("/s/demo?lang=km").text
    with transaction():
        store_translation(survey.version, "km", {f"{code}.text": "សំណួរ" for code in HAPPY})
    after = client.get("/s/demo?lang=km").text
    assert before.count("សំណួរ<") < after.count("សំណួរ<")


def test_few_statements_are_sent(client: FlaskClient, session: DatabaseSession, survey: Survey) -> None:
    client.post("/s/demo", data=opened(client) | HAPPY)
    sent: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *arguments: sent.append(arguments[2].split()[0]))
    fields = opened(client)
    # The survey itself is read at most once a second.
    assert [word for word in sent if word != "BEGIN"] in ([], ["SELECT"])
    sent.clear()
    client.post("/s/demo", data=fields | HAPPY)
    assert [word for word in sent if word not in ("BEGIN", "SELECT")] == ["INSERT", "INSERT"]
    assert sent.count("SELECT") <= 1


def test_the_first_page_lists_what_is_open(client: FlaskClient, session: DatabaseSession, survey: Survey) -> None:
    make_survey(survey.agency, "past", closes_on=today() - timedelta(days=1))
    page = client.get("/")
    assert page.status_code == 200
    assert 'href="/s/demo"' in page.text
    assert "/s/past" not in page.text
    assert 'href="/sign-in' in page.text


def test_the_page_about_privacy(client: FlaskClient, survey: Survey) -> None:
    for language in ("vi", "en"):
        page = client.get(f"/privacy?lang={language}")
        assert page.status_code == 200
        assert page.text.count("<h1>") == 1
    assert 'href="/privacy"' in client.get("/s/demo").text


def text(words: str) -> dict[str, str]:
    return {"vi": words}


SHORT: Fields = {
    "format": 1,
    "titles": text("Phiếu ngắn"),
    "questions": [
        {
            "code": "overall",
            "kind": "choice",
            "label": text("Chung"),
            "text": text("Thế nào?"),
            "options": [
                {"code": "bad", "order": 1, "score": 1, "positive": False, "excluded": False, "text": text("Kém")},
                {"code": "good", "order": 2, "score": 2, "positive": True, "excluded": False, "text": text("Tốt")},
            ],
        },
        {"code": "wish", "kind": "text", "label": text("Ước"), "text": text("Ước gì?"), "max_length": 10},
    ],
}


def test_the_head_of_the_form_holds_the_short_name(session: DatabaseSession, client: FlaskClient) -> None:
    name = "Trung tâm Phục vụ hành chính công, kiểm soát thủ tục hành chính tỉnh Mẫu"
    make_survey(make_agency("ttpvhcc", name=name, short_name="trung tâm tỉnh Mẫu"), "demo")
    head = client.get("/s/demo").text.split("</header>")[0]
    assert "Trung tâm tỉnh Mẫu" in head
    assert name not in head
