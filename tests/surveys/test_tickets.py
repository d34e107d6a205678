"""Tickets: one counts once, whoever tries; of a used one nothing is left that leads to an answer."""

import csv
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, scoped_session

from survey_app.clock import today, uuid7
from survey_app.db import db, transaction
from survey_app.errors import IdConflict, Invalid
from survey_app.responses.actions import record_response
from survey_app.responses.models import Response
from survey_app.surveys import tickets
from survey_app.surveys.models import Survey, Ticket, TicketBatch
from survey_app.surveys.rules import LARGEST_ID, PAIRING_SIGNS, ticket_agency, ticket_text
from tests.factories import make_agency, make_submission, make_survey

Db = scoped_session[Session]
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
SECRET = "7K3MQ9XA2BC0D1EF2G3H"


def issue(survey: Survey, count: int = 1, **fields: Any) -> list[str]:
    with transaction():
        issued = tickets.issue_tickets(
            survey=survey, **{"agency": survey.agency, "actor": "x", "count": count, **fields}
        )
    return list(issued.tickets)


def answer(survey: Survey, ticket: str | None, **fields: Any) -> bool:
    """Whether an answer with this ticket is verified."""
    submission = make_submission(survey, ticket=ticket, **fields)
    with transaction():
        record_response(submission)
    stored = db.session.get(Response, (submission.agency_id, submission.id))
    assert stored is not None
    return stored.verified


@pytest.mark.parametrize("agency_id", [1, 31, 32, 1000, LARGEST_ID])
def test_a_ticket_names_its_agency_however_it_is_typed(agency_id: int) -> None:
    ticket = ticket_text(agency_id, SECRET)
    typed = ticket.lower().replace("0", "o").replace("1", "l").replace("-", " ")
    for spelling in (ticket, typed, ticket.replace("-", ""), f" {ticket} "):
        assert ticket_agency(spelling) == (agency_id, ticket)


@pytest.mark.parametrize(
    "text",
    ["", "x", SECRET, f"0{SECRET}", f"ZZZZZZZ{SECRET}", f"1{SECRET}1"[:20], f"1-{SECRET[:-1]}*", "1" * 28, "é" * 21],
)
def test_what_can_be_no_ticket(text: str) -> None:
    assert ticket_agency(text) is None


def test_a_ticket_verifies_one_answer(session: Db) -> None:
    survey = make_survey()
    [ticket] = issue(survey)
    assert answer(survey, None) is False
    assert answer(survey, ticket.lower()) is True
    assert answer(survey, ticket) is False
    assert session.scalars(select(Ticket)).all() == []


def test_what_counts_nowhere_else_loses_no_answer(session: Db) -> None:
    survey = make_survey()
    below = make_agency(parent=survey.agency)
    other = make_survey(survey.agency)
    [ticket] = issue(survey)
    assert answer(other, ticket) is False
    assert answer(survey, ticket, agency_id=below.id) is False
    [elsewhere] = issue(survey, agency=below)
    for wrong in (elsewhere, "x", "", "\x00", ticket[:-1], ticket + "0", "Z" * 10_000):
        assert answer(survey, wrong) is False
    assert answer(survey, elsewhere, agency_id=below.id) is True
    assert answer(survey, ticket) is True


def test_a_ticket_is_good_for_thirty_days_from_when_the_case_is_closed(session: Db) -> None:
    survey = make_survey()
    for closing_on in (None, today() + timedelta(days=10), today() - timedelta(days=10)):
        first, second = issue(survey, 2, closing_on=closing_on)
        last = max(today(), closing_on or today()) + timedelta(days=30)
        assert answer(survey, first, answered_on=last + timedelta(days=1)) is False
        assert answer(survey, second, answered_on=last) is True
        assert answer(survey, first, answered_on=last) is True


def test_the_same_answer_again_uses_up_no_other_ticket(session: Db) -> None:
    survey = make_survey()
    first, second = issue(survey, 2)
    submission = make_submission(survey, ticket=first)
    with transaction():
        created = record_response(submission)
    for again in (first, second, None):
        with transaction():
            recorded = record_response(make_submission(survey, id=submission.id, ticket=again))
        assert (recorded.sha256, recorded.receipt, recorded.created) == (created.sha256, created.receipt, False)
    with transaction(), pytest.raises(IdConflict):
        record_response(make_submission(survey, id=submission.id, ticket=second, answers={"access": "low"}))
    assert answer(survey, second) is True


