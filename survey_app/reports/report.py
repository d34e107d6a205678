"""The Report: panels, sentences and notes with the words that name them; what every writer draws."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from flask import current_app
from flask_babel import gettext as _

from survey_app.access import Scope
from survey_app.agencies.models import Agency
from survey_app.clock import today
from survey_app.errors import NotFound
from survey_app.figures.builders import build_panel
from survey_app.figures.panels import Filters, Panel
from survey_app.figures.queries import seen_agency
from survey_app.figures.wording import channel_text, period_text, provenance_text
from survey_app.i18n import format_number, in_language
from survey_app.procedures.queries import case_totals
from survey_app.reports.rules import ELLIPSIS, Cases
from survey_app.reports.sentences import Narrative, narrate
from survey_app.surveys.models import Survey
from survey_app.tallies.queries import option_counts


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a document holds, worded in `language`. `number` is as given ("" where none was); `filters` are pairs
    of name and words; `source` is the line "Nguồn: ..." with n and both days."""

    name: str
    title: str
    subtitle: str
    filters: tuple[tuple[str, str], ...]
    date_on: date
    number: str
    panels: tuple[Panel, ...]
    sentences: tuple[str, ...]
    notes: tuple[str, ...]
    source: str
    language: str


@dataclass(frozen=True, slots=True)
class Request:
    """What a report is asked about; days are local and inclusive."""

    survey: Survey
    scope: Scope
    agency: Agency | None
    from_on: date | None
    to_on: date | None
    channel: str | None
    language: str
    date_on: date
    number: str


def build_report(
    name: str,
    *,
    survey: Survey,
    scope: Scope,
    language: str,
    agency: Agency | None = None,
    from_on: date | None = None,
    to_on: date | None = None,
    channel: str | None = None,
    date_on: date | None = None,
    number: str = "",
) -> Report:
    """A report of a survey; `date_on` defaults to today. Raises NotFound for an unknown name (it lists those that
    exist) and whatever `build_panel` raises."""
    request = Request(survey, scope, agency, from_on, to_on, channel, language, date_on or today(), number.strip())
    with in_language(language):
        if name not in REPORTS:
            names = ", ".join(REPORTS)
            raise NotFound(_("There is no report “%(name)s”; there are: %(names)s.", name=name[:40], names=names))
        return REPORTS[name](request)


def panel_report(panel: Panel, *, language: str, date_on: date | None = None) -> Report:
    """One panel as a report without sentences: what the exports of a single chart are made of."""
    with in_language(language):
        return Report(
            name=panel.key,
            title=panel.title,
            subtitle=_subtitle(panel.filters),
            filters=filter_words(panel),
            date_on=date_on or today(),
            number="",
            panels=(panel,),
            sentences=(),
            notes=(panel.note,) if panel.note else (),
            source=source_line(panel),
            language=language,
        )


def _overview(request: Request) -> Report:
    panel = build_panel(
        "distribution",
        survey=request.survey,
        scope=request.scope,
        agency=request.agency,
        from_on=request.from_on,
        to_on=request.to_on,
        channel=request.channel,
    )
    narrative = _narrative(request, panel)
    return Report(
        name="overview",
        title=_("Report on survey results"),
        subtitle=_subtitle(panel.filters),
        filters=filter_words(panel),
        date_on=request.date_on,
        number=request.number,
        panels=(panel,),
        sentences=narrative.sentences,
        notes=(*narrative.notes, *((panel.note,) if panel.note else ())),
        source=source_line(panel),
        language=request.language,
    )


REPORTS: Mapping[str, Callable[[Request], Report]] = {"overview": _overview}


def filter_words(panel: Panel) -> tuple[tuple[str, str], ...]:
    """The filters as pairs of name and words, n and the provenance with them."""
    filters = panel.filters
    provenance = provenance_text(filters.provenance)
    return (
        (_("Survey"), filters.survey_title),
        (_("Agency"), filters.agency_name),
        (_("Period"), period_text(filters.from_on, filters.to_on)),
        (_("Channel"), channel_text(filters.channel) if filters.channel else _("all channels")),
        (_("Responses"), f"n = {count_words(panel.responses)}"),
        *(((_("Figures"), provenance),) if provenance else ()),
    )


def source_line(panel: Panel) -> str:
    """ "Nguồn: ... (n = 66; từ 01/01/2016 đến 31/12/2016)"."""
    period = period_text(panel.filters.from_on, panel.filters.to_on)
    return f"{panel.source.rstrip('.')} (n = {count_words(panel.responses)}; {period})."


def count_words(count: int | None) -> str:
    """A count with the reader's separators, "…" where it is hidden."""
    return ELLIPSIS if count is None else format_number(count)


def _subtitle(filters: Filters) -> str:
    provenance = provenance_text(filters.provenance)
    return f"{filters.survey_title} ({provenance})" if provenance else filters.survey_title


def _narrative(request: Request, panel: Panel) -> Narrative:
    agency = seen_agency(survey=request.survey, scope=request.scope, agency=request.agency)
    return narrate(
        panel.rows,
        language=request.language,
        agency=panel.filters.agency_short,
        responses=panel.responses,
        min_cell=current_app.config["SETTINGS"].min_cell,
        cases=_cases(agency, panel.filters),
        counted=_hidden_counts(request.survey, agency, panel),
    )


def _cases(agency: Agency, filters: Filters) -> Cases | None:
    """The case figures of the panel's period. Those of a part of it can contradict the answers, never confirm them;
    and one channel's answers have no cases of their own to be a share of."""
    if filters.from_on is None or filters.to_on is None:
        return None
    totals = case_totals(agency_id=agency.id, from_on=filters.from_on, to_on=filters.to_on)
    if totals is None:
        return None
    whole = (totals.period_from, totals.period_to) == (filters.from_on, filters.to_on)
    return Cases(
        overdue=totals.resolved_overdue if whole else totals.resolved_overdue or None,
        resolved=totals.resolved_total if whole and not filters.channel else None,
    )


def _hidden_counts(survey: Survey, agency: Agency, panel: Panel) -> Mapping[tuple[str, str], int]:
    """The true counts, read only where the panel hides some: "fewer than 5" must not be said of more."""
    if not any(option.suppressed for row in panel.rows for option in row.options):
        return {}
    filters = panel.filters
    return option_counts(
        agency_id=agency.id,
        survey_id=survey.id,
        from_on=filters.from_on,
        to_on=filters.to_on,
        channel=filters.channel,
    )
