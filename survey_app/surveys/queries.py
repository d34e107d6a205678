"""Reading surveys. The citizen's form asks one statement: `survey_for_form`."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Literal

from flask import current_app, has_app_context
from flask_babel import gettext as _
from sqlalchemy import Select, and_, bindparam, case, event, exists, func, null, or_, select
from sqlalchemy.orm import aliased, joinedload

from survey_app.access import Scope
from survey_app.accounts.tokens import digest_of
from survey_app.agencies.models import Agency, AgencyAncestor
from survey_app.agencies.queries import agencies_in, covers, is_within
from survey_app.agencies.rules import is_code as is_agency_code
from survey_app.clock import now
from survey_app.db import db
from survey_app.errors import Invalid, NotFound, Problem
from survey_app.procedures.models import Procedure
from survey_app.questionnaires.models import QuestionnaireVersion
from survey_app.surveys.models import Device, Pairing, QrCode, Survey, TicketBatch
from survey_app.surveys.rules import is_code, is_qr_code

FRESH_SECONDS = 1.0
MOST_KNOWN = 1000
MOST_BATCHES = 100


@dataclass(frozen=True, slots=True)
class FormSurvey:
    """What the citizen's form needs to know of a survey, and the agency at which this form collects.

    `agency_id`, `agency_code`, `agency_name` and `agency_short` are the collecting agency's; `above` is the name of the
    agency above it, or "". `version` is the number of the version that is asked now. A QR code of its own may say the
    procedure and the place of the counter.
    """

    id: int
    code: str
    titles: Mapping[str, str] = field(hash=False)
    version_id: int
    version: int
    channels: frozenset[str]
    opens_on: date | None
    closes_on: date | None
    provenance: str
    agency_id: int
    agency_code: str
    agency_name: str
    agency_short: str
    above: str
    procedure: str | None = None
    procedure_names: Mapping[str, str] = field(default_factory=dict, hash=False)
    place: str = ""

    @property
    def agency_heading(self) -> str:
        """The agency's short name as it stands by itself: it begins with a capital."""
        return self.agency_short[:1].upper() + self.agency_short[1:]


def survey_for_form(code: str, qr: str | None = None) -> FormSurvey | None:
    """A survey as its form needs it, in one statement; None where there is none of that code.

    `qr` is an agency's code out of a QR code, or the code of a QR code of its own (surveys.models.QrCode): it collects
    there if the agency stands within the survey's, else at the survey's own agency. A survey is read at most once a
    second: forms come in crowds, and what a survey is changes rarely (a change made by this process is seen at once).
    """
    if not is_code(code):
        return None
    known: dict[tuple[str, str | None], tuple[float, FormSurvey]] = current_app.extensions["surveys"]
    key = (code, qr if qr is not None and (is_agency_code(qr) or is_qr_code(qr)) else None)
    read_at, survey = known.get(key, (0.0, None))
    moment = time.monotonic()
    if survey is not None and moment - read_at < FRESH_SECONDS:
        return survey
    survey = _read_for_form(*key)
    if survey is not None:
        if len(known) >= MOST_KNOWN:
            known.clear()
        known[key] = (moment, survey)
    return survey


@event.listens_for(Survey, "after_update")
def _forget(*_changed: object) -> None:
    if has_app_context():
        current_app.extensions["surveys"].clear()


def _read_for_form(code: str, qr: str | None) -> FormSurvey | None:
    kind = "none" if qr is None else "own" if is_qr_code(qr) else "agency"
    row = db.session.connection().execute(_for_form(kind), {"code": code, "qr": qr}).one_or_none()
    if row is None:
        return None
    values = row._asdict()
    values["procedure_names"], values["place"] = values["procedure_names"] or {}, values["place"] or ""
    return FormSurvey(**{**values, "channels": frozenset(values["channels"]), "above": values["above"] or ""})


