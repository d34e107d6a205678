"""Agencies beside each other: a funnel, and a dot plot with intervals. Never a rank without an interval."""

from collections.abc import Sequence

from flask_babel import gettext as _

from survey_app.access import Scope
from survey_app.agencies.models import Agency
from survey_app.agencies.queries import passed_on
from survey_app.figures.axes import count_axis, share_axis
from survey_app.figures.charts import Funnel, FunnelLimit, FunnelPoint, Role, Tick
from survey_app.figures.comparing import beside_whole, dot_plot, names_of
from survey_app.figures.panels import Body, Leading, QuestionFigure
from survey_app.figures.parts import Part
from survey_app.figures.released import Told
from survey_app.figures.rows import group_rows, question_row
from survey_app.figures.wording import share_measure
from survey_app.i18n import format_number, format_percent
from survey_app.statistics import funnel_limits, overdispersion
from survey_app.surveys.queries import survey_agencies

LIMITS = (0.001, 0.025, 0.975, 0.999)
CURVE_POINTS = 40


def agencies(part: Part, counts: Told) -> Body:
    """A row for each of the agencies below the one seen, by name; itself where there is none below."""
    rows, whole = _rows(part, counts), _whole(part, counts)
    shown = [row for row in rows if row.question == part.headline]
    return Body(rows=rows, chart=dot_plot(shown, whole), measure=share_measure(shown), notes=_notes(part, shown))


def funnel(part: Part, counts: Told) -> Body:
    """The same rows against how many answers they rest on."""
    rows, whole = _rows(part, counts), _whole(part, counts)
    shown = [row for row in rows if row.question == part.headline]
    chart = _funnel(shown, whole) if whole.top.share is not None else None
    return Body(rows=rows, chart=chart, measure=share_measure(shown), notes=_notes(part, shown))


def agencies_below(part: Part) -> list[Agency]:
    """The agencies right below the one seen at which the survey collects, or all at the foot of its tree; the seen one
    where there are none. In today's structure without those whose whole work passed to another one of them."""
    tree = survey_agencies(part.survey, Scope(part.seen.id))
    known = leaves(tree) if part.level == "leaves" else [each for each in tree if each.parent_id == part.seen.id]
    if part.structure == "current":
        passed = passed_on([agency.id for agency in known])
        known = [agency for agency in known if agency.id not in passed]
    return known or [part.seen]


def leaves(agencies: Sequence[Agency]) -> list[Agency]:
    """Those of a tree's agencies that have none of the others below themselves."""
    parents = {agency.parent_id for agency in agencies}
    return [agency for agency in agencies if agency.id not in parents]


def agency_groups(part: Part) -> list[tuple[Leading, Told]]:
    """What each of those agencies counts; in today's structure pooled with what it followed."""
    below = agencies_below(part)
    pools = {agency.id: part.pool_of(agency) for agency in below}
    counted = part.grouped(("agency",), agency_ids=tuple(key for key, pool in pools.items() if len(pool) == 1))
    pooled = {key: part.grouped((), agency_ids=pool) for key, pool in pools.items() if len(pool) > 1}
    return [
        (
            Leading("agency", agency.code, agency.short_name or agency.name),
            pooled[agency.id][()] if agency.id in pooled else counted[agency.id,],
        )
        for agency in below
    ]


def _rows(part: Part, counts: Told) -> tuple[QuestionFigure, ...]:
    wholes = {question.code: question_row(question, counts) for question in part.questions}
    return tuple(beside_whole(row, wholes[row.question]) for row in group_rows(part.asked, agency_groups(part)))


def _whole(part: Part, counts: Told) -> QuestionFigure:
    question = next(question for question in part.questions if question.code == part.headline)
    return question_row(question, counts)


def _funnel(rows: Sequence[QuestionFigure], whole: QuestionFigure) -> Funnel:
    theta = whole.top.share or 0.0
    known = [row for row in rows if row.top.share is not None and row.n]
    sizes = [row.n or 0 for row in known]
    limits = _curve(theta, max(sizes, default=100))
    # Where the funnel is widest it would press everything else together.
    least = min(sizes, default=0)
    inside = [end for limit in limits if limit.n * 4 >= least for end in (limit.lowest, limit.highest)]
    return Funnel(
        title="",
        subtitle="",
        alternative=_alternative(known, whole),
        points=tuple(_point(row) for row in known),
        centre=Tick(theta, _("Overall %(share)s", share=whole.top.text)),
        limits=limits,
        x_axis=count_axis(sizes, _("Number of answers")),
        y_axis=share_axis([*(row.top.share for row in known), *inside, theta]),
    )


def _curve(theta: float, largest: int) -> tuple[FunnelLimit, ...]:
    """The limits from 30 answers up, closer together where they bend."""
    sizes = sorted({round(30 + (largest * 1.02 - 30) * (i / CURVE_POINTS) ** 2) for i in range(CURVE_POINTS + 1)})
    return tuple(FunnelLimit(n, *funnel_limits(theta, n, LIMITS)) for n in sizes if n >= 30)


def _point(row: QuestionFigure) -> FunnelPoint:
    role: Role = row.difference.role if row.difference else "same"
    key, label = (row.leading.key, row.leading.label) if row.leading else ("", "")
    return FunnelPoint(key, label, row.n or 0, row.top.share or 0.0, row.top.text, role)


def _alternative(rows: Sequence[QuestionFigure], whole: QuestionFigure) -> str:
    told = _("Overall %(share)s.", share=whole.top.text)
    above, below = names_of(rows, "above"), names_of(rows, "below")
    if above:
        told += " " + _("Above the limit of chance: %(names)s.", names=", ".join(above))
    if below:
        told += " " + _("Below the limit of chance: %(names)s.", names=", ".join(below))
    return told if above or below else told + " " + _("No agency lies outside the limits of chance.")


def _notes(part: Part, rows: Sequence[QuestionFigure]) -> tuple[str, ...]:
    known = [(row.top.count, row.n) for row in rows if row.top.count is not None and row.top.share is not None]
    said = [
        _("Marked: outside the %(limit)s limits of chance around the overall share.", limit=format_percent(0.998, 1)),
        _("Under 30 answers there is no share, under 100 no rank."),
    ]
    if part.level == "leaves":
        said.append(_("All units without others below them; what units above them collected themselves is left out."))
    factor = overdispersion([k for k, _n in known], [n or 0 for _k, n in known])
    if factor > 1 and len(known) > 1:
        text = format_number(factor, 1)
        said.append(_("The agencies differ more than chance makes them (dispersion factor %(factor)s).", factor=text))
    return tuple(said)
