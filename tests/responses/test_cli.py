"""`flask responses import|exclude|erase`: what is counted, stored, refused and printed."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import event, select

from survey_app import clock
from survey_app.audit import AuditEvent
from survey_app.db import db, transaction
from survey_app.responses.actions import record_response
from survey_app.responses.models import Response, ResponseText, TallyQueueItem
from survey_app.surveys.models import Survey
from tests.factories import HAPPY, an_id, make_agency, make_response, make_submission, make_survey
from tests.responses.conftest import HEADER, LINE, Importing

PACKAGED = Path(__file__).parents[2] / "survey_app" / "demo" / "files" / "bentre-2016.csv"
ID = "0190a7e0-1111-7abc-8def-0123456789ab"
S = ("--survey", "s")


@pytest.fixture
def survey(app: Flask, session: object) -> Survey:
    """The survey "s" of 2016 at the agency "a"; the tallies take no part in these tests."""
    app.extensions["after_import"].clear()
    agency = make_agency("a")
    return make_survey(agency, "s", opens_on=date(2016, 1, 1), closes_on=date(2016, 12, 31))


def file(*lines: str, header: str = HEADER) -> str:
    return "\n".join((header, *lines)) + "\n"


def rows() -> list[Response]:
    return list(db.session.scalars(select(Response).order_by(Response.answered_on, Response.id)))


@pytest.mark.usefixtures("survey")
class TestCounts:
    def test_the_file_of_2016_once_and_again(self, importing: Importing) -> None:
        first = importing(PACKAGED, *S)
        assert (first.exit_code, first.counts, first.refusals) == (0, (66, 66, 0, 0), [])
        again = importing(PACKAGED, *S)
        assert (again.exit_code, again.counts, again.refusals) == (0, (66, 0, 66, 0), [])
        assert len(rows()) == 66
        assert {row.channel for row in rows()} == {"paper"}
        assert not any(row.flagged for row in rows())
        assert set(db.session.scalars(select(TallyQueueItem.held))) == {False}

    def test_lines_that_are_alike_are_different_citizens(self, importing: Importing) -> None:
        assert importing(file(LINE, LINE, LINE), *S).counts == (3, 3, 0, 0)
        assert importing(file(LINE, LINE, LINE), *S).counts == (3, 0, 3, 0)
        assert importing(file(LINE, LINE, LINE, LINE), *S).counts == (4, 1, 3, 0)

    def test_a_corrected_file_adds_only_what_is_new(self, importing: Importing) -> None:
        wrong = LINE.replace("early", "erly")
        first = importing(file(LINE, wrong, LINE), *S)
        assert (first.exit_code, first.counts) == (1, (3, 2, 0, 1))
        assert first.refusals[0].startswith("line 3: timeliness")
        assert "erly" in first.refusals[0]
        corrected = importing(file(LINE, LINE.replace("early", "late"), LINE), *S)
        assert (corrected.exit_code, corrected.counts) == (0, (3, 1, 2, 0))

    def test_the_same_content_written_otherwise_is_the_same(self, importing: Importing) -> None:
        importing(file(LINE), *S)
        otherwise = "\ufeffResults;comment;STAFF;answered_on;access;transparency;timeliness;agency\r\n"
        otherwise += "Hài lòng;;CAO;2016-01-07; cao ;Rất  cao;Earlier than the slip;a\r\n"
        assert importing(otherwise, *S).counts == (1, 0, 1, 0)

    def test_another_default_channel_does_not_store_again(self, importing: Importing) -> None:
        importing(file(LINE), *S)
        assert importing(file(LINE), *S, "--channel", "paper").counts == (1, 0, 1, 0)
        assert [row.channel for row in rows()] == ["import"]

    def test_another_survey_of_the_agency_is_another_response(self, importing: Importing, survey: Survey) -> None:
        make_survey(survey.agency, "other")
        importing(file(LINE), *S)
        assert importing(file(LINE), "--survey", "other").counts == (1, 1, 0, 0)

    def test_a_dry_run_stores_nothing_and_counts_the_same(self, importing: Importing) -> None:
        importing(file(LINE), *S)
        text = file(LINE, LINE, "2016-13-01,,,,,")
        dry = importing(text, *S, "--dry-run")
        assert (dry.exit_code, dry.counts, len(rows())) == (1, (3, 1, 1, 1), 1)
        assert len(db.session.scalars(select(AuditEvent)).all()) == 1
        assert importing(text, *S).counts == dry.counts

    def test_the_import_is_in_the_audit_log(self, importing: Importing) -> None:
        importing(file(LINE, "x"), *S)
        logged = db.session.scalars(select(AuditEvent)).one()
        assert (logged.actor, logged.action, logged.subject) == ("command line", "responses.import", "s")
        assert logged.details == {"file": "file.csv", "read": 2, "stored": 1, "refused": 1}

    def test_what_others_registered_is_done_after_the_commit(self, importing: Importing, app: Flask) -> None:
        seen: list[int] = []
        app.extensions["after_import"].append(lambda: seen.append(len(rows())))
        importing(file(LINE, LINE), *S)
        importing(file(LINE, LINE, LINE), *S, "--dry-run")
        importing(file(LINE, header="nothing"), *S)
        assert seen == [2]

    def test_more_than_a_batch(self, importing: Importing) -> None:
        lines = [f"2016-01-{number % 28 + 1:02},high,,,,{'' if number % 2 else 'neutral'}" for number in range(2500)]
        assert importing(file(*lines), *S).counts == (2500, 2500, 0, 0)
        assert importing(file(*reversed(lines), LINE), *S).counts == (2501, 1, 2500, 0)
        assert len(db.session.scalars(select(TallyQueueItem.response_id)).all()) == 2501

    def test_an_unknown_survey_or_file_is_one_line(self, importing: Importing, tmp_path: Path) -> None:
        wrong = importing(file(LINE), "--survey", "none")
        assert (wrong.exit_code, wrong.counts) == (1, None)
        assert wrong.error.startswith("Error: ")
        assert len(wrong.error.splitlines()) == 1
        assert importing(tmp_path / "none.csv", *S).exit_code == 2

    def test_a_broken_off_import_leaves_nothing(self, importing: Importing) -> None:
        """The second batch fails: the first one must not stay."""
        batches: list[str] = []

        def fail(*arguments: Any) -> None:
            if "INSERT INTO tally_queue" in arguments[2]:
                batches.append(arguments[2])
                if len(batches) == 2:
                    raise OSError("the disk is full")

        event.listen(db.engine, "before_cursor_execute", fail)
        result = importing(file(*[LINE] * 1500), *S)
        event.remove(db.engine, "before_cursor_execute", fail)
        assert (result.exit_code, result.counts, len(batches)) == (1, None, 2)
        assert "the disk is full" in result.error
        assert (rows(), db.session.scalars(select(TallyQueueItem.response_id)).all()) == ([], [])


@pytest.mark.usefixtures("survey")
class TestColumns:
    @pytest.mark.parametrize(
        ("header", "named"),
        [
            (HEADER + ",mood", "mood"),
            (HEADER + ",", "“”"),
            (HEADER + ",access", "access"),
            (HEADER + ",Access", "access"),
            (HEADER + ",answered_on", "answered_on"),
            (HEADER.replace("answered_on,", ""), "answered_on"),
            (HEADER.replace(",staff", ""), "staff"),
            ("", "answered_on"),
        ],
    )
    def test_a_wrong_header_refuses_the_file_and_names_the_column(
        self, importing: Importing, header: str, named: str
    ) -> None:
        result = importing(file(LINE, header=header) if header else "", *S)
        assert (result.exit_code, result.counts, rows()) == (1, None, [])
        if header:
            assert named in result.error
        assert len(result.error.splitlines()) <= 2

    def test_every_optional_column(self, importing: Importing, survey: Survey) -> None:
        make_agency("below", parent=survey.agency)
        header = f"id,agency,channel,procedure,language,comment,version,reasons,answered_at,{HEADER}"
        line = (
            f'"{{{ID.upper()}}}",below,Phone,1.004,en,"Hai\n dòng, có ""nháy""",1,'
            "staff:impolite access:no_guide,2016-01-07T08:30:15+07:00,2016-01-07,low,,very_low,,no_opinion"
        )
        assert importing(file(line, header=header), *S).counts == (1, 1, 0, 0)
        (row,) = rows()
        assert (str(row.id), row.channel, row.procedure_code, row.language) == (ID, "phone", "1.004", "en")
        assert row.agency_id != survey.agency_id
        assert row.answered_at == datetime(2016, 1, 7, 1, 30, 15, tzinfo=UTC)
        assert row.answered_on == date(2016, 1, 7)
        assert row.answers == {"access": "low", "staff": "very_low", "results": "no_opinion"}
        assert row.reasons == {"access": ["no_guide"], "staff": ["impolite"]}
        assert db.session.scalars(select(ResponseText.text)).all() == ['Hai\n dòng, có "nháy"']

    def test_the_line_of_a_line_is_its_first_in_the_file(self, importing: Importing) -> None:
        header = HEADER + ",comment"
        good, bad = LINE + ',"một\r\nhai\n\nba"', LINE.replace("high", "hight") + ",x"
        result = importing(f"{header}\r\n{good}\r\n\r\n{bad}\r\n{good}\n{bad}\n", *S)
        assert result.counts == (4, 2, 0, 2)
        assert [refusal.split(":")[0] for refusal in result.refusals] == ["line 7", "line 12"]

    def test_too_few_and_too_many_cells(self, importing: Importing) -> None:
        result = importing(file(LINE + ",x", "2016-01-07,high", LINE), *S)
        assert result.counts == (3, 1, 0, 2)
        assert ["line 2" in result.refusals[0], "line 3" in result.refusals[1]] == [True, True]


