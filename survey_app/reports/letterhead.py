"""What stands around a report's body: who issues it, to whom, where, and who signs."""

from dataclasses import dataclass
from datetime import date

from survey_app.agencies.models import Agency
from survey_app.agencies.queries import name_on
from survey_app.reports.queries import parent_of, stored_letterhead
from survey_app.reports.rules import ELLIPSIS, recipient_list


@dataclass(frozen=True, slots=True)
class Head:
    """Ready words; what nobody has filled in is "…", never invented. Empty: the line is left out (a superior agency at
    the top of the tree, "Kính gửi", the authority that somebody signs by)."""

    superior: str = ""
    issuing: str = ELLIPSIS
    symbol: str = ELLIPSIS
    place: str = ELLIPSIS
    addressed_to: str = ""
    authority: str = ""
    signer_title: str = ELLIPSIS
    signer_name: str = ELLIPSIS
    recipients: tuple[str, ...] = (ELLIPSIS,)


UNKNOWN = Head()


def head_of(agency: Agency, on: date) -> Head:
    """An agency's letterhead as of a day: its own words, else those of the tree of agencies, else dots."""
    own, above = stored_letterhead(agency.id), parent_of(agency)
    superior = name_on(above, on) if above else "" if agency.tier == "province" else ELLIPSIS
    if own is None:
        return Head(superior=superior, issuing=name_on(agency, on))
    return Head(
        superior=own.superior or superior,
        issuing=own.issuing or name_on(agency, on),
        symbol=own.symbol or ELLIPSIS,
        place=own.place or ELLIPSIS,
        addressed_to=own.addressed_to,
        authority=own.authority,
        signer_title=own.signer_title or ELLIPSIS,
        signer_name=own.signer_name or ELLIPSIS,
        recipients=recipient_list(own.recipients.splitlines()) or (ELLIPSIS,),
    )
