"""The report of a quarter: case figures that reconcile or say why not, and what citizens answered."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from flask_babel import gettext as _

from survey_app.access import EVERYWHERE, Scope
from survey_app.agencies.models import Agency
from survey_app.agencies.queries import covers, name_on
from survey_app.errors import NotFound
from survey_app.figures.panels import Panel
from survey_app.procedures.cards import card_of
from survey_app.procedures.models import CaseFigures
from survey_app.procedures.queries import activities_of, figures_in
from survey_app.procedures.rules import period_presets
from survey_app.procedures.scorecards import RULE_SETS
from survey_app.reports.blocks import Appendix, Block, Heading, Note, Sentence, Signature, Source, Text, numbered
from survey_app.reports.case_form import empty_cell, rows_of_period
from survey_app.reports.case_parts import card_table, case_blocks, case_filters, case_source, period_words
from survey_app.reports.commitment_parts import commitment_blocks
from survey_app.reports.form_parts import form_block
from survey_app.reports.letterhead import head_of
from survey_app.reports.parts import charts, filter_words, source_line
from survey_app.reports.report import Report
from survey_app.reports.request import Request, live_address, method_blocks, narrative_of, page_marks, rate_words

Figures = Sequence[tuple[Agency, CaseFigures]]


def quarter(request: Request) -> Report:
    """Without an agency it covers every agency of the reader's scope with case figures in the period; with one, just
    that one and those below it, whether the survey collects there or not. Without days: the calendar quarter that ended
    last before the report's day."""
    request = _with_period(request)
    from_on, to_on = request.from_on, request.to_on
    if from_on is None or to_on is None:
        raise ValueError("a quarter has two ends")
    rows = _figures(request, from_on, to_on)
    panel = _panel(request)
    about = request.agency or (
        rows[0][0] if len({agency.id for agency, _figures in rows}) == 1 else request.survey.agency
    )
    return Report(
        name="quarter",
        title=_("Quarterly report"),
        subtitle=_subtitle(from_on, to_on),
        filters=filter_words(panel) if panel else case_filters(about, from_on, to_on),
        date_on=request.date_on,
        number=request.number,
        panels=(panel,) if panel else (),
        body=numbered(_blocks(request, rows, panel, about)),
        source=source_line(panel) if panel else case_source(from_on, to_on),
        language=request.language,
        head=head_of(about, request.date_on),
        # Without answers no figure of the report is the survey's.
        marks=page_marks(panel.filters) if panel and panel.responses != 0 else (),
        response_rate=rate_words(request.seen, panel, request.language) if panel else "",
        live=live_address(panel.filters) if panel else "",
    )


def _with_period(request: Request) -> Request:
    if request.from_on and request.to_on:
        return request
    last = next(each for each in period_presets(request.date_on) if (each.kind, each.rule) == ("quarter", "calendar"))
    return replace(request, from_on=request.from_on or last.from_on, to_on=request.to_on or last.to_on)


def _figures(request: Request, from_on: date, to_on: date) -> Figures:
    """The case figures of the period, of all fields together where there are such, else of each field."""
    if request.agency and not covers(request.scope, request.agency.id):
        raise NotFound(_("There is no such agency."))
    scope = Scope(request.agency.id) if request.agency else request.scope
    found = figures_in(scope=scope, from_on=from_on, to_on=to_on)
    whole = {(agency.id, each.period_from, each.period_to) for agency, each in found if each.field == ""}
    return [
        (agency, each)
        for agency, each in found
        if each.field == "" or (agency.id, each.period_from, each.period_to) not in whole
    ]


def _panel(request: Request) -> Panel | None:
    """What citizens answered; None where the survey does not collect at the agency."""
    try:
        return request.panel("distribution")
    except NotFound:
        return None


def _blocks(request: Request, rows: Figures, panel: Panel | None, about: Agency) -> Iterator[Block]:
    yield Heading(_("Case figures"))
    for agency, figures in rows:
        activities = activities_of(agency_id=agency.id, from_on=figures.period_from, to_on=figures.period_to)
        yield from case_blocks(agency, figures, activities if figures.field == "" else ())
    if rows:
        yield from _cards(rows)
    else:
        yield Text(_("No case figures were delivered for the period."))
    yield Heading(_("Satisfaction survey"))
    yield from _survey(request, panel)
    yield Text(_("Above is the report of %(agency)s for the period./.", agency=name_on(about, request.date_on)))
    yield Signature()
    yield from _forms(rows, about, request.date_on)


def _forms(rows: Figures, about: Agency, on: date) -> Iterator[Block]:
    """Form II.06a of each period that was delivered, with every field, as appendices."""
    head = head_of(about, on)
    for from_on, to_on in sorted({(figures.period_from, figures.period_to) for _agency, figures in rows}):
        agencies = {
            agency.id for agency, figures in rows if (figures.period_from, figures.period_to) == (from_on, to_on)
        }
        told = [(agency, each) for agency, each in rows_of_period(EVERYWHERE, from_on, to_on) if agency.id in agencies]
        yield Appendix(_("Case statistics"), wide=True)
        yield form_block(told, about, from_on, to_on, head)
        yield Note(empty_cell())
        yield Source(case_source(from_on, to_on))


def _cards(rows: Figures) -> Iterator[Block]:
    """The scorecards that somebody began, of every rule set."""
    for agency, figures in rows:
        for rules in RULE_SETS.values() if figures.field == "" else ():
            card = card_of(rules, agency_id=agency.id, from_on=figures.period_from, to_on=figures.period_to)
            if any(row.own is not None or row.verified is not None for row in card.rows):
                yield card_table(card, agency, figures.period_to)


def _survey(request: Request, panel: Panel | None) -> Iterator[Block]:
    if panel is None:
        yield Text(_("The survey does not collect answers at this agency."))
        return
    narrative = narrative_of(request, panel)
    yield from (Sentence(sentence) for sentence in narrative.sentences)
    if panel.responses != 0:
        yield from charts([panel])
        promised = list(commitment_blocks(request, panel.filters))
        if promised:
            yield Heading(_("You said, we did"))
            yield from promised
        yield from method_blocks(request, panel, narrative)


def _subtitle(from_on: date, to_on: date) -> str:
    period = period_words(from_on, to_on)
    period = period[:1].lower() + period[1:]
    return _("%(period)s: handling of administrative procedures and satisfaction of citizens", period=period)