@pytest.mark.usefixtures("survey")
class TestCells:
    @pytest.mark.parametrize(
        "line",
        [
            ",high,,,,",
            "7/1/2016,high,,,,",
            "2016-02-30,high,,,,",
            "20160107,high,,,,",
            "２０１６-01-07,high,,,,",
            "1969-12-31,high,,,,",
            "9999-12-31,high,,,,",
            "2016-01-07,,,,,",
            "2016-01-07, ,,,,",
            "2016-01-07,early,,,,",
            "2016-01-07,hi\x00gh,,,,",
        ],
    )
    def test_lines_that_are_refused(self, importing: Importing, line: str) -> None:
        result = importing(file(LINE, line), *S)
        assert (result.exit_code, result.counts) == (1, (2, 1, 0, 1))
        assert result.refusals[0].startswith("line 3: ")
        assert result.refusals[0].isprintable()

    def test_tomorrow_is_taken_and_the_day_after_is_not(self, importing: Importing) -> None:
        days = [(clock.today() + timedelta(days=n)).isoformat() for n in (0, 1, 2)]
        result = importing(file(*(f"{day},high,,,," for day in days)), *S)
        assert result.counts == (3, 2, 0, 1)
        assert days[2] in result.refusals[0]
        assert [row.flags for row in rows()] == [["outside_period"]] * 2

    @pytest.mark.parametrize(
        ("written", "at", "day"),
        [
            ("2016-01-07T08:30:00+07:00", datetime(2016, 1, 7, 1, 30, tzinfo=UTC), 7),
            ("2016-01-07T20:30:00Z", datetime(2016, 1, 7, 20, 30, tzinfo=UTC), 8),
            ("2016-01-07 08:30", datetime(2016, 1, 7, 1, 30, tzinfo=UTC), 7),
            ("2016-01-07", None, 7),
        ],
    )
    def test_times(self, importing: Importing, written: str, at: datetime | None, day: int) -> None:
        header = HEADER.replace("answered_on", "answered_at")
        assert importing(file(f"{written},high,,,,", header=header), *S).counts == (1, 1, 0, 0)
        (row,) = rows()
        assert (row.answered_at, row.answered_on, row.flags) == (at, date(2016, 1, day), [])

    @pytest.mark.parametrize(
        "written",
        ["", "08:30", "07/01/2016 08:30", "2016-01-07T25:00Z", "9999-12-31T23:59-12:00", "0001-01-01T00:00+14:00"],
    )
    def test_wrong_times(self, importing: Importing, written: str) -> None:
        header = HEADER.replace("answered_on", "answered_at")
        assert importing(file(f"{written},high,,,,", header=header), *S).counts == (1, 0, 0, 1)

    def test_a_day_and_a_time_of_another_day(self, importing: Importing) -> None:
        result = importing(file("2016-03-01T08:00Z," + LINE, header="answered_at," + HEADER), *S)
        assert result.counts == (1, 0, 0, 1)

    @pytest.mark.parametrize(
        ("column", "cell"),
        [
            ("id", "7"),
            ("id", "0190a7e0-1111-1abc-8def-0123456789ab"),
            ("agency", "elsewhere"),
            ("agency", "A"),
            ("channel", "fax"),
            ("language", "tiếng Việt"),
            ("language", "v" * 21),
            ("procedure", "x" * 41),
            ("version", "2"),
            ("comment", "x" * 1001),
            ("comment", "a\x07b"),
            ("reasons", "access"),
            ("reasons", "access:impolite"),
            ("reasons", "staff:impolite"),
            ("reasons", "access:no_guide access:no_guide"),
        ],
    )
    def test_cells_that_are_refused(self, importing: Importing, column: str, cell: str) -> None:
        line = f"{cell},2016-01-07,low,,high,,"
        result = importing(file(line, header=f"{column},{HEADER}"), *S)
        assert (result.exit_code, result.counts) == (1, (1, 0, 0, 1))
        assert result.refusals[0].startswith("line 2: ")
        assert column in result.refusals[0] or column == "reasons"
        assert result.refusals[0].isprintable()

    def test_an_agency_elsewhere_is_refused_and_nothing_is_stored_there(self, importing: Importing) -> None:
        make_agency("elsewhere")
        assert importing(file("elsewhere," + LINE, header="agency," + HEADER), *S).counts == (1, 0, 0, 1)
        assert rows() == []

    def test_a_comment_alone_is_an_answer_and_no_opinion_too(self, importing: Importing) -> None:
        lines = ["2016-01-07,,,,,,Tốt", "2016-01-07,no_opinion,,,,,"]
        assert importing(file(*lines, header=HEADER + ",comment"), *S).counts == (2, 2, 0, 0)

    def test_the_apostrophe_of_an_export_is_taken_off(self, importing: Importing) -> None:
        importing(file(LINE + ",'=1+1", LINE + ",'tốt", header=HEADER + ",comment"), *S)
        assert set(db.session.scalars(select(ResponseText.text))) == {"=1+1", "'tốt"}


