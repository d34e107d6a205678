from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session, scoped_session

from survey_app.db import transaction
from survey_app.errors import Conflict, Invalid
from survey_app.questionnaires.actions import draft_version
from survey_app.surveys.actions import create_survey
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import require_survey
from survey_app.surveys.rules import CHANNELS
from tests.factories import default_version, make_agency

DatabaseSession = scoped_session[Session]


def create(**changes: Any) -> Survey:
    fields: dict[str, Any] = {"code": "demo", "titles": {"vi": "Khảo sát"}, "version": default_version()}
    fields = {**fields, "agency": changes.pop("agency", None) or make_agency(), **changes}
    with transaction():
        return create_survey(**fields)


def test_a_survey_takes_answers_on_all_channels(session: DatabaseSession) -> None:
    created = create(titles={"vi": "  Khảo   sát ", "en": ""})
    session.expire_all()
    survey = require_survey("demo")
    assert survey.id == created.id
    assert (survey.titles, survey.provenance) == ({"vi": "Khảo sát"}, "collected")
    assert (survey.opens_on, survey.closes_on) == (None, None)
    assert survey.channels == list(CHANNELS)


def test_channels_are_kept_once_and_in_order(session: DatabaseSession) -> None:
    assert create(channels=["qr", "web", "qr"]).channels == ["web", "qr"]


def test_a_code_is_taken_once(session: DatabaseSession) -> None:
    create()
    with pytest.raises(Conflict):
        create()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"code": "Demo"}, ("code", "bad_code")),
        ({"code": ""}, ("code", "bad_code")),
        ({"titles": {}}, ("title", "no_title")),
        ({"titles": {"vi": " "}}, ("title", "no_title")),
        ({"titles": {"vi": "a" * 201}}, ("title", "long_title")),
        ({"channels": []}, ("channels", "bad_channels")),
        ({"channels": ["web", "fax"]}, ("channels", "bad_channels")),
        ({"opens_on": date(2026, 2, 1), "closes_on": date(2026, 1, 31)}, ("closes_on", "bad_dates")),
        ({"provenance": "guessed"}, ("provenance", "bad_provenance")),
    ],
)
def test_wrong_fields_are_named(session: DatabaseSession, changes: dict[str, Any], problem: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as raised:
        create(**changes)
    assert [(found.where, found.code) for found in raised.value.errors] == [problem]
    assert session.query(Survey).count() == 0


def test_one_day_is_a_period(session: DatabaseSession) -> None:
    assert create(opens_on=date(2026, 2, 1), closes_on=date(2026, 2, 1)).closes_on == date(2026, 2, 1)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_draft_cannot_be_asked(session: DatabaseSession) -> None:
    with transaction():
        version = draft_version("five-criteria", default_version().content)
    with pytest.raises(Invalid) as raised:
        create(version=version)
    assert [problem.code for problem in raised.value.errors] == ["draft"]
