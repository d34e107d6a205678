"""Loading the demonstration through the same doors that real answers and figures take."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

from flask import current_app

from survey_app import clock
from survey_app.accounts.actions import create_user
from survey_app.accounts.rules import ROLES
from survey_app.agencies.actions import create_agency, record_succession
from survey_app.agencies.queries import agency_by_code, require_agency
from survey_app.demo.cases import simulated_cases
from survey_app.demo.content import (
    ACTIVITIES,
    AGENCIES,
    COMMENTS,
    LEVELS,
    MERGED,
    MERGER_BASIS,
    PLACES,
    PROCEDURES,
    QUARTER,
    SCOPES,
    SUCCESSIONS,
)
from survey_app.demo.rules import DAYS, Answered, Scale, simulate
from survey_app.figures.actions import import_published
from survey_app.procedures.actions import correct_figures, import_figures, record_activity, record_procedure
from survey_app.questionnaires.actions import store_recording
from survey_app.questionnaires.content import Content
from survey_app.questionnaires.queries import require_version, version_content
from survey_app.responses.actions import record_response, store_lines
from survey_app.responses.imports import read_file
from survey_app.responses.rules import body_hash
from survey_app.responses.submission import Submission
from survey_app.sharing.actions import publish_results
from survey_app.surveys.actions import create_survey
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import require_survey, survey_by_code

FILES = Path(__file__).parent / "files"
HISTORY, SIMULATION = "bentre-2016", "demo"
# Who delivered the simulated case figures: it stands beside each edition of them.
SIMULATED = "số liệu mô phỏng"
Progress = Callable[[int], object]


def create_setting() -> None:
    """Agencies, accounts, both surveys and the figures that others published; nothing of it may exist yet."""
    _create_agencies()
    _record_successions()
    _create_users()
    _create_history()
    _create_simulation()
    for code in (HISTORY, SIMULATION):
        publish_results(require_survey(code), from_on=None, to_on=None, actor="demonstration")
    record_example_voice()
    import_published(FILES / "bentre-2016-published.csv", require_survey(HISTORY))
    import_figures(FILES / "case-figures-2021q1.csv")
    department = require_agency("svhttdl").id
    for name, count in ACTIVITIES:
        record_activity(agency_id=department, from_on=QUARTER[0], to_on=QUARTER[1], name=name, count=count)


def record_example_voice() -> None:
    """One question read aloud by a synthetic voice, marked as an example: it shows what kiosks do with a recording."""
    version = require_version("five-criteria", 1)
    content = (FILES / "access.vi.opus").read_bytes()
    store_recording(version, "vi", "access", content, example=True)


def record_history() -> None:
    """Store the 66 reconstructed responses of 2016 out of their file."""
    with read_file(FILES / "bentre-2016.csv", require_survey(HISTORY)) as reading:
        store_lines(reading)


def password_of(email: str) -> str:
    """The password of a demonstration account: derived from the installation's key, so nowhere written down."""
    key = current_app.config["SETTINGS"].secret_key.encode()
    digest = hmac.digest(key, b"demonstration:" + email.encode(), hashlib.sha256)
    return base64.b32encode(digest[:10]).decode().lower()


def demonstration_users() -> list[tuple[str, str]]:
    """(role, e-mail) of every demonstration account."""
    return [(role, f"{role}@demo.example") for role in ROLES]


def record_simulated(count: int, progress: Progress) -> None:
    """Store `count` simulated responses of the two years that ended yesterday; `progress` is told of each."""
    survey = require_survey(SIMULATION)
    agencies = {code: require_agency(code).id for code in (*(place.code for place in PLACES), *MERGED.values())}
    merged_on = _merged_on()
    known = scales(version_content(survey.version_id))
    codes = [code for code, *_rest in PROCEDURES]
    people = simulate(count, clock.today() - timedelta(days=1), PLACES, known, COMMENTS, codes)
    newest = None
    for index, person in enumerate(people):
        newest = max(newest or person.at.date(), person.at.date())
        code = MERGED.get(person.place, person.place) if person.at.date() >= merged_on else person.place
        record_response(_submission(survey, agencies[code], person, index))
        progress(1)
    if newest is not None and survey.opens_on is not None:
        _record_simulated_cases(count, survey.opens_on, newest, agencies)