@pytest.mark.usefixtures("survey")
class TestIds:
    HEADER = "id," + HEADER

    def test_twice_in_the_file(self, importing: Importing) -> None:
        other = LINE.replace("early", "late")
        result = importing(
            file(f"{ID},{LINE}", f"urn:uuid:{ID.upper()},{LINE}", f"{ID},{other}", header=self.HEADER), *S
        )
        assert result.counts == (3, 1, 1, 1)
        assert result.refusals[0].startswith("line 4: ")
        assert "2" in result.refusals[0].partition(":")[2]

    def test_known_with_the_same_and_with_other_content(self, importing: Importing) -> None:
        importing(file(f"{ID},{LINE}", header=self.HEADER), *S)
        assert importing(file(f"{ID},{LINE}", header=self.HEADER), *S).counts == (1, 0, 1, 0)
        result = importing(file(f"{ID},{LINE.replace('early', 'late')}", header=self.HEADER), *S)
        assert (result.exit_code, result.counts) == (1, (1, 0, 0, 1))
        assert rows()[0].answers["timeliness"] == "early"

    def test_known_from_the_form(self, importing: Importing, survey: Survey) -> None:
        at = datetime(2016, 1, 7, 1, 30, tzinfo=UTC)
        make_response(
            survey,
            id=UUID(ID),
            answered_on=date(2016, 1, 7),
            answered_at=at,
            channel="web",
            answers=HAPPY,
            comment="Tốt",
        )
        happy = ",".join(HAPPY.values())
        header = "id,comment,answered_on," + ",".join(HAPPY)
        assert importing(file(f"{ID},Tốt,2016-01-07,{happy}", header=header), *S).counts == (1, 0, 1, 0)
        for column, cell in (
            ("channel", "paper"),
            ("language", "en"),
            ("procedure", "1"),
            ("answered_at", "2016-01-07T02:30Z"),
        ):
            line = f"{ID},Tốt,2016-01-07,{happy},{cell}"
            assert importing(file(line, header=f"{header},{column}"), *S).counts == (1, 0, 0, 1)
        assert importing(file(f"{ID},,2016-01-07,{happy}", header=header), *S).counts == (1, 0, 0, 1)

    def test_at_another_agency_it_is_another_response(self, importing: Importing, survey: Survey) -> None:
        make_agency("below", parent=survey.agency)
        lines = [f"{ID},a,{LINE}", f"{ID},below,{LINE.replace('early', 'late')}"]
        assert importing(file(*lines, header="id,agency," + HEADER), *S).counts == (2, 2, 0, 0)

    def test_an_empty_cell_gets_one(self, importing: Importing) -> None:
        assert importing(file(f",{LINE}", f"{ID},{LINE}", header=self.HEADER), *S).counts == (2, 2, 0, 0)

    def test_erased_ones_do_not_come_back(self, importing: Importing, cli: FlaskCliRunner) -> None:
        importing(file(LINE, LINE), *S)
        erased = str(rows()[0].id)
        db.session.commit()
        assert cli.invoke(args=["responses", "erase", erased, *S]).exit_code == 0
        result = importing(file(LINE, LINE), *S)
        assert (result.exit_code, result.counts) == (1, (2, 0, 1, 1))
        assert erased in result.refusals[0]

    def test_made_ids_are_of_version_7_and_of_the_day(self, importing: Importing) -> None:
        importing(file(LINE, LINE), *S)
        for row in rows():
            assert (row.id.version, row.id.variant) == (7, "specified in RFC 4122")
            moment = datetime.fromtimestamp((row.id.int >> 80) / 1000, UTC)
            assert moment.date() == moment.astimezone(clock.timezone()).date() == date(2016, 1, 7)


