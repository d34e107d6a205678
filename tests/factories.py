"""What tests need to have: agencies, surveys, responses, users. Each call commits, so that clients and commands see it.

Call inside an application context and outside of `transaction()`. Codes are drawn unless given.
"""

import itertools
import time
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from survey_app.access import EVERYWHERE
from survey_app.accounts.actions import create_api_token, create_user
from survey_app.accounts.models import User
from survey_app.accounts.sessions import SEEN
from survey_app.accounts.tokens import digest_of
from survey_app.agencies.actions import create_agency
from survey_app.agencies.models import Agency
from survey_app.clock import now, today, uuid7
from survey_app.commitments.models import Commitment
from survey_app.db import db, transaction
from survey_app.deliveries.models import Export
from survey_app.procedures.actions import correct_figures
from survey_app.procedures.models import CaseFigures
from survey_app.procedures.rules import COUNTS
from survey_app.questionnaires.models import Questionnaire, QuestionnaireVersion
from survey_app.reports.actions import finalise, save_draft
from survey_app.reports.models import ReportEdition
from survey_app.responses.actions import record_response
from survey_app.responses.rules import body_hash
from survey_app.responses.submission import Recorded, Submission
from survey_app.sharing.actions import create_link, publish_results
from survey_app.sharing.rules import Bounds
from survey_app.surveys.models import Survey
from survey_app.surveys.rules import CHANNELS

_numbers = itertools.count(1)
PASSWORD = "mật khẩu để thử"
# The positive answers of the default questionnaire.
HAPPY = {
    "access": "high",
    "transparency": "high",
    "staff": "very_high",
    "timeliness": "on_time",
    "results": "satisfied",
}


def make_agency(
    code: str | None = None,
    *,
    parent: Agency | None = None,
    name: str | None = None,
    tier: str = "department",
    short_name: str = "",
) -> Agency:
    """An agency; a root without a parent."""
    code = code or f"agency-{next(_numbers)}"
    with transaction():
        return create_agency(code=code, name=name or f"Cơ quan {code}", tier=tier, parent=parent, short_name=short_name)


def make_user(
    role: str = "administrator", agency: Agency | None = None, email: str | None = None, **fields: Any
) -> User:
    """An active user with PASSWORD over an agency and all below it; everywhere without one."""
    email = email or f"{role}-{next(_numbers)}@example.vn"
    with transaction():
        return create_user(email=email, role=role, password=PASSWORD, agency=agency, **fields)


def sign_in(client: FlaskClient, user: User) -> FlaskClient:
    """The same client with a session of that user, without the way over the sign-in page."""
    with client.session_transaction() as session:
        session.update({"_user_id": user.get_id(), "_fresh": True, SEEN: int(time.time())})
    return client


def default_version() -> QuestionnaireVersion:
    """The published version of `five-criteria` that the migrations bring."""
    query = select(QuestionnaireVersion).join(Questionnaire).where(Questionnaire.code == "five-criteria")
    return db.session.scalars(query.order_by(QuestionnaireVersion.number.desc())).first()  # type: ignore[return-value]


def make_survey(agency: Agency | None = None, code: str | None = None, **fields: Any) -> Survey:
    """A survey on the default questionnaire, without dates, all channels; at a new agency unless given."""
    agency = agency or make_agency()
    fields = {
        "code": code or f"survey-{next(_numbers)}",
        "titles": {"vi": "Khảo sát thử", "en": "Test survey"},
        "version_id": default_version().id,
        "agency_id": agency.id,
        "channels": list(CHANNELS),
        "created_at": now(),
    } | fields
    survey = Survey(**fields)
    with transaction():
        db.session.add(survey)
    return survey


def make_submission(survey: Survey, agency: Agency | None = None, **fields: Any) -> Submission:
    """A happy live answer of today at the survey's agency; nothing is stored."""
    agency_id = agency.id if agency else survey.agency_id
    answers = fields.setdefault("answers", dict(HAPPY))
    fields = {
        "id": uuid7(),
        "survey": survey,
        "agency_id": agency_id,
        "channel": "web",
        "language": "vi",
        "body_hash": body_hash({"answers": answers, "comment": fields.get("comment", "")}),
        "answered_on": today(),
    } | fields
    return Submission(**fields)


