"""What stands on pages without sign-in: the panels of figures, as texts."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask_babel import gettext as _

from survey_app import clock
from survey_app.access import EVERYWHERE, Scope
from survey_app.agencies.models import Agency
from survey_app.agencies.queries import agencies_in, depths
from survey_app.dashboards import cells, titles
from survey_app.db import db
from survey_app.errors import Invalid, Problem
from survey_app.figures.builders import build_panel
from survey_app.figures.filters import Selection, read_selection
from survey_app.figures.panels import Panel
from survey_app.figures.parts import min_cell, told_to
from survey_app.figures.released import responses_by_month
from survey_app.figures.wording import channel_text, filters_text, provenance_note
from survey_app.sharing.models import Link, Publication
from survey_app.sharing.rules import Bounds, month_end, narrowed, public_until
from survey_app.surveys.models import Survey
from survey_app.surveys.rules import CHANNELS, PROVENANCES, is_closed

ONE_DAY = timedelta(days=1)
# What the address of a share link may narrow; every other key is left unread.
NARROWING = ("from", "to", "agency", "channel")


def public_panel(publication: Publication, key: str = "distribution") -> Panel:
    """A panel of a survey as everybody sees it: under the public minimum, up to the last day that may be told."""
    survey = publication.survey
    with told_to("public"):
        last = public_day(survey)
    with told_to("public", last):
        return build_panel(key, survey=survey, scope=EVERYWHERE, to_on=last)


def public_page(publication: Publication) -> tuple[Panel, dict[str, Any]]:
    """The same panel, and as `shown`."""
    with told_to("public"):
        panel = public_panel(publication)
        return panel, shown(panel)


def public_day(survey: Survey) -> date | None:
    """The last day that figures for everybody count (call it inside `told_to`); None for a closed survey: all.

    While a survey takes answers that is the end of a month, so that whoever looks month after month sees the answers of
    enough people at once; before the first answers where too few have come.
    """
    today = clock.today()
    if is_closed(today, survey.closes_on):
        return None
    counted = responses_by_month(survey)
    ends = [(month_end(month), count) for month, count in sorted(counted.items())]
    first = min(counted, default=today.replace(day=1))
    return public_until([each for each in ends if each[0] < today], min_cell()) or first - ONE_DAY


def link_scope(link: Link) -> Scope:
    """The scope that a link is bound to: one agency and all below it, whoever made it."""
    return Scope(link.agency_id)


def shared_selection(link: Link, query: Mapping[str, str]) -> Selection:
    """What an address may show of a link: its bounds, narrowed by the known keys of `query`, never widened.

    Raises Invalid where a key is wrong or nothing is left of the bounds.
    """
    known = {key: query.get(key) for key in NARROWING}
    asked = read_selection(known, survey=link.survey, scope=link_scope(link))
    agency = asked.agency.id if asked.agency else None
    left = narrowed(link.bounds, Bounds(asked.from_on, asked.to_on, asked.channel, agency))
    if left is None:
        words = _("This link shows nothing of what was asked for.")
        raise Invalid(words, errors=(Problem("from", "outside", words),))
    return Selection(
        agency=asked.agency or bound_agency(link), from_on=left.from_on, to_on=left.to_on, channel=left.channel
    )


def bound_agency(link: Link) -> Agency | None:
    """The agency that a link is bound to; None where that is the survey's own, which needs no filter."""
    return None if link.agency_id == link.survey.agency_id else db.session.get(Agency, link.agency_id)


def shared_panel(link: Link, selection: Selection, key: str = "distribution") -> Panel:
    """A panel as the holder of a link sees it."""
    return build_panel(key, survey=link.survey, scope=link_scope(link), **selection.asked())


def shown(panel: Panel) -> dict[str, Any]:
    """One panel as KPI strip, chart, table and notes, and what it reaches in a sentence."""
    provenance = panel.filters.provenance
    return {
        "panel": panel,
        "finding": titles.level_finding(panel.rows) if panel.told == "some" else "",
        "kpis": cells.kpis(panel),
        **cells.distribution(panel),
        "distribution_note": f"{panel.note} {panel.source}",
        "filters": filters_text(panel.filters),
        "answered": cells.answered(panel),
        "provenance": provenance_note(provenance),
        "tags": [provenance] if provenance in PROVENANCES[1:] else [],
    }


def link_choices(link: Link) -> dict[str, Any]:
    """What the filter bar of a share link offers: agencies below the bound one, channels where none is bound."""
    depth = depths()
    top = depth[link.agency_id]
    below = [agency for agency in agencies_in(link_scope(link)) if agency.id != link.agency_id]
    indented = [(agency.code, "\u2003" * (depth[agency.id] - top - 1) + agency.name) for agency in below]
    whole = link.agency.short_name or link.agency.name
    channels = [("", _("All channels")), *((channel, channel_text(channel)) for channel in CHANNELS)]
    return {
        "agencies": [("", _("All of %(agency)s", agency=whole)), *indented] if below else [],
        "channels": [] if link.channel else channels,
    }


def csv_address(address: str, query: Mapping[str, str]) -> str:
    """An address with the filters that are on."""
    return f"{address}?{urlencode(query)}" if query else address