@cache
def _for_form(kind: Literal["none", "agency", "own"]) -> Select[*tuple[Any, ...]]:
    """The statement, built once for each kind of QR code; its agency joins where there is one."""
    said: tuple[Any, Any, Any] = (null(), null(), null())
    own, scanned, above = aliased(Agency), aliased(Agency), aliased(Agency)
    agency: tuple[Any, ...] = (own.id, own.code, own.name, own.short_name, own.parent_id)
    tables = Survey.__table__.join(own, own.id == Survey.agency_id)
    tables = tables.join(QuestionnaireVersion, QuestionnaireVersion.id == Survey.version_id)
    if kind != "none":
        within = exists().where(
            AgencyAncestor.ancestor_id == Survey.agency_id, AgencyAncestor.descendant_id == scanned.id
        )
        found = scanned.code == bindparam("qr")
        if kind == "own":
            tables = tables.outerjoin(QrCode, and_(QrCode.code == bindparam("qr"), QrCode.survey_id == Survey.id))
            tables = tables.outerjoin(Procedure, Procedure.code == QrCode.procedure_code)
            said, found = (QrCode.procedure_code, Procedure.names, QrCode.place), scanned.id == QrCode.agency_id
        tables = tables.outerjoin(scanned, and_(found, within))
        parent_id = case((scanned.id.is_not(None), scanned.parent_id), else_=own.parent_id)
        agency = (
            *(func.coalesce(scanned.id, own.id), func.coalesce(scanned.code, own.code)),
            *(func.coalesce(scanned.name, own.name), func.coalesce(scanned.short_name, own.short_name), parent_id),
        )
    columns = (
        *(Survey.id, Survey.code, Survey.titles, Survey.version_id, QuestionnaireVersion.number.label("version")),
        *(Survey.channels, Survey.opens_on, Survey.closes_on, Survey.provenance, agency[0].label("agency_id")),
        *(agency[1].label("agency_code"), agency[2].label("agency_name")),
        *(agency[3].label("agency_short"), above.name.label("above")),
        *(said[0].label("procedure"), said[1].label("procedure_names"), said[2].label("place")),
    )
    tables = tables.outerjoin(above, above.id == agency[4])
    return select(*columns).select_from(tables).where(Survey.code == bindparam("code"))


def survey_by_code(code: str) -> Survey | None:
    """The survey with that code, its agency and version loaded."""
    # PostgreSQL knows no NUL and would fail on the question.
    return db.session.scalars(_loaded().where(Survey.code == code)).one_or_none() if is_code(code) else None


def require_survey(code: str) -> Survey:
    """The survey with that code. Raises NotFound."""
    survey = survey_by_code(code)
    if survey is None:
        raise NotFound(f"there is no survey {code}")
    return survey


def surveys_in(scope: Scope) -> list[Survey]:
    """The surveys at an agency of the scope or above it (there the reader sees their own part), the newest first."""
    statement = _loaded().order_by(Survey.created_at.desc(), Survey.code)
    if scope.agency_id is not None:
        statement = statement.where(_touches(scope.agency_id))
    return list(db.session.scalars(statement))


def require_survey_in(code: str, scope: Scope) -> Survey:
    """The survey with that code if a reader of this scope may know of it. Raises NotFound."""
    statement = _loaded().where(Survey.code == code)
    if scope.agency_id is not None:
        statement = statement.where(_touches(scope.agency_id))
    survey = db.session.scalars(statement).one_or_none() if is_code(code) else None
    if survey is None:
        raise NotFound(f"there is no survey {code}")
    return survey


def survey_agencies(survey: Survey, scope: Scope) -> list[Agency]:
    """The agencies of a scope at which a survey collects, in the order of the tree."""
    if covers(scope, survey.agency_id):
        return agencies_in(Scope(survey.agency_id))
    if scope.agency_id is not None and covers(Scope(survey.agency_id), scope.agency_id):
        return agencies_in(scope)
    return []


def open_surveys(today: date, channel: str) -> list[Survey]:
    """The surveys that take answers by a channel on this local day, the newest first."""
    statement = _loaded().where(
        or_(Survey.opens_on.is_(None), Survey.opens_on <= today),
        or_(Survey.closes_on.is_(None), Survey.closes_on >= today),
    )
    found = db.session.scalars(statement.order_by(Survey.created_at.desc(), Survey.code))
    return [survey for survey in found if channel in survey.channels]


def _loaded() -> Select[Survey]:
    return select(Survey).options(joinedload(Survey.agency), joinedload(Survey.version))