class TestCorrections:
    def test_exclude(self, cli: FlaskCliRunner, survey: Survey) -> None:
        make_response(survey, id=an_id(1))
        result = cli.invoke(args=["responses", "exclude", str(an_id(1)), *S, "--reason", "thử máy"])
        assert result.exit_code == 0
        db.session.expire_all()
        (row,) = rows()
        assert (row.state, row.state_reason, row.answers) == ("excluded", "thử máy", HAPPY)
        logged = db.session.scalars(select(AuditEvent)).one()
        assert (logged.action, logged.subject, logged.details) == (
            "responses.exclude",
            f"s/{an_id(1)}",
            {"reason": "thử máy"},
        )

    def test_erase_leaves_nothing_but_the_id(self, cli: FlaskCliRunner, survey: Survey, app: Flask) -> None:
        called: list[str] = []
        app.extensions["after_import"].append(lambda: called.append("fold"))
        make_response(
            survey, id=an_id(1), comment="bí mật", reasons={"access": ["no_guide"]}, answers={"access": "low"}
        )
        assert cli.invoke(args=["responses", "erase", str(an_id(1)).upper(), *S]).exit_code == 0
        db.session.expire_all()
        (row,) = rows()
        assert (row.state, row.answers, row.reasons, row.flags, row.sha256) == ("erased", {}, {}, [], "")
        assert db.session.scalars(select(ResponseText)).all() == []
        assert db.session.scalars(select(AuditEvent.details)).one() == {}
        assert called == ["fold"]

    @pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
    def test_nothing_of_it_stays_in_the_file(self, cli: FlaskCliRunner, survey: Survey, database_url: str) -> None:
        path = Path(database_url.removeprefix("sqlite:///"))
        canary = "một câu bí mật " * 60
        for number in range(20):
            make_response(survey, id=an_id(number + 1), comment=f"{number} {canary}" if number == 7 else "x")
        db.session.commit()

        def found() -> bool:
            files = [path, path.with_name(path.name + "-wal")]
            return any(canary.strip().encode() in each.read_bytes() for each in files if each.exists())

        assert found()
        assert cli.invoke(args=["responses", "erase", str(an_id(8)), *S]).exit_code == 0
        assert not found()

    @pytest.mark.parametrize(
        "arguments",
        [
            ["exclude", str(an_id(9)), "--reason", "x"],
            ["exclude", str(an_id(1)), "--reason", " "],
            ["exclude", str(an_id(1)), "--reason", "x" * 201],
            ["exclude", "x", "--reason", "x"],
            ["erase", str(an_id(9))],
            ["erase", str(an_id(1)), "--agency", "none"],
            ["erase", str(an_id(2))],
        ],
    )
    def test_refused(self, cli: FlaskCliRunner, survey: Survey, arguments: list[str]) -> None:
        make_response(survey, id=an_id(1))
        make_response(survey, id=an_id(2))
        make_response(survey, make_agency("below", parent=survey.agency), id=an_id(2))
        result = cli.invoke(args=["responses", *arguments, *S])
        assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
        db.session.expire_all()
        assert {row.state for row in rows()} == {"stored"}

    def test_the_agency_tells_two_apart(self, cli: FlaskCliRunner, survey: Survey) -> None:
        below = make_agency("below", parent=survey.agency)
        make_response(survey, id=an_id(2))
        make_response(survey, below, id=an_id(2))
        assert cli.invoke(args=["responses", "erase", str(an_id(2)), *S, "--agency", "below"]).exit_code == 0
        db.session.expire_all()
        assert {row.agency_id: row.state for row in rows()} == {survey.agency_id: "stored", below.id: "erased"}

    def test_an_erased_one_cannot_be_excluded_nor_sent_again(self, cli: FlaskCliRunner, survey: Survey) -> None:
        submission = make_submission(survey, id=an_id(1))
        with transaction():
            record_response(submission)
        for _ in range(2):
            assert cli.invoke(args=["responses", "erase", str(an_id(1)), *S]).exit_code == 0
        assert cli.invoke(args=["responses", "exclude", str(an_id(1)), *S, "--reason", "x"]).exit_code == 1
        assert len(db.session.scalars(select(AuditEvent)).all()) == 1
