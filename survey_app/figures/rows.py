"""Counts as rows: the one place where counts become figures, and where small ones are hidden."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from survey_app.figures.charts import levels
from survey_app.figures.models import PublishedFigure
from survey_app.figures.panels import Leading, OptionFigure, PublishedValue, QuestionFigure, Rate, State
from survey_app.figures.released import Told
from survey_app.figures.rules import FEWEST_FOR_SHARES, published_interval, shown_percentages
from survey_app.figures.wording import share_text, share_texts
from survey_app.i18n import localized
from survey_app.questionnaires.content import Question
from survey_app.statistics import subtotal_hidden, wilson


@dataclass(frozen=True, slots=True)
class Words:
    """A question's name, those of its options by code, and the colour of each option of the scale."""

    label: str
    options: Mapping[str, str]
    colours: tuple[int, ...]


def question_row(
    question: Question,
    told: Told,
    published: Sequence[PublishedFigure] = (),
    leading: Leading | None = None,
    words: Words | None = None,
) -> QuestionFigure:
    """One question of some counts, with what must stay hidden hidden. `words` spare asking for them in each of many
    rows."""
    words = words or _words(question)
    counted = [told.counts.get((question.code, option.code), 0) for option in question.counted_options]
    has_row = told.has_row(question.code)
    return QuestionFigure(
        question=question.code,
        label=words.label,
        scale=question.scale,
        n=sum(counted) if has_row else None,
        state=_state(counted, has_row),
        options=_options(question, counted, told, words),
        excluded={option.code: _count(question, option.code, told) for option in question.excluded_options},
        published=_published(question, published),
        positive=_positive(question, counted, told),
        excluded_labels={option.code: words.options[option.code] for option in question.excluded_options},
        leading=leading,
    )


def group_rows(questions: Sequence[Question], groups: Sequence[tuple[Leading, Told]]) -> tuple[QuestionFigure, ...]:
    """A row for each group and question, groups in their order."""
    named = [(question, _words(question)) for question in questions]
    return tuple(
        question_row(question, told, leading=leading, words=words)
        for leading, told in groups
        for question, words in named
    )


def _words(question: Question) -> Words:
    return Words(
        label=localized(question.label),
        options={option.code: localized(option.text) for option in question.options},
        colours=levels(tuple(option.positive for option in question.counted_options)),
    )


def _count(question: Question, option: str, told: Told) -> int | None:
    return told.counts.get((question.code, option), 0) if told.tells(question.code, option) else None


def _state(counted: Sequence[int], has_row: bool) -> State:
    if not has_row:
        return "suppressed"
    return "ok" if sum(counted) >= FEWEST_FOR_SHARES else "too_few"


def _options(question: Question, counted: Sequence[int], told: Told, words: Words) -> tuple[OptionFigure, ...]:
    options, n = question.counted_options, sum(counted)
    texts = share_texts(counted)
    figures = []
    for i, option in enumerate(options):
        count = _count(question, option.code, told)
        share, low, high = _share(count, n)
        text = texts[i] if share is not None else ""
        label, colour = words.options[option.code], words.colours[i]
        figures.append(
            OptionFigure(option.code, label, colour, option.positive, count, share, low, high, count is None, text)
        )
    return tuple(figures)


def _share(count: int | None, n: int) -> tuple[float, float, float] | tuple[None, None, None]:
    """Share and 95% interval; nothing for a hidden count or too few answers."""
    if count is None or n < FEWEST_FOR_SHARES:
        return None, None, None
    return count / n, *wilson(count, n)


def _positive(question: Question, counted: Sequence[int], told: Told) -> Rate:
    good = [option.positive for option in question.counted_options]
    if not told.has_row(question.code) or not _sum_told(question, counted, told, good):
        return Rate()
    count, n = sum(c for c, is_good in zip(counted, good, strict=True) if is_good), sum(counted)
    share, low, high = _share(count, n)
    if share is None:
        return Rate(count)
    # The sum of what is shown, so that the parts beside it add up.
    shown = zip(shown_percentages(counted), good, strict=True)
    percent = sum((p for p, is_good in shown if is_good), Decimal(0))
    return Rate(count, share, low, high, share_text(percent, count, n))


def _sum_told(question: Question, counted: Sequence[int], told: Told, members: Sequence[bool]) -> bool:
    """Whether the sum of some options follows from what is told, or may be told beside the whole survey's figures."""
    hidden = [not told.tells(question.code, option.code) for option in question.counted_options]
    sides = {is_member for is_member, hide in zip(members, hidden, strict=True) if hide}
    return len(sides) < 2 or (told.whole and not subtotal_hidden(counted, members, told.minimum))


def _published(question: Question, published: Sequence[PublishedFigure]) -> tuple[PublishedValue, ...]:
    values = {figure.option: figure for figure in published if figure.question == question.code}
    return tuple(
        PublishedValue(option.code, figure.value, *published_interval(figure.value, figure.qualifier), figure.qualifier)
        for option in question.counted_options
        if (figure := values.get(option.code))
    )