def test_an_answer_that_is_not_stored_uses_up_nothing(session: Db) -> None:
    survey = make_survey()
    [ticket] = issue(survey)
    with pytest.raises(Invalid):
        answer(survey, ticket, answers={})
    assert answer(survey, ticket) is True


def test_a_procedure_that_few_tickets_share_is_not_handed_on(session: Db) -> None:
    survey = make_survey()
    handed_on = []
    for count in (4, 5):
        ticket = issue(survey, count, procedure_code="1.001")[0]
        submission = make_submission(survey, ticket=ticket)
        with transaction():
            record_response(submission)
        stored = db.session.get(Response, (submission.agency_id, submission.id))
        handed_on.append(stored.procedure_code)  # type: ignore[union-attr]
    assert handed_on == [None, "1.001"]
    assert session.scalars(select(TicketBatch.procedure_code)).all() == ["1.001", "1.001"]


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"count": 0}, "count"),
        ({"count": 100_001}, "count"),
        ({"procedure_code": "a" * 41}, "procedure"),
        ({"closing_on": date(9000, 1, 1)}, "closing_date"),
    ],
)
@SQLITE
def test_what_cannot_be_issued(session: Db, fields: dict[str, Any], where: str) -> None:
    with pytest.raises(Invalid) as refused:
        issue(make_survey(), **fields)
    assert [problem.where for problem in refused.value.errors] == [where]
    with pytest.raises(Invalid):
        issue(make_survey(), agency=make_agency())
    assert session.scalars(select(TicketBatch)).all() == []


