"""Everything that can be claimed of a part of a survey, in one list: what changed, and who stands out.

Each claim passes its test, adjusted over all agencies, criteria and kinds of page (`figures.claims`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from flask_babel import gettext as _

from survey_app.figures.axes import points_axis
from survey_app.figures.charts import IntervalRow, Intervals, Role, Tick
from survey_app.figures.claims import WHOLE, Claim, Page, UnitShare, change_claims, standing_claims, trend_claims
from survey_app.figures.comparing import beside_earlier, beside_mean, beside_whole
from survey_app.figures.families.agencies import agency_groups
from survey_app.figures.families.trend import month_groups
from survey_app.figures.families.ways import channel_groups, procedure_groups, verified_groups
from survey_app.figures.headlines import claim_text
from survey_app.figures.panels import Body, Leading, Measure, QuestionFigure
from survey_app.figures.parts import Part
from survey_app.figures.periods import latest_months
from survey_app.figures.released import Told, first_and_last_day
from survey_app.figures.rows import question_row
from survey_app.figures.wording import month_name, period_text
from survey_app.i18n import format_number, format_percent
from survey_app.questionnaires.content import Question

MONTHS_COMPARED = 3
MOST_DRAWN, MOST_TOLD = 10, 200
Groups = list[tuple[Leading, Told]]
STANDING: dict[Page, Callable[[Part], Groups]] = {
    "agencies": agency_groups,
    "procedures": procedure_groups,
    "channels": channel_groups,
    "verified": verified_groups,
}


class Found(NamedTuple):
    """A claim, the name of its unit ("" for the whole), and the figure with its difference that it rests on."""

    claim: Claim
    unit: str
    row: QuestionFigure


def findings(part: Part, counts: Told) -> Body:
    """What fell or stands below, the largest difference first; then what rose or stands above. Of all criteria.

    Without a comparison it is that with the period before; of the whole survey that of its last three whole months
    with the three before.
    """
    part = replace(part, question=None)
    compared = _compared(part)
    found = [*(_changes(*compared) if compared else ()), *_standing(part, counts), *_trends(part)]
    found.sort(key=lambda each: (each.claim.upward, -abs(each.claim.difference)))
    return Body(
        measures=tuple(_measure(each) for each in found[:MOST_TOLD]),
        chart=_chart(_drawn(found)) if found else None,
        measure=_("Difference of the best level's share, points."),
        notes=_notes(len(found), compared),
    )


def _compared(part: Part) -> tuple[Part, Part] | None:
    """The part and the same one of the earlier period; None where nothing lies before."""
    answered, (first, last) = first_and_last_day(part.survey), part.days
    if answered is None or first is None or last is None:
        return None
    earlier = replace(part, compare=part.compare or "previous").earlier()
    if part.compare is None and earlier and earlier.days[1] and earlier.days[1] < answered[0]:
        days = latest_months(max(first, answered[0]), min(last, answered[1]), MONTHS_COMPARED)
        part = replace(part, days=days, entire=False, compare="previous") if days else part
        earlier = part.earlier()
    return (part, earlier) if earlier else None


def _changes(part: Part, earlier: Part) -> Iterator[Found]:
    now, before = ({leading.key: (leading, told) for leading, told in _with_whole(each)} for each in (part, earlier))
    for claim in change_claims(_shares(now.values(), part.questions), _shares(before.values(), part.questions)):
        (leading, told), (_leading, old) = now[claim.unit], before[claim.unit]
        question = _question(part, claim)
        yield Found(claim, leading.label, beside_earlier(question_row(question, told), question_row(question, old)))


def _with_whole(part: Part) -> Groups:
    below = agency_groups(part)
    return [(Leading("agency", WHOLE, ""), part.counts()), *(below if len(below) > 1 else [])]


def _standing(part: Part, counts: Told) -> Iterator[Found]:
    for page, groups_of in STANDING.items():
        groups = {leading.key: (leading, told) for leading, told in groups_of(part)}
        for claim in standing_claims(_shares(groups.values(), part.questions), page=page):
            leading, told = groups[claim.unit]
            question = _question(part, claim)
            row = beside_whole(question_row(question, told), question_row(question, counts))
            yield Found(claim, leading.label, row)


def _trends(part: Part) -> Iterator[Found]:
    groups = {leading.key: told for leading, told in month_groups(part)}
    shares = _shares(((Leading("period", key, ""), told) for key, told in groups.items()), part.questions)
    for claim in trend_claims(shares):
        row = question_row(_question(part, claim), groups[claim.unit])
        yield Found(claim, month_name(claim.unit), beside_mean(row, claim.reference))


def _shares(groups: Iterable[tuple[Leading, Told]], questions: Iterable[Question]) -> list[UnitShare]:
    """The best level of each group and question where it may be told."""
    pairs = [(leading.key, told) for leading, told in groups]
    return [
        UnitShare(key, question.code, told.counts.get((question.code, best.code), 0), _answered(told, question))
        for question in questions
        for best in question.counted_options[-1:]
        for key, told in pairs
        if told.tells(question.code, best.code)
    ]


def _answered(told: Told, question: Question) -> int:
    return sum(told.counts.get((question.code, option.code), 0) for option in question.counted_options)


def _question(part: Part, claim: Claim) -> Question:
    return next(question for question in part.questions if question.code == claim.question)


def _measure(found: Found) -> Measure:
    claim, row = found.claim, found.row
    sentence = claim_text(claim, unit=found.unit, question=row.label)
    return Measure(
        Leading("finding", f"{claim.page}/{claim.unit}", sentence),
        count=row.top.count,
        n=row.n,
        share=row.top.share,
        low=row.top.low,
        high=row.top.high,
        text=row.top.text,
        note=_beside(found),
        warning=not claim.upward,
        question=claim.question,
    )


def _beside(found: Found) -> str:
    """The level, what it is compared with, and the difference with its interval."""
    row, difference = found.row, found.row.difference
    if found.claim.page == "change" and row.before:
        reference = _("before %(share)s (n = %(n)s)", share=row.before.top.text, n=format_number(row.before.n or 0))
    elif found.claim.page == "trend":
        reference = _("usually %(share)s", share=format_percent(found.claim.reference, 1))
    else:
        reference = _("overall %(share)s", share=format_percent(found.claim.reference, 1))
    told = f"{difference.text} ({difference.interval})" if difference and difference.text else ""
    return "; ".join(filter(None, (row.top.label, reference, told)))


def _chart(found: list[Found]) -> Intervals:
    rows = tuple(_interval(each) for each in found)
    return Intervals(
        title="",
        subtitle="",
        alternative="; ".join(f"{row.label}: {row.text}" for row in rows) + ".",
        rows=rows,
        axis=points_axis(value for row in rows for value in (row.low, row.high)),
        reference=Tick(0, _("no difference")),
    )


def _drawn(found: list[Found]) -> list[Found]:
    """The largest differences of both sides."""
    below = [each for each in found if not each.claim.upward]
    above = [each for each in found if each.claim.upward]
    return below[:MOST_DRAWN] + above[:MOST_DRAWN]


def _interval(found: Found) -> IntervalRow:
    row, claim = found.row, found.claim
    difference = row.difference
    label = f"{found.unit}: {row.label}" if found.unit else row.label
    ends = (difference.value, difference.low, difference.high) if difference else (None, None, None)
    role: Role = "above" if claim.upward else "below"
    return IntervalRow(
        f"{claim.question}.{claim.page}/{claim.unit}", label, row.n, *ends, difference.text if difference else "", role
    )


def _notes(found: int, compared: tuple[Part, Part] | None) -> tuple[str, ...]:
    said = [_("Nothing differs enough to tell.")] if not found else []
    if found > MOST_DRAWN:
        said.append(_("Drawn are at most the %(drawn)s largest of each side.", drawn=MOST_DRAWN))
    if compared:
        now, before = (period_text(*each.days) for each in compared)
        said.append(_("Changes: %(now)s against %(before)s.", now=now, before=before))
    said.append(
        _(
            "Each finding passes a test at the level of 0.05 that is adjusted for all agencies, criteria and kinds of "
            "comparison, and differs by 2 points or more."
        )
    )
    return tuple(said)
