"""The reports there are: what each is called, what it is for, and how it is composed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Unpack

from flask_babel import gettext as _

from survey_app.access import Scope
from survey_app.agencies.models import Agency
from survey_app.agencies.queries import covers, name_on, require_agency
from survey_app.clock import today
from survey_app.errors import NotFound
from survey_app.figures.filters import Selection, read_selection
from survey_app.figures.panels import Panel
from survey_app.figures.parts import AskedFilters
from survey_app.figures.wording import period_text
from survey_app.i18n import in_language, lazy_gettext
from survey_app.reports.blocks import (
    Appendix,
    Block,
    Contents,
    Heading,
    Note,
    Sentence,
    Signature,
    Source,
    Text,
    numbered,
)
from survey_app.reports.case_form import NAME as CASE_FORM
from survey_app.reports.case_form import case_form
from survey_app.reports.commitment_parts import commitment_blocks
from survey_app.reports.parts import about_words, charts, count_words, filter_words, headline, source_line
from survey_app.reports.quarter import quarter
from survey_app.reports.report import Report
from survey_app.reports.request import (
    Request,
    filter_notes,
    live_address,
    live_link,
    method_blocks,
    narrative_of,
    page_marks,
    rate_words,
    report_head,
)
from survey_app.reports.tables import index_table, matrix_table, side_by_side_table, tables, unit_tables
from survey_app.reports.writers import WRITERS
from survey_app.surveys.models import Survey

BY_AGENCY = frozenset({"agencies", "funnel"})
CHANGE = "change"
# The reports that show what a comparison was asked for.
WITH_CHANGES = ("overview", "survey-year", "slides", "sipas", "province")
Blocks = Iterator[Block]
Compose = Callable[[Request, Sequence[Panel]], Blocks]


@dataclass(frozen=True, slots=True)
class Kind:
    """A report: its (lazy) title, what it is for, how it is made, and the panels that it is made of. `any_agency`: also
    one at which the survey does not collect."""

    title: str
    about: str
    make: Callable[[Request], Report]
    panels: tuple[str, ...]
    any_agency: bool = False

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats that it can be written in: without panels it has no pictures."""
        return tuple(name for name, writer in WRITERS.items() if self.panels or not writer.pictures)

    @property
    def is_long(self) -> bool:
        """Whether it can take over a second to make: what reads every agency can, of panels or of case figures
        (docs/reports.md, Cost)."""
        return self.any_agency or not BY_AGENCY.isdisjoint(self.panels)


def build_report(
    name: str,
    *,
    survey: Survey,
    scope: Scope,
    language: str,
    date_on: date | None = None,
    number: str = "",
    built: Callable[[], object] = int,
    **asked: Unpack[AskedFilters],
) -> Report:
    """A report of a survey; `date_on` defaults to today, `built` is called after each panel. No report takes
    a `rating`.

    Raises NotFound for an unknown name (it lists those that exist) and whatever `build_panel` raises."""
    day = date_on or today()
    request = Request(
        survey=survey,
        scope=scope,
        agency=asked.get("agency"),
        from_on=asked.get("from_on"),
        to_on=asked.get("to_on"),
        channel=asked.get("channel"),
        language=language,
        date_on=day,
        number=number.strip(),
        built=built,
        procedure=asked.get("procedure"),
        compare=asked.get("compare"),
        question=asked.get("question"),
        structure=asked.get("structure"),
        level=asked.get("level"),
    )
    with in_language(language):
        return report_of(name, request)


def report_of(name: str, request: Request) -> Report:
    """The report of that name; call in the request's language. Raises NotFound."""
    if name not in REPORTS:
        names = ", ".join(REPORTS)
        raise NotFound(_("There is no report “%(name)s”; there are: %(names)s.", name=name[:40], names=names))
    # No report says that it compares where it does not.
    return REPORTS[name].make(request if name in WITH_CHANGES else replace(request, compare=None))


def read_filters(name: str, query: Mapping[str, str | None], *, survey: Survey, scope: Scope) -> Selection:
    """The filters that a report is asked under, as `read_selection` reads them; some reports take any agency of the
    scope. Raises Invalid, and NotFound for an agency that the reader may not see."""
    code = (query.get("agency") or "").strip()
    if name not in REPORTS or not REPORTS[name].any_agency or not code:
        return read_selection(query, survey=survey, scope=scope)
    agency = require_agency(code)
    if not covers(scope, agency.id):
        raise NotFound(_("There is no agency with the code %(code)s.", code=code))
    return replace(read_selection({**query, "agency": None}, survey=survey, scope=scope), agency=agency)


