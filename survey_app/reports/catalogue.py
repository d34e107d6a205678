"""The reports there are: what each is called, what it is for, and how it is composed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from flask_babel import gettext as _

from survey_app.access import Scope
from survey_app.agencies.models import Agency
from survey_app.agencies.queries import covers, require_agency
from survey_app.clock import today
from survey_app.errors import NotFound
from survey_app.figures.filters import Selection, read_selection
from survey_app.figures.panels import Filters, Panel
from survey_app.figures.wording import period_text
from survey_app.i18n import in_language
from survey_app.reports.blocks import Block, Heading, Note, Sentence, Signature, Text, numbered
from survey_app.reports.parts import about_words, charts, count_words, filter_words, headline, source_line, tables
from survey_app.reports.quarter import quarter
from survey_app.reports.report import Report
from survey_app.reports.request import Request, method_blocks, narrative_of, page_marks, report_head
from survey_app.reports.sentences import Narrative
from survey_app.surveys.models import Survey


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


def read_filters(name: str, query: Mapping[str, str | None], *, survey: Survey, scope: Scope) -> Selection:
    """The filters that a report is asked under, as `read_selection` reads them; some reports take any agency of the
    scope. Raises Invalid, and NotFound for an agency that the reader may not see."""
    code = (query.get("agency") or "").strip()
    if name not in ANY_AGENCY or not code:
        return read_selection(query, survey=survey, scope=scope)
    agency = require_agency(code)
    if not covers(scope, agency.id):
        raise NotFound(_("There is no agency with the code %(code)s.", code=code))
    return replace(read_selection({**query, "agency": None}, survey=survey, scope=scope), agency=agency)


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
    narrative = narrative_of(request, panel)
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
        head=report_head(request),
        marks=page_marks(panel.filters),
    )


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
    yield from method_blocks(request, panel, narrative)
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


def _closing(filters: Filters) -> str:
    return _("Above is the report of %(agency)s on the results of the survey./.", agency=filters.agency_name)


REPORTS: Mapping[str, Callable[[Request], Report]] = {"overview": _overview, "quarter": quarter}
# Reports on agencies at which the survey need not collect.
ANY_AGENCY = frozenset({"quarter"})
