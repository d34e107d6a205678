"""The filter bar: what can be chosen, what is on and how to take it off. The address is the state."""

from collections.abc import Mapping

from flask_babel import gettext as _

from survey_app import clock
from survey_app.access import Scope
from survey_app.agencies.models import Agency
from survey_app.agencies.queries import depths, successions
from survey_app.dashboards.addresses import with_query
from survey_app.figures.filters import KEYS, Selection
from survey_app.figures.periods import COMPARISONS, Preset, presets
from survey_app.figures.queries import seen_agency
from survey_app.figures.wording import channel_text, comparison_text
from survey_app.i18n import format_day, localized
from survey_app.procedures.queries import catalogue
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import survey_agencies
from survey_app.surveys.rules import CHANNELS

Choice = tuple[str, str]


def choices(survey: Survey, scope: Scope) -> dict[str, list[Choice]]:
    """Agencies and procedures (empty where there is only one or none), channels and comparisons, as (value, text); ""
    is no filter."""
    whole = seen_agency(survey=survey, scope=scope)
    below = [agency for agency in survey_agencies(survey, scope) if agency.id != whole.id]
    everything = _("All of %(agency)s", agency=whole.short_name or whole.name)
    known = [(procedure.code, localized(procedure.names)) for procedure in catalogue()]
    return {
        "agencies": [("", everything), *_indented(below, whole)] if below else [],
        "structures": [("", _("as reported")), ("current", _("today's structure"))] if successions() else [],
        "channels": [("", _("All channels")), *((channel, channel_text(channel)) for channel in CHANNELS)],
        "procedures": [("", _("All procedures")), *known] if known else [],
        "comparisons": [("", _("No comparison")), *_comparisons().items()],
    }


def preset_links(address: str, query: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """(period in words, address with its days and all other filters, whether it is on)."""
    links = []
    for preset in presets(clock.today()):
        days = {"from": preset.from_on.isoformat(), "to": preset.to_on.isoformat()}
        on = all(query.get(key) == value for key, value in days.items())
        links.append((preset_text(preset), with_query(address, {**query, **days}), on))
    return links


def preset_text(preset: Preset) -> str:
    """A period by its name: "Quarter 3/2026"; those of official reports say so."""
    names = {
        "month": _("Month %(number)s/%(year)s", number=preset.number, year=preset.year),
        "quarter": _("Quarter %(number)s/%(year)s", number=preset.number, year=preset.year),
        "half": _("Half-year %(number)s/%(year)s", number=preset.number, year=preset.year),
        "year": _("Year %(year)s", year=preset.year),
    }
    if preset.statutory:
        return _("Report of quarter %(number)s/%(year)s (15th to 14th)", number=preset.number, year=preset.year)
    return names[preset.unit]


def active(address: str, selection: Selection) -> list[Choice]:
    """(filter in words, address without it) for each filter that is on."""
    query = selection.query()
    words = {
        "from": _("from %(from_on)s", from_on=format_day(selection.from_on)) if selection.from_on else "",
        "to": _("up to %(to_on)s", to_on=format_day(selection.to_on)) if selection.to_on else "",
        "agency": selection.agency.name if selection.agency else "",
        "channel": channel_text(selection.channel) if selection.channel else "",
        "structure": _("today's structure") if selection.structure else "",
        "procedure": _procedure(selection.procedure) if selection.procedure else "",
        "compare": comparison_text(selection.compare) if selection.compare else "",
    }
    return [(words[key], with_query(address, _without(query, key))) for key in KEYS if words.get(key)]


def agency_steps(survey: Survey, scope: Scope, selection: Selection, address: str) -> list[tuple[str, str | None]]:
    """The chosen agency and those above it down from the reader's own, each with the address that chooses it."""
    if selection.agency is None:
        return []
    known = {agency.id: agency for agency in survey_agencies(survey, scope)}
    whole = seen_agency(survey=survey, scope=scope)
    line: list[Agency] = []
    step: Agency | None = selection.agency
    while step is not None and step.id != whole.id:
        line.append(step)
        step = known.get(step.parent_id) if step.parent_id else None
    query = selection.query()
    return [
        (each.short_name or each.name, with_query(address, {**query, "agency": each.code})) for each in reversed(line)
    ]


def _comparisons() -> dict[str, str]:
    """Short, as they stand below the words “compare with”."""
    names = {"previous": _("the period before"), "year_ago": _("same days last year")}
    return {each: names[each] for each in COMPARISONS}


def _procedure(code: str) -> str:
    names = {procedure.code: localized(procedure.names) for procedure in catalogue()}
    return _("procedure %(code)s", code=names.get(code, code))


def _without(query: Mapping[str, str], key: str) -> dict[str, str]:
    return {name: value for name, value in query.items() if name != key}


def _indented(agencies: list[Agency], whole: Agency) -> list[Choice]:
    depth = depths()
    top = depth[whole.id]
    return [(agency.code, "\u2003" * (depth[agency.id] - top - 1) + agency.name) for agency in agencies]
