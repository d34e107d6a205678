"""The case figures of the period, and which of them do not add up."""

from dataclasses import asdict

from flask_babel import gettext as _

from survey_app.figures.panels import Body, Leading, Measure
from survey_app.figures.parts import Part
from survey_app.figures.released import Told
from survey_app.figures.wording import period_text
from survey_app.i18n import format_number
from survey_app.procedures.findings import COUNT_NAMES, finding_words
from survey_app.procedures.queries import CaseTotals, case_totals
from survey_app.procedures.rules import COUNTS, reconcile


def cases(part: Part, _counts: Told) -> Body:
    """What the case system counted at the agency and below it within the days; each identity that fails is named."""
    first, last = part.days
    totals = case_totals(agency_id=part.seen.id, from_on=first, to_on=last) if first and last else None
    if totals is None:
        return Body(notes=(_("There are no case figures for this agency and period."),))
    counts = {name: getattr(totals, name) for name in COUNTS}
    wrong = [_("Does not add up: %(finding)s", finding=finding_words(each, counts)) for each in reconcile(counts)]
    period = _("Case figures %(period)s.", period=period_text(totals.period_from, totals.period_to))
    return Body(
        measures=tuple(_measure(name, totals) for name in COUNTS if counts[name] is not None),
        measure=_("Number of cases."),
        notes=(period, *wrong),
    )


def _measure(name: str, totals: CaseTotals) -> Measure:
    count: int = asdict(totals)[name]
    return Measure(Leading("measure", name, str(COUNT_NAMES[name])), count, text=format_number(count))
