"""Form II.06a as a document of its own: the case figures of just one period, as delivered."""

from collections.abc import Iterator
from datetime import date

from flask_babel import gettext as _

from survey_app.access import Scope
from survey_app.agencies.models import Agency
from survey_app.agencies.queries import covers, name_on
from survey_app.errors import NotFound
from survey_app.figures.wording import period_text
from survey_app.procedures.queries import figures_in, sources_of
from survey_app.reports.blocks import Block, Note, Signature, Source, numbered
from survey_app.reports.case_parts import case_filters, case_source, finding_notes
from survey_app.reports.form_parts import Figures, form_block, form_title
from survey_app.reports.letterhead import head_of
from survey_app.reports.report import Report
from survey_app.reports.request import Request

NAME = "form-06a"
TYPED = "typed"


def case_form(request: Request) -> Report:
    """The form of the request's days, or without them of the latest period within them that has figures; of its agency
    and those below it, or of every agency of the reader's scope. Raises NotFound for an agency that the
    reader may not see."""
    if request.agency and not covers(request.scope, request.agency.id):
        raise NotFound(_("There is no such agency."))
    scope = Scope(request.agency.id) if request.agency else request.scope
    found = figures_in(scope=scope, from_on=request.from_on, to_on=request.to_on)
    days = (request.from_on, request.to_on)
    if found and None in days:
        days = (found[0][1].period_from, found[0][1].period_to)
    from_on, to_on = (day or request.date_on for day in days)
    rows = rows_of_period(scope, from_on, to_on)
    about = _about(request, rows)
    return form_report(
        rows, about, (from_on, to_on), language=request.language, on=request.date_on, number=request.number
    )


def rows_of_period(scope: Scope, from_on: date, to_on: date) -> Figures:
    """The figures of a scope's agencies for just that period."""
    found = figures_in(scope=scope, from_on=from_on, to_on=to_on)
    return [(agency, each) for agency, each in found if (each.period_from, each.period_to) == (from_on, to_on)]


def form_report(
    rows: Figures, about: Agency, days: tuple[date, date], *, language: str, on: date, number: str = ""
) -> Report:
    """Rows of one period (its days) as the form that `about` sends; call in that language."""
    from_on, to_on = days
    head = head_of(about, on)
    form = form_block(rows, about, from_on, to_on, head)
    return Report(
        name=NAME,
        title=_("Case statistics (form II.06a)"),
        subtitle=f"{form_title(name_on(about, to_on))}, {period_text(from_on, to_on)}",
        filters=case_filters(about, from_on, to_on),
        date_on=on,
        number=number,
        panels=(),
        body=numbered((form, *form_notes(rows, from_on, to_on), Signature(form=True))),
        source=case_source(from_on, to_on),
        language=language,
        head=head,
        is_form=True,
    )


def form_notes(rows: Figures, from_on: date, to_on: date) -> Iterator[Block]:
    """What must be known of the form's figures: empty cells, what does not add up, what they came from."""
    if not rows:
        yield Note(_("No case figures were delivered for just this period."))
        return
    yield Note(empty_cell())
    for agency, figures in rows:
        yield from finding_notes(agency, figures)
    agencies = {agency.id for agency, _figures in rows}
    sources = sources_of(agency_ids=agencies, from_on=from_on, to_on=to_on)
    if sources:
        named = "; ".join(_("typed in") if each == TYPED else each for each in sources)
        yield Note(_("Delivered as: %(files)s.", files=named))
    yield Source(case_source(from_on, to_on))


def empty_cell() -> str:
    """What an empty cell of the form means."""
    return _("An empty cell: not delivered. A sum lacks a count that one of its rows lacks.")


def _about(request: Request, rows: Figures) -> Agency:
    """Whose form it is: the agency that was asked for, the only one that has figures, else the survey's."""
    if request.agency:
        return request.agency
    return rows[0][0] if len({agency.id for agency, _figures in rows}) == 1 else request.survey.agency
