"""What an agency is called where a file must lead back to it: its name on a day, with its code where needed."""

import re
from datetime import date

from survey_app.agencies.models import Agency
from survey_app.agencies.queries import agency_by_code, agency_by_name_or_code, name_on
from survey_app.agencies.rules import name_key
from survey_app.errors import Conflict

LABELLED = re.compile(r"(.*\S)\s+\(([^()]+)\)")


def agency_label(agency: Agency, on: date) -> str:
    """ "Sở Mẫu"; "Sở Mẫu (so-mau)" where that name leads to another agency, to several or to none."""
    name = name_on(agency, on)
    try:
        found = agency_by_name_or_code(name)
    except Conflict:
        found = None
    return name if found is not None and found.id == agency.id else f"{name} ({agency.code})"


def agency_labelled(text: str, on: date) -> Agency | None:
    """The agency of that code or name, or of that label. Raises Conflict where several share the name."""
    if agency := agency_by_name_or_code(text):
        return agency
    match = LABELLED.fullmatch(text.strip())
    agency = agency_by_code(match[2]) if match else None
    if match is None or agency is None:
        return None
    # Another agency's code in brackets is no agreement: the name before it must be its own.
    return agency if name_key(match[1]) in map(name_key, (agency.name, name_on(agency, on))) else None
