"""What a report is asked about, and what every report says of it: letterhead, narrative, cases, method."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from flask import current_app
from flask_babel import gettext as _

from survey_app.access import Scope
from survey_app.agencies.models import Agency
from survey_app.figures.builders import build_panel
from survey_app.figures.panels import Filters, Panel
from survey_app.figures.queries import seen_agency
from survey_app.figures.released import released_counts
from survey_app.figures.wording import provenance_text
from survey_app.procedures.queries import case_totals
from survey_app.reports.blocks import Block, Heading, Link, Note
from survey_app.reports.letterhead import Head, head_of
from survey_app.reports.parts import filter_words
from survey_app.reports.rules import Cases
from survey_app.reports.sentences import Narrative, narrate, response_rate
from survey_app.surveys.models import Survey
from survey_app.tallies.rules import Slice


@dataclass(frozen=True, slots=True)
class Request:
    """What a report is asked about; days are local and inclusive. `built` hears of each panel once it is built."""

    survey: Survey
    scope: Scope
    agency: Agency | None
    from_on: date | None
    to_on: date | None
    channel: str | None
    language: str
    date_on: date
    number: str
    built: Callable[[], object] = int
    procedure: str | None = None
    compare: str | None = None
    question: str | None = None
    structure: str | None = None
    level: str | None = None

    def panel(self, key: str) -> Panel:
        """A panel under the request's filters."""
        panel = build_panel(
            key,
            survey=self.survey,
            scope=self.scope,
            agency=self.agency,
            from_on=self.from_on,
            to_on=self.to_on,
            channel=self.channel,
            procedure=self.procedure,
            compare=self.compare,
            question=self.question,
            structure=self.structure,
            level=self.level,
        )
        self.built()
        return panel

    @property
    def seen(self) -> Agency:
        """The agency that the report is about."""
        return seen_agency(survey=self.survey, scope=self.scope, agency=self.agency)


def report_head(request: Request) -> Head:
    """The letterhead of the agency that the report is about."""
    return head_of(request.seen, request.date_on)


def page_marks(filters: Filters) -> tuple[str, ...]:
    """What every page says of its figures."""
    words = provenance_text(filters.provenance)
    return (words[:1].upper() + words[1:],) if words else ()


def method_blocks(request: Request, panel: Panel, narrative: Narrative) -> Iterator[Block]:
    """How the figures were made: filters, response rate, notes, and where to see them live."""
    yield Heading(_("Method and source"))
    yield from filter_notes(request.seen, panel, request.language)
    yield from (Note(note) for note in (*narrative.notes, *((panel.note,) if panel.note else ())))
    yield from live_link(panel.filters)


def filter_notes(agency: Agency, panel: Panel, language: str) -> Iterator[Note]:
    """The filters in words, and the response rate."""
    yield from (Note(f"{name}: {words}.") for name, words in filter_words(panel))
    yield Note(rate_words(agency, panel, language))


def rate_words(agency: Agency, panel: Panel, language: str) -> str:
    """ "Tỷ lệ phản hồi: 15%.", or that it is not known."""
    rate = response_rate(panel.responses, cases_of(agency, panel.filters), language)
    if rate:
        return _("Response rate: %(rate)s.", rate=rate)
    return _("Response rate: not known, for want of case figures of the period.")


def live_link(filters: Filters) -> Iterator[Link]:
    """Where the figures are seen live, where this installation knows its own address."""
    if address := live_address(filters):
        yield Link(address, _("The figures as they stand today"))


def live_address(filters: Filters) -> str:
    """The address of the page that shows the same figures; "" where this installation does not know its own."""
    base = current_app.config["SETTINGS"].base_url
    return f"{base}{live_path(filters)}" if base else ""


def live_path(filters: Filters) -> str:
    """The page that shows the same figures live."""
    asked = {
        "from": filters.from_on.isoformat() if filters.from_on else "",
        "to": filters.to_on.isoformat() if filters.to_on else "",
        "agency": filters.agency,
        **{key: getattr(filters, key) for key in ("channel", "procedure", "compare", "structure")},
    }
    query = urlencode({key: value for key, value in asked.items() if value})
    return f"/dashboards/{filters.survey}" + (f"?{query}" if query else "")


def narrative_of(request: Request, panel: Panel) -> Narrative:
    """A panel's figures in sentences, beside the cases of the same period."""
    agency = request.seen
    return narrate(
        panel.rows,
        language=request.language,
        agency=panel.filters.agency_short,
        responses=panel.responses,
        min_cell=current_app.config["SETTINGS"].min_cell,
        cases=cases_of(agency, panel.filters),
        counted=_hidden_counts(request.survey, agency, panel),
    )


def cases_of(agency: Agency, filters: Filters) -> Cases | None:
    """The case figures of the panel's period. Those of a part of it can contradict the answers, never confirm them;
    and the answers of one channel, or of several agencies in one, have no cases of their own to be a share of. Those
    about one procedure are told without cases."""
    if filters.from_on is None or filters.to_on is None or filters.procedure:
        return None
    totals = case_totals(agency_id=agency.id, from_on=filters.from_on, to_on=filters.to_on)
    if totals is None:
        return None
    whole = (totals.period_from, totals.period_to) == (filters.from_on, filters.to_on)
    return Cases(
        overdue=totals.resolved_overdue if whole else totals.resolved_overdue or None,
        resolved=totals.resolved_total if whole and not filters.channel and not filters.structure else None,
    )


def _hidden_counts(survey: Survey, agency: Agency, panel: Panel) -> Mapping[tuple[str, str], int]:
    """The true counts, read only where the panel hides some: "fewer than 5" must not be said of more."""
    if not any(option.suppressed for row in panel.rows for option in row.options):
        return {}
    filters = panel.filters
    part = Slice(survey.id, (agency.id,), filters.from_on, filters.to_on, filters.channel, procedure=filters.procedure)
    return released_counts(survey, part).counts