def _touches(agency_id: int) -> Any:
    """At the agency, below it or above it."""
    above = select(AgencyAncestor.ancestor_id).where(AgencyAncestor.descendant_id == agency_id)
    return or_(Survey.agency_id.in_(_below(agency_id)), Survey.agency_id.in_(above))


@dataclass(frozen=True, slots=True)
class DeviceIdentity:
    """Who a device is: it submits to this survey and agency and to no other."""

    id: int
    survey_id: int
    survey_code: str
    agency_id: int
    agency_code: str


def device_by_token(token: str) -> DeviceIdentity | None:
    """The device with this token, unless it was revoked. Read anew each time: a revoked one is out at once."""
    statement = (
        select(Device.id, Device.survey_id, Survey.code, Device.agency_id, Agency.code)
        .join(Survey, Survey.id == Device.survey_id)
        .join(Agency, Agency.id == Device.agency_id)
        .where(Device.token_hash == digest_of("device", token), Device.revoked_at.is_(None))
    )
    row = db.session.connection().execute(statement).one_or_none()
    return DeviceIdentity(*row) if row else None


def require_device(device_id: int, scope: Scope) -> Device:
    """A device at an agency of the scope, with its survey and agency. Raises NotFound."""
    device = db.session.get(Device, device_id, options=[joinedload(Device.survey), joinedload(Device.agency)])
    if device is None or not covers(scope, device.agency_id):
        raise NotFound(f"there is no device {device_id}")
    return device


def devices_in(scope: Scope) -> list[Device]:
    """The devices at the agencies of a scope, those in use first, by agency and place."""
    statement = select(Device).options(joinedload(Device.survey), joinedload(Device.agency))
    statement = statement.join(Agency, Agency.id == Device.agency_id)
    if scope.agency_id is not None:
        statement = statement.where(Device.agency_id.in_(_below(scope.agency_id)))
    return list(
        db.session.scalars(statement.order_by(Device.revoked_at.is_not(None), Agency.name, Device.place, Device.id))
    )


def qr_codes(survey: Survey, scope: Scope) -> list[QrCode]:
    """The QR codes of procedures and counters of a survey at the agencies of a scope, with what they are of."""
    agencies = [agency.id for agency in survey_agencies(survey, scope)]
    statement = (
        select(QrCode)
        .options(joinedload(QrCode.agency), joinedload(QrCode.procedure))
        .join(Agency, Agency.id == QrCode.agency_id)
        .where(QrCode.survey_id == survey.id, QrCode.agency_id.in_(agencies))
    )
    return list(db.session.scalars(statement.order_by(Agency.name, QrCode.procedure_key, QrCode.place)))


def pairing_by_secret(secret: str) -> Pairing | None:
    """The pairing that a device with this secret waits for; None once its time is over."""
    pairing = db.session.get(Pairing, digest_of("pairing", secret))
    return pairing if pairing is not None and pairing.expires_at > now() else None


def waiting_pairing(code_hash: str) -> Pairing | None:
    """The pairing whose code has this hash, if nobody has typed it yet and its time is not over."""
    statement = select(Pairing).where(Pairing.code_hash == code_hash, Pairing.expires_at > now())
    return db.session.scalars(statement.where(Pairing.device_id.is_(None))).one_or_none()


def ticket_batches(survey_id: int, scope: Scope) -> list[TicketBatch]:
    """What was issued for a survey at the agencies of a scope, the newest first, at most a hundred."""
    statement = select(TicketBatch).options(joinedload(TicketBatch.agency)).where(TicketBatch.survey_id == survey_id)
    if scope.agency_id is not None:
        statement = statement.where(TicketBatch.agency_id.in_(_below(scope.agency_id)))
    return list(db.session.scalars(statement.order_by(TicketBatch.id.desc()).limit(MOST_BATCHES)))


def _below(agency_id: int) -> Select[Any]:
    return select(AgencyAncestor.descendant_id).where(AgencyAncestor.ancestor_id == agency_id)


def require_collecting(survey: Survey, agency: Agency) -> None:
    """That a survey collects at an agency. Raises Invalid."""
    if not is_within(agency.id, survey.agency_id):
        words = _("The survey does not collect at this agency.")
        raise Invalid(words, errors=(Problem("agency", "not_collecting", words),))
