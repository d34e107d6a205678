"""The best level's share unweighted and weighted to case figures, side by side.

Everything is computed from counts that are told: a cell that is not told stays inside its agency, an agency that is
not told inside what the told ones leave of the whole. A weighted figure so gives away nothing that is hidden.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from survey_app.agencies.models import Agency
from survey_app.figures.comparing import why_no_share
from survey_app.figures.families.agencies import agencies_below
from survey_app.figures.panels import Body, Leading, Measure, QuestionFigure
from survey_app.figures.parts import Part
from survey_app.figures.released import Told
from survey_app.figures.rows import question_row
from survey_app.figures.rules import decimals_for
from survey_app.figures.wording import interval_text
from survey_app.i18n import format_number, format_percent
from survey_app.procedures.queries import CaseTotals, case_totals, case_totals_by_agency
from survey_app.questionnaires.content import Question
from survey_app.statistics import Weighted, post_strata, post_stratified
from survey_app.surveys.rules import CHANNELS

# Answers from a distance stand for the cases that came in online; all others for those handed in at the office.
ONLINE = ("web", "sms")
# (agency code, way in), "" for what is told only together.
Cell = tuple[Hashable, Hashable]
Counted = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Place:
    """An agency's counts, by channel too, and its cases (None: not delivered)."""

    code: str
    name: str
    told: Told
    channels: Mapping[str, Told]
    cases: int | None
    online: float | None


def weighted(part: Part, counts: Told) -> Body:
    """Three measures a question: unweighted, weighted, effective number of answers; none where cases are missing."""
    if part.channel or part.procedure:
        return Body(notes=(_("Weighting is of all channels and procedures together: please take those filters off."),))
    whole = _cases_of(part)
    if whole is None or not whole.resolved_total:
        return Body(notes=(_("Not weighted: there are no case figures of cases closed for just these days."),))
    below = agencies_below(part)
    known = case_totals_by_agency(_pools(part, below), *_days(part))
    places = _places(part, below, known)
    missing = [place.name for place in places if place.cases is None and place.told.responses != 0]
    if missing:
        names = ", ".join(missing)
        return Body(notes=(_("Not weighted: there are no case figures of these days for %(names)s.", names=names),))
    return Body(
        measures=tuple(each for q in part.asked for each in _question(q, counts, places, whole.resolved_total)),
        measure=_("Share of the best level, unweighted and weighted to case figures, %."),
        notes=(
            _("Cells of agency and channel count by the cases closed there; web page and text message answers stand "
              "for cases received online, all others for those received in person or by post."),
            _("The interval of the weighted share rests on the effective number of answers."),
        ),
    )  # fmt: skip


def _cases_of(part: Part) -> CaseTotals | None:
    first, last = part.days
    found = case_totals(agency_id=part.seen.id, from_on=first, to_on=last) if first and last else None
    return found if found and (found.period_from, found.period_to) == (first, last) else None


def _days(part: Part) -> tuple[date, date]:
    first, last = part.days
    if first is None or last is None:
        raise ValueError("only days with both ends have case figures")
    return first, last


def _pools(part: Part, agencies: Sequence[Agency]) -> list[int]:
    return [each for agency in agencies for each in part.pool_of(agency)]


def _closed(part: Part, agency: Agency, known: Mapping[int, CaseTotals]) -> int | None:
    """The cases closed at an agency and those pooled with it; None where nothing is known of any of them."""
    found = [known[each].resolved_total for each in part.pool_of(agency) if each in known]
    closed = [count for count in found if count is not None]
    return sum(closed) if closed else None


def _online(part: Part, agency: Agency, known: Mapping[int, CaseTotals]) -> float | None:
    """The part of the cases received that came in online; None where it was not delivered."""
    found = [known[each] for each in part.pool_of(agency) if each in known]
    ways = [(each.received_online, each.received_in_person_or_post) for each in found]
    online, office = (sum(way[i] or 0 for way in ways) for i in (0, 1))
    complete = all(None not in way for way in ways)
    return online / (online + office) if complete and online + office else None


