"""How far the figures can be trusted: response rate, skipped questions, flags, verified answers."""

from collections.abc import Iterator

from flask_babel import gettext as _

from survey_app.figures.axes import count_axis
from survey_app.figures.charts import Column, Columns
from survey_app.figures.panels import Body, Leading, Measure, QuestionFigure
from survey_app.figures.parts import Part, min_cell
from survey_app.figures.released import Groups, Told
from survey_app.figures.rows import question_row
from survey_app.figures.rules import FEWEST_FOR_SHARES, decimals_for, shown_total
from survey_app.figures.subjects import NO, YES, flag_kinds
from survey_app.figures.wording import flag_text, points_text
from survey_app.i18n import format_number, format_percent, localized
from survey_app.procedures.queries import case_totals
from survey_app.questionnaires.content import Question
from survey_app.statistics import achieved_margin, hidden_cells

LOW_RESPONSE, HIGH_SKIPPING = 0.10, 0.10


def quality(part: Part, counts: Told) -> Body:
    """Response rate against the cases closed in the period, skipped questions, flagged and verified answers."""
    n = counts.responses
    if n is None:
        measures: tuple[Measure, ...] = (_answers(None),)
    else:
        measures = (
            *_response(part, n),
            *_parts_of_all(part, n),
            *_sensitivity(part, counts),
            *_skipped(part, counts, n),
        )
    return Body(
        measures=measures,
        measure=_("How far the figures can be trusted."),
        notes=(_("A low response rate or many skipped questions can bias every figure, whatever its interval."),),
    )


def flags(part: Part, counts: Told) -> Body:
    """How many answers carry each kind of flag; they are counted, never deleted."""
    n = counts.responses or 0
    told = part.beside(flag_kinds()) if n else None
    kinds = sorted(kind for kind, side in told.counts if side == YES) if told else []
    measures = tuple(_part("measure", kind, flag_text(kind), yes_count(told, kind), n) for kind in kinds)
    return Body(
        measures=measures,
        chart=columns_of(measures),
        measure=_("Number of flagged answers by kind."),
        notes=(_("A flag asks for a look: flagged answers are counted like all others."),),
    )


def yes_count(told: Told | None, code: str) -> int | None:
    """How many there are of what is counted beside the answers; None where that, or who is left, may not be told."""
    if told is None or not (told.tells(code, YES) and told.tells(code, NO)):
        return None
    return told.counts.get((code, YES), 0)


def columns_of(measures: tuple[Measure, ...]) -> Columns:
    """Counts as bars, in the order of the measures."""
    shown = tuple(
        Column(
            f"{figure.question}.{figure.leading.key}",
            figure.leading.label,
            figure.count,
            "" if figure.count is None else format_number(figure.count),
            "" if figure.count is not None else _("small counts hidden"),
        )
        for figure in measures
    )
    told = [f"{column.label}: {column.text}" for column in shown if column.text]
    return Columns("", "", "; ".join(told) + "." if told else _("No counts are shown."), shown,
                   count_axis(column.value for column in shown))  # fmt: skip


def _answers(n: int | None) -> Measure:
    return _with_text(Measure(Leading("measure", "responses", _("Answers counted")), n))


def _response(part: Part, n: int) -> Iterator[Measure]:
    """n beside the cases that were closed in the same days; only where the answers are of all of them."""
    yield _answers(shown_total(n, min_cell()))
    first, last = part.days
    whole = (
        part.channel is None and part.procedure is None and n >= min_cell() and first is not None and last is not None
    )
    totals = case_totals(agency_id=part.seen.id, from_on=first, to_on=last) if whole and first and last else None
    cases = totals.resolved_total if totals else None
    if not totals or not cases or (totals.period_from, totals.period_to) != (first, last):
        return
    yield _with_text(Measure(Leading("measure", "cases", _("Cases closed in the period")), cases))
    if n > cases:
        return
    rate = n / cases
    low = rate < LOW_RESPONSE
    yield Measure(
        Leading("measure", "response_rate", _("Response rate")),
        n,
        cases,
        rate,
        text=format_percent(rate, 1),
        note=_("under %(limit)s: read with care", limit=format_percent(LOW_RESPONSE)) if low else "",
        warning=low,
    )
    margin = achieved_margin(n, cases)
    yield Measure(
        Leading("measure", "margin", _("Margin of error reached")),
        n,
        cases,
        margin,
        text=f"±{format_percent(margin, 1)}",
        note=_("by the formula of the national index"),
    )


