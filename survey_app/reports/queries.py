"""Reading what reports keep: letterheads, finalised reports and their editions."""

from survey_app.agencies.models import Agency
from survey_app.db import db
from survey_app.reports.models import Letterhead


def stored_letterhead(agency_id: int) -> Letterhead | None:
    """What an agency filled in for its documents."""
    return db.session.get(Letterhead, agency_id)


def parent_of(agency: Agency) -> Agency | None:
    """The agency that another one belongs to; None for a root."""
    return db.session.get(Agency, agency.parent_id) if agency.parent_id else None