def _places(part: Part, agencies: Sequence[Agency], known: Mapping[int, CaseTotals]) -> list[_Place]:
    single = tuple(agency.id for agency in agencies if len(part.pool_of(agency)) == 1)
    totals = part.grouped(("agency",), agency_ids=single)
    cells = part.grouped(("agency", "channel"), agency_ids=single)
    places = []
    for agency in agencies:
        if agency.id in single:
            told, by_channel = totals[agency.id,], {c: cells[agency.id, c] for c in CHANNELS}
        else:
            pool = part.pool_of(agency)
            pooled = part.grouped(("channel",), agency_ids=pool)
            told, by_channel = part.grouped((), agency_ids=pool)[()], {c: pooled[c,] for c in CHANNELS}
        cases, online = _closed(part, agency, known), _online(part, agency, known)
        places.append(_Place(agency.code, agency.short_name or agency.name, told, by_channel, cases, online))
    return places


def _question(question: Question, counts: Told, places: Sequence[_Place], cases: int) -> Iterator[Measure]:
    row = question_row(question, counts)
    name = f"{row.label}: {row.top.label.lower()}"
    if row.top.share is None or row.top.count is None or row.n is None:
        yield Measure(_leading("unweighted", row, name), None, row.n, note=why_no_share(row), state="suppressed",
                      question=row.question)  # fmt: skip
        return
    cells = _cells(question, (row.n, row.top.count), places, cases)
    strata = post_strata({cell: (n, people) for cell, (n, _k, people) in cells.items()})
    found = post_stratified([sum(cells[cell][1] for cell in stratum.cells) for stratum in strata], strata)
    if found is not None:
        yield from _measures(row, name, found, row.n)


def _cells(
    question: Question, whole: Counted, places: Sequence[_Place], cases: int
) -> dict[Cell, tuple[int, int, int]]:
    """(n, top level, cases) of each cell; what no agency tells of itself stands together."""
    cells: dict[Cell, tuple[int, int, int]] = {}
    n, top = whole
    for place in places:
        if (found := _counted(question, place.told)) is None:
            continue
        n, top, cases = n - found[0], top - found[1], cases - (place.cases or 0)
        cells |= _ways(question, place, found)
    return cells | {("", ""): (n, top, max(0, cases))} if n or cases > 0 else cells


def _ways(question: Question, place: _Place, whole: Counted) -> dict[Cell, tuple[int, int, int]]:
    """An agency's two cells; one, where the channels or its cases do not say how they part."""
    told = [_counted(question, place.channels[channel]) for channel in ONLINE]
    known = [each for each in told if each is not None]
    closed = place.cases or 0
    if place.online is None or len(known) < len(told):
        return {(place.code, ""): (*whole, closed)}
    n, top = (sum(each[i] for each in known) for i in (0, 1))
    cases = round(closed * place.online)
    return {
        (place.code, "online"): (n, top, cases),
        (place.code, "office"): (whole[0] - n, whole[1] - top, closed - cases),
    }


def _counted(question: Question, told: Told) -> Counted | None:
    """(n, top level) of a question; None where either may not be told."""
    top = question.counted_options[-1].code
    if not told.has_row(question.code) or not told.tells(question.code, top):
        return None
    n = sum(told.counts.get((question.code, option.code), 0) for option in question.counted_options)
    return n, told.counts.get((question.code, top), 0)


def _measures(row: QuestionFigure, name: str, found: Weighted, n: int) -> Iterator[Measure]:
    yield Measure(
        _leading("unweighted", row, _("%(name)s, unweighted", name=name)), row.top.count, n, row.top.share,
        row.top.low, row.top.high, row.top.text, interval_text(row.top.low, row.top.high, n), question=row.question,
    )  # fmt: skip
    yield Measure(
        _leading("weighted", row, _("%(name)s, weighted", name=name)), None, n, found.share, found.low, found.high,
        format_percent(found.share, decimals_for(n)), interval_text(found.low, found.high, n), question=row.question,
    )  # fmt: skip
    effective = round(found.effective_n)
    effect = _("design effect %(effect)s", effect=format_number(found.design_effect, 2))
    yield Measure(
        _leading("effective_n", row, _("%(name)s, effective number of answers", name=name)), effective, n,
        text=format_number(effective), note=effect, question=row.question, design_effect=found.design_effect,
    )  # fmt: skip


def _leading(kind: str, row: QuestionFigure, name: str) -> Leading:
    return Leading("measure", f"{kind}_{row.question}", name)