def _record_simulated_cases(count: int, first: date, last: date, agencies: Mapping[str, int]) -> None:
    """Up to the day of the last answer, so that the figures speak of the same days as the survey."""
    for each in simulated_cases(count, first, last, PLACES, MERGED, _merged_on()):
        correct_figures(
            agency_id=agencies[each.place],
            from_on=each.from_on,
            to_on=each.to_on,
            field="",
            counts=each.counts,
            actor=SIMULATED,
            source=SIMULATED,
        )


def scales(content: Content) -> list[Scale]:
    """What the simulation needs to know of a version's questions."""
    return [
        Scale(
            question=question.code,
            options=tuple(option.code for option in question.counted_options),
            outside=tuple(option.code for option in question.excluded_options),
            unhappy=question.unhappy_codes,
            reasons=tuple(reason.code for reason in question.reasons),
            level=LEVELS.get(question.code, 0.0),
        )
        for question in content.choices
    ]


def is_loaded() -> bool:
    """Whether the simulated survey is there."""
    return survey_by_code(SIMULATION) is not None


def _create_agencies() -> None:
    for code, parent, tier, name, short_name in AGENCIES:
        if agency_by_code(code) is None:
            above = require_agency(parent) if parent else None
            create_agency(code=code, name=name, tier=tier, parent=above, short_name=short_name)


def _record_successions() -> None:
    merger = [("merge", old, new, _merged_on(), "", MERGER_BASIS) for old, new in MERGED.items()]
    for kind, predecessor, successor, effective_on, field, legal_basis in (*SUCCESSIONS, *merger):
        record_succession(
            kind=kind,
            predecessor=require_agency(predecessor),
            successor=require_agency(successor),
            effective_on=effective_on,
            field=field,
            legal_basis=legal_basis,
            begins=kind == "merge",
        )


def _merged_on() -> date:
    """The first day of a month about four months ago: the simulated year has a before and an after."""
    return (clock.today() - timedelta(days=120)).replace(day=1)


def _create_users() -> None:
    for role, email in demonstration_users():
        agency = require_agency(SCOPES[role]) if role in SCOPES else None
        create_user(email=email, role=role, password=password_of(email), agency=agency, demonstration=True)


def _create_history() -> None:
    create_survey(
        code=HISTORY,
        titles={"vi": "Khảo sát mức độ hài lòng năm 2016", "en": "Satisfaction survey 2016"},
        version=require_version("five-criteria"),
        agency=require_agency("bentre-stttt"),
        opens_on=date(2016, 1, 1),
        closes_on=date(2016, 12, 31),
        provenance="reconstruction",
    )


def _create_simulation() -> None:
    for code, name, field, statutory, committed in PROCEDURES:
        first = clock.today() - timedelta(days=DAYS)
        record_procedure(
            code=code, name=name, field=field, from_on=first, statutory_days=statutory, committed_days=committed
        )
    create_survey(
        code=SIMULATION,
        titles={"vi": "Khảo sát hài lòng tại tỉnh Mẫu", "en": "Satisfaction survey in Mẫu province"},
        version=require_version("five-criteria"),
        agency=require_agency("mau"),
        opens_on=clock.today() - timedelta(days=DAYS),
        provenance="simulated",
    )


def _submission(survey: Survey, agency_id: int, person: Answered, index: int) -> Submission:
    at = person.at.replace(tzinfo=clock.timezone())
    digest = hashlib.sha256(f"{SIMULATION}:{index}:{person}".encode()).digest()
    return Submission(
        id=clock.uuid7_of(int(at.timestamp() * 1000), digest),
        survey=survey,
        agency_id=agency_id,
        channel=person.channel,
        language=person.language,
        answers=person.answers,
        reasons=person.reasons,
        comment=person.comment,
        answered_on=person.at.date(),
        answered_at=at,
        started_at=at - timedelta(seconds=person.seconds),
        procedure_code=person.procedure,
        body_hash=body_hash({"answers": person.answers, "at": at.isoformat(), "index": index}),
        live=False,
    )
