"""Tickets as a sheet of QR codes to cut apart, 24 on A4, as PDF; in memory only while they are handed over."""

from pathlib import Path

from flask_babel import gettext as _

from survey_app.collect.posters import qr_modules
from survey_app.i18n import format_day, language, localized
from survey_app.surveys.tickets import Issued
from survey_app.typesetting import typeset

TEMPLATE = Path(__file__).with_name("ticket_sheet.typ")
A_PAGE = 24
# More would keep the reader waiting for a minute; the CSV has no such bound.
MOST = 480


def ticket_sheet_pdf(issued: Issued, agency_name: str) -> bytes:
    """The tickets in the order in which they were made, in the reader's language; PDF/UA-1 and PDF/A-2b."""
    tickets = [{"ticket": ticket, "modules": qr_modules(address, error="m")} for ticket, address in issued.addresses()]
    content = {
        "language": language(),
        "title": f"{localized(issued.survey.titles)} – {agency_name}",
        "headline": _("How were you served?"),
        "promise": _("Scan the code with your phone. About one minute. No name is kept."),
        "until": _("Good once, until %(day)s", day=format_day(issued.expires_on)),
        "pages": [tickets[first : first + A_PAGE] for first in range(0, len(tickets), A_PAGE)],
    }
    return typeset(TEMPLATE, content, "pdf", timestamp=0)
