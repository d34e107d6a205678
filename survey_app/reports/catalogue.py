"""The reports there are: what each is called, what it is for, and how it is composed."""

from collections.abc import Callable, Iterator, Mapping
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
from survey_app.figures.wording import period_text, provenance_text
from survey_app.i18n import in_language
from survey_app.procedures.queries import case_totals
from survey_app.reports.blocks import Block, Heading, Link, Note, Sentence, Signature, Text, numbered
from survey_app.reports.letterhead import Head, head_of
from survey_app.reports.parts import about_words, charts, count_words, filter_words, headline, source_line, tables
from survey_app.reports.report import Report
from survey_app.reports.rules import Cases
from survey_app.reports.sentences import Narrative, narrate, response_rate
from survey_app.surveys.models import Survey
from survey_app.tallies.queries import option_counts


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

    def panel(self, key: str) -> Panel:
        """A panel under the request's filters."""
        return build_panel(
            key,
            survey=self.survey,
            scope=self.scope,
            agency=self.agency,
            from_on=self.from_on,
            to_on=self.to_on,
            channel=self.channel,
        )

    @property
    def seen(self) -> Agency:
        """The agency that the report is about."""
        return seen_agency(survey=self.survey, scope=self.scope, agency=self.agency)


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
        note = [Note(panel.note)] if panel.note else []
        return Report(
            name=panel.key,
            title=panel.title,
            subtitle=about_words(panel.filters),
            filters=filter_words(panel),
            date_on=date_on or today(),
            number="",
            panels=(panel,),
            body=numbered([*charts([panel]), *tables([panel]), *note]),
            source=source_line(panel),
            language=language,
        )


def _overview(request: Request) -> Report:
    panel = request.panel("distribution")
    narrative = _narrative(request, panel)
    return Report(
        name="overview",
        title=_("Report on survey results"),
        subtitle=about_words(panel.filters),
        filters=filter_words(panel),
        date_on=request.date_on,
        number=request.number,
        panels=(panel,),
        body=numbered(_overview_blocks(request, panel, narrative)),
        source=source_line(panel),
        language=request.language,
        head=_head(request),
        marks=_marks(panel.filters),
    )


def _head(request: Request) -> Head:
    return head_of(request.seen, request.date_on)


def _marks(filters: Filters) -> tuple[str, ...]:
    """What every page says of its figures."""
    words = provenance_text(filters.provenance)
    return (words[:1].upper() + words[1:],) if words else ()


def _overview_blocks(request: Request, panel: Panel, narrative: Narrative) -> Iterator[Block]:
    drawn, tabled = list(charts([panel])), list(tables([panel]))
    yield Heading(_("Survey"))
    yield Text(_introduction(panel))
    yield Heading(_("Results"))
    if any(row.top.text for row in panel.rows):
        yield headline(panel)
    yield from (Sentence(sentence) for sentence in narrative.sentences)
    for heading, content in ((_("Charts"), drawn), (_("Tables"), tabled)):
        if content:
            yield Heading(heading)
            yield from content
    yield from _method(request, panel, narrative)
    yield Text(_closing(panel.filters))
    yield Signature()


def _introduction(panel: Panel) -> str:
    filters = panel.filters
    return _(
        "%(agency)s asked organisations and citizens about their satisfaction with the handling of administrative "
        "procedures %(period)s; %(count)s responses were counted. The results are as follows:",
        agency=filters.agency_name,
        period=period_text(filters.from_on, filters.to_on),
        count=count_words(panel.responses),
    )


def _method(request: Request, panel: Panel, narrative: Narrative) -> Iterator[Block]:
    """How the figures were made: filters, response rate, notes, and where to see them live."""
    yield Heading(_("Method and source"))
    rate = response_rate(panel.responses, _cases(request.seen, panel.filters), request.language)
    for name, words in (
        *filter_words(panel),
        (_("Response rate"), rate or _("not known: no case figures of the period")),
    ):
        yield Note(f"{name}: {words}.")
    yield from (Note(note) for note in (*narrative.notes, *((panel.note,) if panel.note else ())))
    if base := current_app.config["SETTINGS"].base_url:
        yield Link(f"{base}{live_path(panel.filters)}", _("The figures as they stand today"))


def live_path(filters: Filters) -> str:
    """The page that shows the same figures live."""
    asked = {
        "from": filters.from_on.isoformat() if filters.from_on else "",
        "to": filters.to_on.isoformat() if filters.to_on else "",
        "agency": filters.agency or "",
        "channel": filters.channel or "",
    }
    query = "&".join(f"{key}={value}" for key, value in asked.items() if value)
    return f"/dashboards/{filters.survey}" + (f"?{query}" if query else "")


def _closing(filters: Filters) -> str:
    return _("Above is the report of %(agency)s on the results of the survey./.", agency=filters.agency_name)


REPORTS: Mapping[str, Callable[[Request], Report]] = {"overview": _overview}


def _narrative(request: Request, panel: Panel) -> Narrative:
    agency = request.seen
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
