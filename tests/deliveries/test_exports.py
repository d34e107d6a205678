"""Files that take a while: each for who asked, made once, gone after a day; failures are told."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from survey_app.access import EVERYWHERE
from survey_app.accounts.models import User
from survey_app.audit import AuditEvent
from survey_app.clock import now
from survey_app.db import db, transaction
from survey_app.deliveries.exports import make_due_exports
from survey_app.deliveries.models import Export
from survey_app.deliveries.rules import KEPT, MOST_MADE, MOST_UNFINISHED, PATIENCE, STALE
from survey_app.reports.actions import finalise, save_draft
from survey_app.reports.models import StoredReport
from survey_app.surveys.models import Survey
from tests.factories import make_agency, make_user, sign_in
from tests.figures.examples import add_answers, counted_survey

ASKED = {"name": "province", "survey": "whole", "format": "xlsx"}


@pytest.fixture
def survey(session: object) -> Survey:
    return counted_survey({"access": {"high": 30, "very_high": 10}}, make_agency("top", tier="province"), code="whole")


@pytest.fixture
def leader(client: FlaskClient, survey: Survey) -> FlaskClient:
    return sign_in(client, make_user("leader", survey.agency))


def post(client: FlaskClient, **changes: str) -> TestResponse:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get("/manage/reports").text)
    assert found is not None
    return client.post("/reports/exports", data=ASKED | changes | {"csrf_token": found[1]})


def ordered(client: FlaskClient, **changes: str) -> str:
    answer = post(client, **changes)
    assert answer.status_code == 303
    return answer.location


def exports() -> list[Export]:
    db.session.expire_all()
    return list(db.session.scalars(select(Export).order_by(Export.id)))


def test_a_file_is_waited_for_made_and_fetched(leader: FlaskClient) -> None:
    address = ordered(leader)
    waiting = leader.get(address).text
    assert 'http-equiv="refresh"' in waiting
    assert leader.get(f"{address}/file").status_code == 404
    assert make_due_exports() == 1
    (export,) = exports()
    assert (export.state, export.done, export.steps) == ("ready", 4, 4)
    ready = leader.get(address).text
    assert 'http-equiv="refresh"' not in ready
    assert f"{address}/file" in ready
    answer = leader.get(f"{address}/file")
    assert "filename=province-whole.xlsx" in answer.headers["Content-Disposition"]
    openpyxl.load_workbook(io.BytesIO(answer.data))
    assert make_due_exports() == 0


def test_progress_is_told_after_each_panel_while_the_file_is_made(leader: FlaskClient) -> None:
    address = ordered(leader)
    told = []

    def listen(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("UPDATE export SET done"):
            told.append(statement)

    event.listen(db.engine, "after_cursor_execute", listen)
    try:
        make_due_exports()
    finally:
        event.remove(db.engine, "after_cursor_execute", listen)
    assert len(told) == 1 + 3
    with transaction():
        export = exports()[0]
        export.state, export.done = "making", 2
    assert "đã xong 2 trong 4 bước" in leader.get(address).text


def test_only_its_owner_fetches_it_and_only_while_they_see_as_much(
    app: Flask, leader: FlaskClient, survey: Survey
) -> None:
    address = ordered(leader)
    make_due_exports()
    other = sign_in(app.test_client(), make_user("leader", survey.agency))
    assert [other.get(each).status_code for each in (address, f"{address}/file")] == [404, 404]
    below = make_agency("below", parent=survey.agency)
    (export,) = exports()
    with transaction():
        owner = db.session.scalars(select(User).where(User.email == export.created_by)).one()
        owner.agency_id = below.id
    assert leader.get(f"{address}/file").status_code == 404


def test_it_is_gone_after_a_day(leader: FlaskClient) -> None:
    address = ordered(leader)
    make_due_exports()
    make_due_exports(now() + KEPT - timedelta(minutes=1))
    assert leader.get(address).status_code == 200
    make_due_exports(now() + KEPT)
    assert exports() == []
    assert leader.get(address).status_code == 404


def test_a_failure_is_told_and_does_not_stop_the_others(leader: FlaskClient, survey: Survey) -> None:
    broken, sound = ordered(leader, name="overview"), ordered(leader)
    first, _second = exports()
    with transaction():
        first.asked = {**first.asked, "from": "2026-13-01"}
    assert make_due_exports() == 1
    assert [each.state for each in exports()] == ["failed", "ready"]
    assert "Không lập được tệp" in leader.get(broken).text
    assert leader.get(f"{sound}/file").status_code == 200


def test_an_export_whose_maker_died_is_made_anew_but_not_for_ever(leader: FlaskClient) -> None:
    ordered(leader)
    with transaction():
        export = exports()[0]
        export.state, export.try_at = "making", now() + STALE
    assert make_due_exports() == 0
    assert make_due_exports(now() + STALE * 2) == 1
    with transaction():
        export = exports()[0]
        export.state, export.attempts = "making", MOST_MADE
    assert make_due_exports(now() + STALE * 9) == 0
    assert exports()[0].state == "failed"


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"name": "nothing"}, 404), ({"format": "exe"}, 404), ({"survey": "other"}, 404), ({"from": "yesterday"}, 422)],
)
def test_what_cannot_be_made_is_refused(leader: FlaskClient, changes: dict[str, str], status: int) -> None:
    assert post(leader, **changes).status_code == status
    assert exports() == []


def test_nobody_fills_the_queue(leader: FlaskClient) -> None:
    ordered(leader)
    with transaction():
        first = exports()[0]
        same = {name: getattr(first, name) for name in ("survey_id", "asked", "file_format", "language", "created_by")}
        for _each in range(MOST_UNFINISHED - 1):
            db.session.add(Export(**same, created_at=now(), try_at=now(), steps=4))
    assert post(leader).status_code == 409


def test_twenty_at_once_each_get_their_own(app: Flask, session: object) -> None:
    top = make_agency("top", tier="province")
    survey = counted_survey({}, top, code="whole")
    users = []
    for number in range(20):
        agency = make_agency(f"a{number}", parent=top)
        add_answers(survey, {"access": {"high": 30 + number, "very_high": 10}}, agency=agency)
        users.append(make_user("leader", agency))

    def order(user: User) -> tuple[FlaskClient, str]:
        client = sign_in(app.test_client(), user)
        return client, ordered(client, name="overview")

    with ThreadPoolExecutor(20) as pool:
        asked = list(pool.map(order, users))
    with ThreadPoolExecutor(2) as workers:

        def work(_each: int) -> int:
            with app.app_context():
                return make_due_exports()

        assert sum(workers.map(work, range(2))) == 20
    for number, (client, address) in enumerate(asked):
        book = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}/file").data))
        line = next(list(line) for line in book.worksheets[1].values if line[0] == "Tiếp cận dịch vụ")
        assert line[1:7] == [40 + number, 0, 0, 0, 30 + number, 10]


def post_rows(client: FlaskClient, **changes: str) -> TestResponse:
    page = client.get("/reports/rows?lang=en")
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page.text)
    assert found is not None
    asked = {"survey": "whole", "agency": "", "file_format": "csv", "csrf_token": found[1]}
    return client.post("/reports/rows", data=asked | changes)


def test_an_analyst_has_a_file_of_rows_made_and_it_is_written_down(client: FlaskClient, survey: Survey) -> None:
    analyst = sign_in(client, make_user("analyst", survey.agency))
    address = post_rows(analyst).location
    assert make_due_exports() == 1
    (export,) = exports()
    assert (export.state, export.done, export.steps) == ("ready", 3, 3)
    answer = analyst.get(f"{address}/file")
    assert "filename=whole-top-rows.csv" in answer.headers["Content-Disposition"]
    assert answer.text.count("\n") == 41
    (event,) = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "responses.rows"))
    assert (event.actor, event.subject, event.details["agency"]) == (export.created_by, "whole", "top")
    assert "Answers row by row" in analyst.get(f"{address}?lang=en").text


def test_rows_are_for_those_who_hold_the_right_and_of_their_agencies(app: Flask, survey: Survey) -> None:
    leader = sign_in(app.test_client(), make_user("leader"))
    assert leader.get("/reports/rows").status_code == 403
    assert post(leader, name="rows", format="csv").status_code == 404
    below = make_agency("below", parent=survey.agency)
    narrow = sign_in(app.test_client(), make_user("analyst", below))
    assert post_rows(narrow, agency="top").status_code == 422
    narrow.get(post_rows(narrow, file_format="xlsx").location)
    make_due_exports()
    (export,) = exports()
    assert export.file_name == "whole-below-rows.xlsx"
    sheet = openpyxl.load_workbook(io.BytesIO(export.content or b"")).active
    assert sheet is not None
    assert sheet.max_row == 1


def test_who_lost_the_right_no_longer_gets_the_file(client: FlaskClient, survey: Survey) -> None:
    user = make_user("analyst", survey.agency)
    analyst = sign_in(client, user)
    address = post_rows(analyst).location
    make_due_exports()
    with transaction():
        db.session.get_one(User, user.id).role = "leader"
    assert analyst.get(f"{address}/file").status_code == 403


def page(client: FlaskClient, address: str) -> str:
    """What a browser gets that goes there."""
    return client.get(address, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}).text


def test_a_draft_and_an_edition_are_made_in_the_queue(leader: FlaskClient, survey: Survey) -> None:
    with transaction():
        stored = save_draft(survey, survey.agency, {"name": "province"}, title="Báo cáo tỉnh", by="a@example.vn")
    draft = ordered(leader, stored=str(stored.id), format="txt")
    assert "Báo cáo tỉnh (TXT)" in leader.get(draft).text
    assert exports()[0].steps == 4
    assert (make_due_exports(), exports()[0].error) == (1, "")
    assert "n = 40" in leader.get(f"{draft}/file").text
    with transaction():
        code = finalise(db.session.get_one(StoredReport, stored.id), EVERYWHERE, by="a@example.vn").sha256
    add_answers(survey, {"access": {"high": 10}})
    number = stored.id
    db.session.rollback()
    frozen = ordered(leader, stored=str(number), edition="1", format="txt")
    assert make_due_exports() == 1
    said = leader.get(f"{frozen}/file").text
    assert "n = 40" in said
    assert code in said


def signed(client: FlaskClient, number: int, change: str = "") -> TestResponse:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get("/manage/reports").text)
    assert found is not None
    return client.post(f"/reports/stored/{number}/edition", data={"change": change, "csrf_token": found[1]})


def editions(number: int) -> list[tuple[int, str, str]]:
    db.session.expire_all()
    stored = db.session.get_one(StoredReport, number)
    return [(each.number, each.finalised_by, each.change) for each in stored.editions]


@pytest.fixture
def long_report(survey: Survey) -> int:
    with transaction():
        return save_draft(survey, survey.agency, {"name": "province"}, title="Báo cáo tỉnh", by="a@example.vn").id


def test_a_long_report_is_finalised_in_the_queue_once(leader: FlaskClient, survey: Survey, long_report: int) -> None:
    assert f'action="/reports/stored/{long_report}/edition"' in page(leader, f"/reports/stored/{long_report}")
    address = signed(leader, long_report).location
    # A second press while it waits is no second edition.
    assert signed(leader, long_report).location.endswith(f"/reports/stored/{long_report}")
    assert editions(long_report) == []
    assert (make_due_exports(), exports()[0].error, exports()[0].steps) == (1, "", 5)
    who = exports()[0].created_by
    assert editions(long_report) == [(1, who, "")]
    said = page(leader, address)
    assert "/reports/stored/" in said
    assert leader.get(f"{address}/file").data.startswith(b"%PDF")
    # A maker that died after it was signed begins anew and signs nothing more.
    with transaction():
        export = exports()[0]
        export.state, export.content, export.try_at = "waiting", None, now()
    assert (make_due_exports(), editions(long_report)) == (1, [(1, who, "")])


def test_a_correction_says_what_it_changes_and_is_not_taken_for_another_one(
    leader: FlaskClient, long_report: int
) -> None:
    with transaction():
        finalise(db.session.get_one(StoredReport, long_report), EVERYWHERE, by="b@example.vn")
    assert signed(leader, long_report).location.endswith(f"/reports/stored/{long_report}")
    assert exports() == []
    address = signed(leader, long_report, change="bổ sung phiếu").location
    with transaction():
        stored = db.session.get_one(StoredReport, long_report)
        finalise(stored, EVERYWHERE, by="b@example.vn", change="việc khác")
    assert make_due_exports() == 0
    assert "người khác" in leader.get(address).text
    assert [change for _number, _by, change in editions(long_report)] == ["", "việc khác"]


def test_who_may_not_sign_has_nothing_finalised(app: Flask, leader: FlaskClient, long_report: int) -> None:
    analyst = sign_in(app.test_client(), make_user("analyst"))
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', analyst.get("/reports").text)
    assert found is not None
    answer = analyst.post(f"/reports/stored/{long_report}/edition", data={"csrf_token": found[1]})
    assert (answer.status_code, exports()) == (403, [])


@pytest.mark.parametrize("wrong", [{"stored": "9"}, {"stored": "x"}, {"edition": "2"}, {"format": "exe"}])
def test_a_report_that_is_not_there_is_not_made(leader: FlaskClient, survey: Survey, wrong: dict[str, str]) -> None:
    with transaction():
        stored = save_draft(survey, survey.agency, {"name": "overview"}, title="Báo cáo", by="a@example.vn")
    assert post(leader, **{"stored": str(stored.id), **wrong}).status_code == 404
    assert exports() == []


def test_nobody_exports_the_reports_of_others(app: Flask, leader: FlaskClient, survey: Survey) -> None:
    with transaction():
        stored = save_draft(survey, survey.agency, {"name": "overview"}, title="Báo cáo", by="a@example.vn")
    other = sign_in(app.test_client(), make_user("leader", make_agency("elsewhere")))
    assert post(other, stored=str(stored.id)).status_code == 404
    assert exports() == []


def test_a_person_who_asks_for_a_long_file_gets_the_page_that_has_it_made(leader: FlaskClient, survey: Survey) -> None:
    with transaction():
        stored = save_draft(survey, survey.agency, {"name": "province"}, title="Báo cáo tỉnh", by="a@example.vn")
    offered = page(leader, "/reports/province/whole.docx?from=2016-01-01&channel=kiosk")
    assert 'action="/reports/exports"' in offered
    assert 'name="from" value="2016-01-01"' in offered
    assert f'name="stored" value="{stored.id}"' in page(leader, f"/reports/stored/{stored.id}.docx")
    held = page(leader, f"/reports/stored/{stored.id}")
    assert f'name="stored" value="{stored.id}"' in held
    assert "report-page" not in held
    assert "report-page" in page(leader, f"/reports/stored/{stored.id}?preview=1")
    # So are those that read the case figures of every agency.
    assert 'name="name" value="quarter"' in page(leader, "/reports/quarter/whole.pptx?agency=top")
    assert 'name="agency" value="top"' in page(leader, "/reports/form-06a/whole.pptx?agency=top")
    # Short ones and programs are answered at once.
    assert "<html" not in page(leader, "/reports/overview/whole.txt")
    assert leader.get("/reports/province/whole.txt", headers={"Accept": "*/*"}).mimetype == "text/plain"


def test_its_page_belongs_to_reports(leader: FlaskClient) -> None:
    lit = re.findall(r'<a href="([^"]+)" aria-current="page">', leader.get(ordered(leader)).text)
    assert lit == ["/reports"]


def test_a_queue_that_nobody_works_on_says_so(leader: FlaskClient) -> None:
    address = ordered(leader)
    assert "flask jobs work" not in leader.get(address).text
    with transaction():
        exports()[0].try_at = now() - PATIENCE
    assert "flask jobs work" in leader.get(address).text
    ordered(leader)
    with transaction():
        export = exports()[1]
        export.state, export.try_at = "making", now() + STALE
    assert "flask jobs work" not in leader.get(address).text