def race(app: Flask, times: int, run: Callable[[], bool]) -> list[bool]:
    """The same thing so many times at once, each in a thread and a session of its own."""
    results: list[bool] = []
    start = threading.Barrier(times)

    def once() -> None:
        with app.app_context():
            start.wait()
            results.append(run())

    threads = [threading.Thread(target=once) for _each in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def ids_of(survey: Survey) -> tuple[int, int]:
    return survey.id, survey.agency_id


def test_of_many_at_once_one_is_verified(app: Flask, session: Db) -> None:
    survey = make_survey()
    [ticket] = issue(survey)
    session.remove()
    verified = race(app, 16, lambda: answer(db.session.merge(survey, load=False), ticket))
    assert sorted(verified) == [False] * 15 + [True]


def test_a_check_before_the_use_would_be_caught(
    app: Flask, session: Db, monkeypatch: pytest.MonkeyPatch, database_kind: str
) -> None:
    """The planted fault: look whether the ticket is there, then delete it, and go by what was seen."""
    meet = threading.Barrier(4, timeout=2)

    def look_then_delete(text: str, *, survey_id: int, agency_id: int, day: date) -> dict[str, Any] | None:
        there = db.session.scalars(select(Ticket.digest)).all()
        # On SQLite writers stand in line: none meets another here.
        with suppress(threading.BrokenBarrierError):
            meet.wait(0.2 if database_kind == "sqlite" else 2)
        real(text, survey_id=survey_id, agency_id=agency_id, day=day)
        return {"procedure_code": None} if there else None

    real = tickets.redeem_ticket
    survey = make_survey()
    [ticket] = issue(survey)
    session.remove()
    monkeypatch.setattr("survey_app.responses.actions.redeem_ticket", look_then_delete)
    verified = race(app, 4, lambda: answer(db.session.merge(survey, load=False), ticket))
    assert sum(verified) == (1 if database_kind == "sqlite" else 4)


def test_guesses_hit_nothing(session: Db) -> None:
    survey = make_survey()
    issue(survey, 1000)
    signs = "".join(secrets.choice(PAIRING_SIGNS) for _each in range(20 * 500))
    with transaction():
        hits = [
            tickets.redeem_ticket(
                ticket_text(survey.agency_id, signs[start : start + 20]),
                survey_id=survey.id,
                agency_id=survey.agency_id,
                day=today(),
            )
            for start in range(0, len(signs), 20)
        ]
    assert hits == [None] * 500
    assert len(session.scalars(select(Ticket.digest)).all()) == 1000


def everything() -> str:
    """All rows of all tables as the database gives them, hidden columns too."""
    # Not xmax of rows that live: any answer marks the survey and agency it points at.
    hidden = "xmin, ctid, *" if db.engine.dialect.name == "postgresql" else "*"
    rows = []
    for table in sorted(inspect(db.engine).get_table_names()):
        for row in db.session.connection().exec_driver_sql(f"SELECT {hidden} FROM {table}"):
            rows.append(f"{table}: {tuple(row)}")
    return "\n".join(rows)


def test_nothing_leads_from_a_used_ticket_to_an_answer(app: Flask, session: Db, database_url: str) -> None:
    survey = make_survey()
    issued = issue(survey, 20)
    session.remove()
    before = everything()
    used = issued[3]
    digest = tickets.ticket_digest(used)
    assert digest in before
    assert answer(db.session.merge(survey, load=False), used) is True
    after = everything()
    for trace in (digest, used, used.replace("-", "")):
        assert trace not in after
    # Beside the answer and its place in the queue, nothing came and nothing changed; one row of tickets went.
    came = {line for line in after.splitlines() if line not in before.splitlines()}
    went = {line for line in before.splitlines() if line not in after.splitlines()}
    assert {line.split(":")[0] for line in came} == {"response", "tally_queue"}
    assert [digest in line for line in went] == [True]
    session.remove()
    tickets.forget_used_tickets()
    if database_url.startswith("sqlite"):
        path = Path(database_url.removeprefix("sqlite:///"))
        for file in (path, path.with_name(f"{path.name}-wal")):
            assert digest.encode() not in file.read_bytes()


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_rewritten_table_holds_no_used_ticket(app: Flask, session: Db, database_url: str) -> None:
    """A deleted row keeps the number of the transaction that deleted it, which is the answer's: look into the file."""
    survey = make_survey()
    used, left = issue(survey, 2)
    answer(survey, used)

    def file_holds(ticket: str) -> bool:
        connection = db.session.connection()
        connection.exec_driver_sql("CHECKPOINT")
        path = connection.exec_driver_sql("SELECT pg_relation_filepath('ticket')").scalar_one()
        session.remove()
        held = (Path(database_url.partition("host=")[2]) / "cluster" / path).read_bytes()
        return tickets.ticket_digest(ticket).encode() in held

    assert file_holds(used)
    tickets.forget_used_tickets(rewrite=True)
    assert not file_holds(used)
    assert file_holds(left)


def test_old_tickets_are_deleted_when_no_queue_can_bring_them(session: Db) -> None:
    survey = make_survey()
    issue(survey, 2)
    for days, left in ((59, 2), (61, 0)):
        with transaction():
            for ticket in session.scalars(select(Ticket)):
                ticket.expires_on = today() - timedelta(days=days)
        with transaction():
            tickets.delete_old_tickets()
        assert len(session.scalars(select(Ticket)).all()) == left


def test_the_command_writes_what_the_one_stop_system_prints(session: Db, cli: Any, tmp_path: Path) -> None:
    survey = make_survey(make_agency("so-mot"), "thu")
    out = tmp_path / "tickets.csv"
    args = ["surveys", "tickets", "thu", "--agency", "so-mot", "--count", "3", "--out", str(out)]
    done = cli.invoke(args=[*args, "--procedure", "=1+1", "--closing-date", "2026-01-05"])
    assert done.exit_code == 0, done.output
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len({row["ticket"] for row in rows}) == 3
    first = rows[0]
    assert first["address"] == f"http://127.0.0.1:8000/s/thu?qr=so-mot&t={first['ticket']}"
    assert (first["survey"], first["agency"], first["closing_date"]) == ("thu", "so-mot", "2026-01-05")
    assert first["procedure"] == "'=1+1"
    assert first["expires_on"] == (today() + timedelta(days=30)).isoformat()
    session.remove()
    assert answer(db.session.merge(survey, load=False), first["ticket"]) is True
    assert cli.invoke(args=[*args, "--message"]).exit_code == 0
    assert "c=sms&t=" in out.read_text()
    for wrong in (["--agency", "nowhere"], ["--count", "0"], ["--out", str(tmp_path / "none" / "x.csv")]):
        refused = cli.invoke(args=[*args, *wrong])
        assert refused.exit_code == 1
        assert refused.output.startswith("Error: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tickets.csv"]


def test_a_new_id_is_a_new_answer(session: Db) -> None:
    survey = make_survey()
    [ticket] = issue(survey)
    assert [answer(survey, ticket, id=uuid7()) for _each in range(5)] == [True] + [False] * 4