def make_response(survey: Survey, agency: Agency | None = None, **fields: Any) -> Recorded:
    """One stored response (see `make_submission`), live unless told otherwise; it waits for the fold."""
    with transaction():
        return record_response(make_submission(survey, agency, **fields))


def make_responses(survey: Survey, answers: list[dict[str, str]], agency: Agency | None = None, **fields: Any) -> None:
    """Stored responses with these answers, one transaction; imported ones unless told otherwise: the fold takes all."""
    fields = {"live": False} | fields
    with transaction():
        for each in answers:
            record_response(make_submission(survey, agency, **fields, answers=each))


def day(text: str) -> date:
    """2021-03-31 as a date."""
    return date.fromisoformat(text)


def an_id(number: int) -> UUID:
    """A UUIDv7 that is the same in every run."""
    return UUID(int=(number << 80) | 0x7 << 76 | 0x2 << 62)


def make_api_token(agency: Agency | None = None, **fields: Any) -> str:
    """The secret of a new API token over an agency and all below it; reads figures unless told otherwise."""
    fields = {"name": "thử", "permissions": ["dashboards.view"], "expires_on": None, "actor": "test"} | fields
    with transaction():
        return create_api_token(agency=agency, **fields)[0]


def bearing(token: str) -> dict[str, str]:
    """The headers with which a program sends a token."""
    return {"Authorization": f"Bearer {token}"}


def make_case_figures(agency: Agency, first: str, last: str, *, field: str = "", **counts: int | None) -> CaseFigures:
    """Case figures as if typed; what is not given is unknown."""
    with transaction():
        return correct_figures(
            agency_id=agency.id,
            from_on=day(first),
            to_on=day(last),
            field=field,
            counts={**dict.fromkeys(COUNTS), **counts},
            actor="test",
            source="test",
        )


def make_link(
    survey: Survey,
    agency: Agency | None = None,
    *,
    kind: str = "share",
    bounds: Bounds | None = None,
    token: str | None = None,
) -> str:
    """The secret of a new share link or wall-board at an agency (the survey's own without one); `token` gives it."""
    with transaction():
        drawn, link = create_link(
            kind=kind,
            name="thử",
            survey=survey,
            agency=agency or db.session.get_one(Agency, survey.agency_id),
            bounds=bounds or Bounds(),
            expires_on=today() + timedelta(days=30),
            actor="test",
        )
        if token:
            link.digest = digest_of(kind, token)
        return token or drawn


def make_edition(survey: Survey) -> ReportEdition:
    """A finalised overview of the survey."""
    with transaction():
        stored = save_draft(survey, survey.agency, {"name": "overview"}, title="Báo cáo thử", by="a@example.vn")
        return finalise(stored, EVERYWHERE, by="a@example.vn")


def make_export(survey: Survey, owner: str) -> Export:
    """An export of the overview that is ready, asked for by somebody who sees everything."""
    asked = {"name": "overview", "from": "", "to": "", "channel": ""}
    ready = {"state": "ready", "steps": 2, "done": 2, "content": b"x", "media_type": "text/csv", "file_name": "x.csv"}
    when = {"created_at": now(), "try_at": now()}
    export = Export(survey=survey, asked=asked, file_format="csv", language="vi", created_by=owner, **ready, **when)
    with transaction():
        db.session.add(export)
    return export


def make_publication(survey: Survey) -> None:
    """The results of a survey are public from now on."""
    with transaction():
        publish_results(survey, from_on=None, to_on=None, actor="test")


def make_commitment(survey: Survey) -> Commitment:
    """A promise after 60 of 100 good answers to `access` in the first quarter of 2026, due in its summer."""
    commitment = Commitment(survey_id=survey.id, agency_id=survey.agency_id, question="access", count=60, n=100)
    commitment.from_on, commitment.to_on, commitment.due_on = date(2026, 1, 1), date(2026, 3, 31), date(2026, 6, 30)
    commitment.action, commitment.owner = "Đặt biển chỉ dẫn", "Văn phòng"
    commitment.created_by, commitment.created_at = "test", now()
    with transaction():
        db.session.add(commitment)
    return commitment
