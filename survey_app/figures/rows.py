"""Counts as rows: the one place where counts become figures, and where small ones are hidden."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from survey_app.figures.charts import levels
from survey_app.figures.models import PublishedFigure
from survey_app.figures.panels import Leading, OptionFigure, PublishedValue, QuestionFigure, Rate, State
from survey_app.figures.parts import min_cell
from survey_app.figures.rules import (
    FEWEST_FOR_SHARES,
    published_interval,
    shown_excluded,
    shown_percentages,
    shown_total,
)
from survey_app.figures.wording import share_text, share_texts
from survey_app.i18n import localized
from survey_app.questionnaires.content import Question
from survey_app.statistics import hidden_cells, subtotal_hidden, total_hidden, wilson

Counts = Mapping[tuple[str, str], int]


def question_row(
    question: Question,
    counts: Counts,
    published: Sequence[PublishedFigure] = (),
    leading: Leading | None = None,
) -> QuestionFigure:
    """One question of some counts, with what must stay hidden hidden."""
    minimum = min_cell()
    counted = [counts.get((question.code, option.code), 0) for option in question.counted_options]
    excluded = {option.code: counts.get((question.code, option.code), 0) for option in question.excluded_options}
    return QuestionFigure(
        question=question.code,
        label=localized(question.label),
        scale=question.scale,
        n=shown_total(sum(counted), minimum),
        state=_state(counted, minimum),
        options=_options(question, counted, minimum),
        excluded=shown_excluded(excluded, counted=counted, responses=counts.get(("", ""), 0), minimum=minimum),
        published=_published(question, published),
        positive=_positive(question, counted, minimum),
        excluded_labels={option.code: localized(option.text) for option in question.excluded_options},
        leading=leading,
    )


def group_rows(questions: Sequence[Question], groups: Sequence[tuple[Leading, Counts]]) -> tuple[QuestionFigure, ...]:
    """A row for each group and question, groups in their order."""
    pairs = [(leading, counts, question) for leading, counts in groups for question in questions]
    return tuple(question_row(question, counts, leading=leading) for leading, counts, question in pairs)


def _state(counted: Sequence[int], minimum: int) -> State:
    if total_hidden(counted, minimum):
        return "suppressed"
    return "ok" if sum(counted) >= FEWEST_FOR_SHARES else "too_few"


def _options(question: Question, counted: Sequence[int], minimum: int) -> tuple[OptionFigure, ...]:
    options, n = question.counted_options, sum(counted)
    colours = levels(tuple(option.positive for option in options))
    texts = share_texts(counted)
    figures = []
    for i, (option, hide) in enumerate(zip(options, hidden_cells(counted, minimum), strict=True)):
        count = None if hide else counted[i]
        share, low, high = _share(count, n)
        text = texts[i] if share is not None else ""
        label = localized(option.text)
        figures.append(
            OptionFigure(option.code, label, colours[i], option.positive, count, share, low, high, hide, text)
        )
    return tuple(figures)


def _share(count: int | None, n: int) -> tuple[float, float, float] | tuple[None, None, None]:
    """Share and 95% interval; nothing for a hidden count or too few answers."""
    if count is None or n < FEWEST_FOR_SHARES:
        return None, None, None
    return count / n, *wilson(count, n)


def _positive(question: Question, counted: Sequence[int], minimum: int) -> Rate:
    good = [option.positive for option in question.counted_options]
    if subtotal_hidden(counted, good, minimum):
        return Rate()
    count, n = sum(c for c, is_good in zip(counted, good, strict=True) if is_good), sum(counted)
    share, low, high = _share(count, n)
    if share is None:
        return Rate(count)
    # The sum of what is shown, so that the parts beside it add up.
    shown = zip(shown_percentages(counted), good, strict=True)
    percent = sum((p for p, is_good in shown if is_good), Decimal(0))
    return Rate(count, share, low, high, share_text(percent, count, n))


def _published(question: Question, published: Sequence[PublishedFigure]) -> tuple[PublishedValue, ...]:
    values = {figure.option: figure for figure in published if figure.question == question.code}
    return tuple(
        PublishedValue(option.code, figure.value, *published_interval(figure.value, figure.qualifier), figure.qualifier)
        for option in question.counted_options
        if (figure := values.get(option.code))
    )
