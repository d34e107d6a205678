"""What the pages hold: the choices of the filter bar, the surveys of the list, one survey's figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _

from survey_app import clock
from survey_app.access import Scope
from survey_app.agencies.models import Agency
from survey_app.agencies.queries import depths, successions
from survey_app.dashboards import cells
from survey_app.dashboards.addresses import chart_addresses, report_addresses
from survey_app.figures.builders import build_panel, responses_counted
from survey_app.figures.charts import drawable
from survey_app.figures.filters import KEYS, Selection
from survey_app.figures.panels import Panel
from survey_app.figures.plotly_chart import chart_height, plotly_json
from survey_app.figures.queries import seen_agency
from survey_app.figures.wording import channel_text, comparison_text, filters_text, period_text, provenance_note
from survey_app.i18n import format_day, format_number
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import survey_agencies, surveys_in
from survey_app.surveys.rules import CHANNELS, PROVENANCES
from survey_app.tallies.queries import first_and_last_day

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Card:
    """A survey of the list: whose part the reader sees, its days, how many answers (None where hidden)."""

    survey: Survey
    agency: str
    period: str
    responses: int | None
    tags: list[str]


def survey_cards(scope: Scope) -> list[Card]:
    """The surveys that a reader may see, the newest first."""
    cards = []
    for survey in surveys_in(scope):
        filters, responses = responses_counted(survey=survey, scope=scope)
        period = period_text(filters.from_on, filters.to_on)
        cards.append(Card(survey, filters.agency_name, period, responses, tags(survey)))
    return cards


def tags(survey: Survey) -> list[str]:
    """The kinds of tag that say where a survey's figures come from."""
    return [survey.provenance] if survey.provenance in PROVENANCES[1:] else []


def filter_choices(survey: Survey, scope: Scope) -> dict[str, Any]:
    """The filter bar's agencies (empty where there is only one) and channels, as (value, text); "" is no filter."""
    whole = seen_agency(survey=survey, scope=scope)
    below = [agency for agency in survey_agencies(survey, scope) if agency.id != whole.id]
    return {
        "agencies": [("", _("All of %(agency)s", agency=whole.short_name or whole.name)), *_indented(below, whole)]
        if below
        else [],
        "structures": [("", _("as reported")), ("current", _("today's structure"))] if successions() else [],
        "channels": [("", _("All channels")), *((channel, channel_text(channel)) for channel in CHANNELS)],
    }


def _indented(agencies: list[Agency], whole: Agency) -> list[Choice]:
    depth = depths()
    top = depth[whole.id]
    return [(agency.code, "\u2003" * (depth[agency.id] - top - 1) + agency.name) for agency in agencies]


def figures(survey: Survey, selection: Selection, scope: Scope) -> dict[str, Any]:
    """Everything on the page that comes from one panel, and where to get it as a file."""
    panel = build_panel(
        "distribution",
        survey=survey,
        scope=scope,
        **selection.asked(),
    )
    query = selection.query()
    drawn = drawable(panel.chart)
    return {
        "panel": panel,
        "kpis": cells.kpis(panel),
        "columns": cells.columns(panel),
        "groups": cells.groups(panel),
        "legend": cells.legend(panel.chart),
        "reading": cells.reading_notes(panel),
        "figure": plotly_json(drawn) if drawn else None,
        "height": chart_height(drawn) if drawn else 0,
        "published_kpis": cells.published_kpis(panel),
        "provenance": provenance_note(survey.provenance),
        "answered": _answered(panel),
        "filters": filters_text(panel.filters),
        "active": _active(survey, selection),
        "charts": chart_addresses("distribution", survey.code, query),
        "reports": report_addresses(survey.code, query),
        "updated": _updated(survey, selection, scope, panel),
    }


def _answered(panel: Panel) -> str:
    if panel.responses is None:
        return _("Too few answers to show")
    return _("%(count)s answers counted", count=format_number(panel.responses))


def _updated(survey: Survey, selection: Selection, scope: Scope, panel: Panel) -> str:
    """When the page was made, and the day of the newest counted answer."""
    made = clock.now().astimezone(clock.timezone())
    text = _("Updated %(day)s %(time)s.", day=format_day(made), time=f"{made:%H:%M}")
    agency = seen_agency(survey=survey, scope=scope, agency=selection.agency)
    answered = first_and_last_day(agency_id=agency.id, survey_id=survey.id) if panel.responses else None
    return f"{text} " + _("Newest counted answer: %(day)s.", day=format_day(answered[1])) if answered else text


def _active(survey: Survey, selection: Selection) -> list[Choice]:
    """(filter in words, address without it) for each filter that is on."""
    query = selection.query()
    words = {
        "from": _("from %(from_on)s", from_on=format_day(selection.from_on)) if selection.from_on else "",
        "to": _("up to %(to_on)s", to_on=format_day(selection.to_on)) if selection.to_on else "",
        "agency": selection.agency.name if selection.agency else "",
        "channel": channel_text(selection.channel) if selection.channel else "",
        "structure": _("today's structure") if selection.structure else "",
        "procedure": _("procedure %(code)s", code=selection.procedure) if selection.procedure else "",
        "compare": comparison_text(selection.compare) if selection.compare else "",
        "question": "",
    }
    return [(words[key], _without(survey, query, key)) for key in KEYS if words[key]]


def _without(survey: Survey, query: Mapping[str, str], key: str) -> str:
    kept = {name: value for name, value in query.items() if name != key}
    here = url_for("dashboards.survey", code=survey.code)
    return f"{here}?{urlencode(kept)}" if kept else here