def with_notes(report: Report, notes: Sequence[str]) -> Report:
    """The report with more notes after its last one."""
    places = [place for place, block in enumerate(report.body) if isinstance(block, Note)]
    place = places[-1] + 1 if places else len(report.body)
    added = tuple(Note(text) for text in notes)
    return replace(report, body=(*report.body[:place], *added, *report.body[place:]))


def panel_report(panel: Panel, agency: Agency, *, language: str, date_on: date | None = None) -> Report:
    """One panel about an agency as a report without sentences: what the exports of a single chart are made of."""
    with in_language(language):
        method = [*filter_notes(agency, panel, language), *_note(panel), *live_link(panel.filters)]
        return Report(
            name=panel.key,
            title=panel.title,
            subtitle=about_words(panel.filters),
            filters=filter_words(panel),
            date_on=date_on or today(),
            number="",
            panels=(panel,),
            body=numbered([*charts([panel]), *tables([panel]), *method]),
            source=source_line(panel),
            language=language,
            response_rate=rate_words(agency, panel, language),
            live=live_address(panel.filters),
        )


def _of_panels(name: str, compose: Compose) -> Callable[[Request], Report]:
    """How a report is made of its panels; the first of them is about the whole."""

    def make(request: Request) -> Report:
        more = (CHANGE,) if request.compare and name in WITH_CHANGES else ()
        panels = tuple(request.panel(key) for key in (*REPORTS[name].panels, *more))
        whole = panels[0]
        return Report(
            name=name,
            title=str(REPORTS[name].title),
            subtitle=about_words(whole.filters),
            filters=filter_words(whole),
            date_on=request.date_on,
            number=request.number,
            panels=panels,
            body=numbered(compose(request, panels)),
            source=source_line(whole),
            language=request.language,
            head=report_head(request),
            marks=page_marks(whole.filters),
            response_rate=rate_words(request.seen, whole, request.language),
            live=live_address(whole.filters),
        )

    return make


def introduction(request: Request, panel: Panel) -> Text:
    """Who asked whom, when, and how many answered; the agency by its name at the end of the period."""
    filters = panel.filters
    words = _(
        "%(agency)s asked organisations and citizens about their satisfaction with the handling of administrative "
        "procedures %(period)s; %(count)s responses were counted. The results are as follows:",
        agency=name_on(request.seen, filters.to_on or request.date_on),
        period=period_text(filters.from_on, filters.to_on),
        count=count_words(panel.responses),
    )
    return Text(words)


def closing(request: Request) -> Blocks:
    """The last sentence, with the agency's name on the document's day, and the signature."""
    agency = name_on(request.seen, request.date_on)
    yield Text(_("Above is the report of %(agency)s on the results of the survey./.", agency=agency))
    yield Signature()


def _section(heading: str, content: Iterator[Block] | Sequence[Block]) -> Blocks:
    """A heading with its content; nothing where there is none."""
    held = list(content)
    if held:
        yield Heading(heading)
        yield from held


def _findings(request: Request, panel: Panel) -> Blocks:
    """The best levels at one look, then the sentences."""
    if any(row.top.text for row in panel.rows):
        yield headline(panel)
    yield from (Sentence(sentence) for sentence in narrative_of(request, panel).sentences)


def _note(panel: Panel) -> list[Block]:
    return [Note(panel.note)] if panel.note else []


def _changes(panels: Sequence[Panel]) -> Blocks:
    """What changed since the period that was asked for."""
    for panel in panels:
        if panel.key == CHANGE:
            yield from _section(panel.title, [*charts([panel]), *tables([panel]), *_note(panel)])


def _overview(request: Request, panels: Sequence[Panel]) -> Blocks:
    whole = panels[0]
    yield from _section(_("Survey"), [introduction(request, whole)])
    yield from _section(_("Results"), _findings(request, whole))
    yield from _section(_("Charts"), list(charts([whole])))
    yield from _changes(panels)
    yield from _section(_("Tables"), list(tables([whole])))
    yield from method_blocks(request, whole, narrative_of(request, whole))
    yield from closing(request)


def _survey_year(request: Request, panels: Sequence[Panel]) -> Blocks:
    whole, *parts = panels
    yield from _section(_("Survey"), [introduction(request, whole)])
    yield from _section(_("Results"), _findings(request, whole))
    yield from _section(_("Distribution of ratings"), list(charts([whole])))
    yield from _changes(panels)
    for panel in (each for each in parts if each.compares):
        yield from _section(panel.title, [*charts([panel]), *matrix_table(panel), *_note(panel)])
    yield from _section(_("You said, we did"), commitment_blocks(request, whole.filters))
    yield from method_blocks(request, whole, narrative_of(request, whole))
    yield from closing(request)
    yield Appendix(_("Figures by criterion"))
    yield from tables([whole])


