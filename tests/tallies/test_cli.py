"""flask tallies fold, rebuild, verify; the background job; after an import."""

import time

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import delete

from survey_app import jobs
from survey_app.db import db, transaction
from survey_app.surveys.models import Survey
from survey_app.tallies.models import Tally
from survey_app.tallies.queries import option_counts
from tests.factories import make_responses, make_survey


@pytest.fixture
def survey(session: object) -> Survey:
    survey = make_survey()
    make_responses(survey, [{"access": "high"}] * 3)
    return survey


def counted(survey: Survey) -> int:
    db.session.rollback()
    return option_counts(agency_id=survey.agency_id, survey_id=survey.id).get(("", ""), 0)


def test_fold_says_how_many_it_counted(cli: FlaskCliRunner, survey: Survey) -> None:
    result = cli.invoke(args=["tallies", "fold"])
    assert (result.exit_code, result.stdout) == (0, "counted 3\n")
    assert counted(survey) == 3
    assert cli.invoke(args=["tallies", "fold"]).stdout == "counted 0\n"


def test_verify_lists_each_difference_and_rebuild_mends(cli: FlaskCliRunner, survey: Survey) -> None:
    cli.invoke(args=["tallies", "fold"])
    clean = cli.invoke(args=["tallies", "verify"])
    assert clean.exit_code == 0
    assert "no differences" in clean.stdout
    with transaction():
        db.session.execute(delete(Tally).where(Tally.question == "access"))
    result = cli.invoke(args=["tallies", "verify"])
    assert result.exit_code == 1
    assert result.stdout.count("access=high: tally 0, recount 3") == 3
    assert "3 differences" in result.stderr
    assert cli.invoke(args=["tallies", "rebuild"]).exit_code == 0
    assert cli.invoke(args=["tallies", "verify"]).exit_code == 0


def test_the_background_folds_every_two_seconds(app: Flask, survey: Survey) -> None:
    (job,) = (job for job in app.extensions["jobs"] if job.name == "fold")
    assert job.seconds == 2
    jobs.run_due(app, time.monotonic())
    assert counted(survey) == 3


def test_an_import_is_followed_by_a_fold(app: Flask, survey: Survey) -> None:
    for follow in app.extensions["after_import"]:
        follow()
    assert counted(survey) == 3
