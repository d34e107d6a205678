"""Every write to publications and links."""

from datetime import date, timedelta

from flask_babel import gettext as _

from survey_app import audit, clock
from survey_app.accounts.tokens import new_token
from survey_app.agencies.models import Agency
from survey_app.agencies.rules import clean_name
from survey_app.db import db
from survey_app.errors import Invalid, Problem
from survey_app.sharing.models import Link, Publication
from survey_app.sharing.queries import publication_of
from survey_app.sharing.rules import LICENCES, LINK_KINDS, LONGEST_DAYS, LONGEST_NAME, Bounds
from survey_app.surveys.models import Survey


def publish_results(
    survey: Survey, *, from_on: date | None, to_on: date | None, actor: str, licence: str = "CC-BY-4.0"
) -> Publication:
    """Make a survey's results public between two local days (inclusive, None: open). Raises Invalid."""
    problems = []
    if from_on and to_on and to_on < from_on:
        problems.append(Problem("public_to", "order", _("The last day lies before the first.")))
    if licence not in LICENCES:
        problems.append(Problem("licence", "licence", _("Please choose one of the list.")))
    if problems:
        raise Invalid(problems[0].message, errors=tuple(problems))
    publication = publication_of(survey) or Publication(survey_id=survey.id)
    publication.from_on, publication.to_on, publication.licence = from_on, to_on, licence
    publication.published_by, publication.published_at = actor, clock.now()
    db.session.add(publication)
    audit.record(actor, "sharing.publish", survey.code, to=to_on.isoformat() if to_on else None)
    db.session.flush()
    return publication


def withdraw_results(survey: Survey, *, actor: str) -> None:
    """Results are public no longer; nothing happens where they were not."""
    publication = publication_of(survey)
    if publication is not None:
        db.session.delete(publication)
        audit.record(actor, "sharing.withdraw", survey.code)
        db.session.flush()


def create_link(
    *, kind: str, name: str, survey: Survey, agency: Agency, bounds: Bounds, expires_on: date | None, actor: str
) -> tuple[str, Link]:
    """A new link to a survey at an agency (and below) under the days and channel of `bounds`: its secret, to be shown
    once, and its row. Raises Invalid (one Problem for each wrong field)."""
    name = clean_name(name)
    problems = _wrong_link(kind, name, expires_on)
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), errors=tuple(problems))
    text, digest = new_token(kind)
    link = Link(
        kind=kind,
        name=name,
        digest=digest,
        survey_id=survey.id,
        agency_id=agency.id,
        from_on=bounds.from_on,
        to_on=bounds.to_on,
        channel=bounds.channel,
        created_by=actor,
        created_at=clock.now(),
        expires_on=expires_on,
    )
    db.session.add(link)
    db.session.flush()
    audit.record(actor, "sharing.create_link", f"{link.id} {name}", kind=kind, survey=survey.code, agency=agency.code)
    return text, link


def revoke_link(link: Link, *, actor: str) -> None:
    """The next request with it finds nothing; once revoked it stays so."""
    if link.revoked_at is None:
        link.revoked_at = clock.now()
        audit.record(actor, "sharing.revoke_link", f"{link.id} {link.name}")
        db.session.flush()


def _wrong_link(kind: str, name: str, expires_on: date | None) -> list[Problem]:
    problems = []
    if kind not in LINK_KINDS:
        problems.append(Problem("kind", "kind", _("Please choose one of the list.")))
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        words = _("A name needs 1 to %(most)s characters.", most=LONGEST_NAME)
        problems.append(Problem("name", "bad_name", words))
    last = clock.today() + timedelta(days=LONGEST_DAYS)
    if expires_on is None or not clock.today() <= expires_on <= last:
        words = _("A link needs a last day within the next %(most)s days.", most=LONGEST_DAYS)
        problems.append(Problem("expires_on", "expiry", words))
    return problems