def _parts_of_all(part: Part, n: int) -> Iterator[Measure]:
    """Verified and flagged answers among all."""
    for key, name in (("verified", _("Verified answers")), ("flagged", _("Flagged answers"))):
        yield _part("measure", key, name, _marked(part, key)[True,].responses, n)


def _marked(part: Part, mark: str) -> Groups:
    """The responses and the headline's answers with a mark and without."""
    return part.grouped((mark,), questions=("", part.headline))


def _part(kind: str, key: str, name: str, count: int | None, n: int) -> Measure:
    """A count among n; hidden where it or what it leaves is too small, or where it may not be told (None)."""
    leading = Leading(kind, key, name)
    if count is None or not 0 <= count <= n or any(hidden_cells([count, n - count], min_cell())):
        return Measure(leading, None, shown_total(n, min_cell()), note=_("small counts hidden"), state="suppressed")
    if n < FEWEST_FOR_SHARES:
        return Measure(leading, count, n, text=format_number(count), state="too_few")
    share = count / n
    return Measure(leading, count, n, share, text=f"{format_number(count)} ({format_percent(share, decimals_for(n))})")


def _sensitivity(part: Part, counts: Told) -> Iterator[Measure]:
    """The headline's best level with and without the flagged answers, where neither gives a small count away."""
    question = next(question for question in part.questions if question.code == part.headline)
    grouped = _marked(part, "flagged")
    rows = [question_row(question, each) for each in (counts, grouped[True,], grouped[False,])]
    if any(row.top.count is None or row.n is None for row in rows):
        return
    everybody, flagged, others = rows
    if not flagged.n or everybody.top.share is None or others.top.share is None:
        return
    yield _difference(question, everybody, flagged, others)


def _difference(
    question: Question, everybody: QuestionFigure, flagged: QuestionFigure, others: QuestionFigure
) -> Measure:
    change = (others.top.share or 0.0) - (everybody.top.share or 0.0)
    note = _(
        "%(question)s, “%(level)s”: %(all)s with all, %(others)s without the %(count)s flagged answers",
        question=localized(question.label),
        level=everybody.top.label.lower(),
        all=everybody.top.text,
        others=others.top.text,
        count=format_number(flagged.n or 0),
    )
    leading = Leading("measure", "sensitivity", _("Change without the flagged answers"))
    return Measure(leading, flagged.n, everybody.n, change, text=points_text(change, 1000), note=note)


def _skipped(part: Part, counts: Told, n: int) -> Iterator[Measure]:
    """Who reached the form and left a question out. Beside a hidden count of the question it would give that away."""
    for question in part.questions:
        row = question_row(question, counts)
        answered = sum(counts.counts.get((question.code, option.code), 0) for option in question.options)
        found = _part("measure", f"skipped_{question.code}", localized(question.label), max(0, n - answered), n)
        hidden = row.n is None or None in row.excluded.values()
        high = not hidden and found.share is not None and found.share > HIGH_SKIPPING
        yield Measure(
            Leading(
                "measure", f"skipped_{question.code}", _("Skipped: %(question)s", question=localized(question.label))
            ),
            None if hidden else found.count,
            found.n,
            None if hidden else found.share,
            text="" if hidden else found.text,
            note=_("above %(limit)s", limit=format_percent(HIGH_SKIPPING))
            if high
            else ""
            if not hidden
            else _("small counts hidden"),
            state="suppressed" if hidden else found.state,
            warning=high,
            question=question.code,
        )


def _with_text(figure: Measure) -> Measure:
    if figure.count is None:
        return Measure(figure.leading, None, note=_("too few answers to show"), state="suppressed")
    return Measure(figure.leading, figure.count, text=format_number(figure.count))
