"""Reading what reports keep: letterheads, finalised reports and their editions."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from survey_app.access import Scope
from survey_app.agencies.models import Agency, AgencyAncestor
from survey_app.agencies.queries import covers
from survey_app.db import db
from survey_app.errors import NotFound
from survey_app.reports.models import Letterhead, ReportEdition, ReportTemplate, StoredReport
from survey_app.responses.models import Response


def stored_letterhead(agency_id: int) -> Letterhead | None:
    """What an agency filled in for its documents."""
    return db.session.get(Letterhead, agency_id)


def parent_of(agency: Agency) -> Agency | None:
    """The agency that another one belongs to; None for a root."""
    return db.session.get(Agency, agency.parent_id) if agency.parent_id else None


def edition_by_sha256(code: str) -> ReportEdition | None:
    """The edition with this code."""
    return db.session.scalar(select(ReportEdition).where(ReportEdition.sha256 == code))


def require_report(report_id: int, scope: Scope) -> StoredReport:
    """A draft or finalised report of an agency that the reader may see. Raises NotFound."""
    stored = db.session.get(StoredReport, report_id)
    if stored is None or not covers(scope, stored.agency_id):
        raise NotFound(_("There is no such report."))
    return stored


def require_edition(report_id: int, number: int, scope: Scope) -> ReportEdition:
    """An edition of a report that the reader may see. Raises NotFound."""
    edition = db.session.get(ReportEdition, (require_report(report_id, scope).id, number))
    if edition is None:
        raise NotFound(_("There is no such edition."))
    return edition


def reports_in(scope: Scope) -> list[StoredReport]:
    """Drafts and finalised reports of a scope, the newest first."""
    query = select(StoredReport).options(
        joinedload(StoredReport.agency), joinedload(StoredReport.survey), selectinload(StoredReport.editions)
    )
    if scope.agency_id is not None:
        query = query.join(AgencyAncestor, AgencyAncestor.descendant_id == StoredReport.agency_id)
        query = query.where(AgencyAncestor.ancestor_id == scope.agency_id)
    return list(db.session.scalars(query.order_by(StoredReport.id.desc())))


def left_out(*, survey_id: int, agency_id: int, from_on: date | None, to_on: date | None) -> list[tuple[str, str, int]]:
    """(state, reason, how many) of the responses at an agency and below it that are not counted."""
    query = (
        select(Response.state, Response.state_reason, func.count())
        .join(AgencyAncestor, AgencyAncestor.descendant_id == Response.agency_id)
        .where(AgencyAncestor.ancestor_id == agency_id, Response.survey_id == survey_id, Response.state != "stored")
        .group_by(Response.state, Response.state_reason)
        .order_by(Response.state, Response.state_reason)
    )
    if from_on:
        query = query.where(Response.counted_on >= from_on)
    if to_on:
        query = query.where(Response.counted_on <= to_on)
    return [(state, reason, int(count)) for state, reason, count in db.session.execute(query)]


def template_titled(agency_id: int, title: str) -> ReportTemplate | None:
    """An agency's template by its title."""
    query = select(ReportTemplate).where(ReportTemplate.agency_id == agency_id, ReportTemplate.title == title)
    return db.session.scalar(query)


def templates_in(scope: Scope) -> list[ReportTemplate]:
    """The templates of a scope by title."""
    query = select(ReportTemplate).options(joinedload(ReportTemplate.agency))
    if scope.agency_id is not None:
        query = query.join(AgencyAncestor, AgencyAncestor.descendant_id == ReportTemplate.agency_id)
        query = query.where(AgencyAncestor.ancestor_id == scope.agency_id)
    return list(db.session.scalars(query.order_by(ReportTemplate.title, ReportTemplate.id)))


def require_template(template_id: int, scope: Scope) -> ReportTemplate:
    """A template of an agency that the reader may see. Raises NotFound."""
    template = db.session.get(ReportTemplate, template_id)
    if template is None or not covers(scope, template.agency_id):
        raise NotFound(_("There is no such template."))
    return template