def _brief(request: Request, panels: Sequence[Panel]) -> Blocks:
    whole = panels[0]
    yield from _findings(request, whole)
    yield Source(source_line(whole))
    yield from live_link(whole.filters)
    yield from closing(request)


def _slides(request: Request, panels: Sequence[Panel]) -> Blocks:
    whole, *parts = panels
    yield Heading(_("Results"))
    if any(row.top.text for row in whole.rows):
        yield headline(whole)
    yield from charts([whole])
    yield from charts([panel for panel in parts if panel.key == CHANGE])
    yield from charts([panel for panel in parts if panel.compares])
    yield from method_blocks(request, whole, narrative_of(request, whole))
    yield Signature()


def _sipas(request: Request, panels: Sequence[Panel]) -> Blocks:
    whole = panels[0]
    yield from _section(_("Survey"), [introduction(request, whole)])
    yield from _section(_("Satisfaction index"), [index_table(whole), Source(source_line(whole))])
    yield from _section(_("Charts"), list(charts([whole])))
    yield from _changes(panels)
    yield from method_blocks(request, whole, narrative_of(request, whole))
    yield Note(
        _(
            "Index of a criterion: the share of satisfied answers (the positive levels of its scale) among all answers "
            "with an opinion. The overall index is the mean of the criteria without weights, for reference. It is not "
            "the national index, whose sample since 2022 is drawn from households: never draw one line through both."
        )
    )
    yield from closing(request)


def _province(request: Request, panels: Sequence[Panel]) -> Blocks:
    whole, agencies, funnel = panels[:3]
    yield Contents()
    yield from _section(_("Survey"), [introduction(request, whole)])
    yield from _section(_("Results"), _findings(request, whole))
    yield from _section(_("Distribution of ratings"), list(charts([whole])))
    yield from _changes(panels)
    yield from _section(_("Agencies"), [*charts([funnel]), *side_by_side_table(agencies), *_note(funnel)])
    yield from method_blocks(request, whole, narrative_of(request, whole))
    yield from closing(request)
    yield Appendix(_("Figures by agency"))
    yield from unit_tables(agencies)
    yield Source(source_line(agencies))


REPORTS: Mapping[str, Kind] = {
    "overview": Kind(
        lazy_gettext("Report on survey results"),
        lazy_gettext("Sentences, charts and tables by criterion."),
        _of_panels("overview", _overview),
        ("distribution",),
    ),
    "survey-year": Kind(
        lazy_gettext("Yearly report on survey results"),
        lazy_gettext("In the manner of the 2016 report, with months, agencies and channels; tables in an appendix."),
        _of_panels("survey-year", _survey_year),
        ("distribution", "trend", "agencies", "channels"),
    ),
    "brief": Kind(
        lazy_gettext("Brief on survey results"),
        lazy_gettext("One page for leaders: the best levels and the sentences."),
        _of_panels("brief", _brief),
        ("distribution",),
    ),
    "slides": Kind(
        lazy_gettext("Slides on survey results"),
        lazy_gettext("One finding a slide; best written as PPTX."),
        _of_panels("slides", _slides),
        ("distribution", "trend", "funnel", "channels"),
    ),
    "sipas": Kind(
        lazy_gettext("Report on the satisfaction index"),
        lazy_gettext("The share of satisfied answers by criterion, in the manner of SIPAS, with its method."),
        _of_panels("sipas", _sipas),
        ("distribution",),
    ),
    "province": Kind(
        lazy_gettext("Report on survey results by agency"),
        lazy_gettext("The whole, the agencies beside each other, and an appendix with a table for each agency."),
        _of_panels("province", _province),
        ("distribution", "agencies", "funnel"),
    ),
    "quarter": Kind(
        lazy_gettext("Quarterly report"),
        lazy_gettext("Case figures that add up or say why not, form II.06a, and what citizens answered."),
        quarter,
        ("distribution",),
        any_agency=True,
    ),
    CASE_FORM: Kind(
        lazy_gettext("Case statistics (form II.06a)"),
        lazy_gettext("The official form in its layout: the case figures of a period by tier, agency and field."),
        case_form,
        (),
        any_agency=True,
    ),
}
