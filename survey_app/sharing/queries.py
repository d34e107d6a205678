"""Reading publications and links."""

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from survey_app.access import Scope
from survey_app.accounts.rules import token_counts
from survey_app.accounts.tokens import digest_of
from survey_app.agencies.queries import covers
from survey_app.clock import today
from survey_app.db import db
from survey_app.errors import NotFound
from survey_app.sharing.models import Link, Publication
from survey_app.sharing.rules import is_public
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import survey_by_code


def publication_of(survey: Survey) -> Publication | None:
    """The switch of a survey's results, whatever its days."""
    return db.session.get(Publication, survey.id)


def public_surveys() -> list[Publication]:
    """What is public today, the newest survey first, surveys and their agencies loaded."""
    query = (
        select(Publication)
        .join(Publication.survey)
        .options(joinedload(Publication.survey).joinedload(Survey.agency))
        .order_by(Survey.created_at.desc(), Survey.code)
    )
    return [each for each in db.session.scalars(query) if is_public(today(), each.from_on, each.to_on)]


def require_public(code: str) -> Publication:
    """What makes a survey's results public today. Raises NotFound, the same where there is no such survey."""
    survey = survey_by_code(code)
    found = publication_of(survey) if survey else None
    if found is None or not is_public(today(), found.from_on, found.to_on):
        raise NotFound(_("There are no public results here."))
    return found


def require_link(kind: str, token: str) -> Link:
    """The link that a token opens today. Raises NotFound: unknown, of another kind, revoked and over look alike."""
    digest = digest_of(kind, token)
    loaded = (joinedload(Link.survey).joinedload(Survey.agency), joinedload(Link.agency))
    query = select(Link).options(*loaded).where(Link.digest == digest, Link.kind == kind)
    link = db.session.scalar(query) if digest else None
    if link is None or not token_counts(today(), link.expires_on, link.revoked_at):
        raise NotFound(_("This link does not count, or not any more."))
    return link


def links_of(survey: Survey, scope: Scope) -> list[Link]:
    """The links to a survey at agencies of the scope, the newest first."""
    query = select(Link).options(joinedload(Link.agency)).where(Link.survey_id == survey.id).order_by(Link.id.desc())
    return [link for link in db.session.scalars(query) if covers(scope, link.agency_id)]


def require_link_in(link_id: int, scope: Scope) -> Link:
    """The link with this id at an agency of the scope. Raises NotFound."""
    link = db.session.get(Link, link_id)
    if link is None or not covers(scope, link.agency_id):
        raise NotFound(_("There is no such link."))
    return link
