"""From tallies to panels: the one place where counts become figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import current_app
from flask_babel import gettext as _

from survey_app.access import Scope
from survey_app.agencies.models import Agency
from survey_app.errors import Invalid, NotFound, Problem
from survey_app.figures.charts import levels
from survey_app.figures.drawing import stacked_bars
from survey_app.figures.models import PublishedFigure
from survey_app.figures.panels import (
    Filters,
    OptionFigure,
    Panel,
    PublishedValue,
    QuestionFigure,
    Rate,
    State,
)
from survey_app.figures.queries import published_figures, seen_agency
from survey_app.figures.rules import (
    FEWEST_FOR_SHARES,
    published_interval,
    shown_excluded,
    shown_percentages,
    shown_total,
)
from survey_app.figures.wording import filters_text, notes, share_text, share_texts, source_text
from survey_app.i18n import lazy_gettext, localized
from survey_app.questionnaires.content import Question
from survey_app.questionnaires.queries import version_content
from survey_app.statistics import hidden_cells, subtotal_hidden, total_hidden, wilson
from survey_app.surveys.models import Survey
from survey_app.surveys.rules import CHANNELS
from survey_app.tallies.queries import first_and_last_day, option_counts

Counts = Mapping[tuple[str, str], int]
Days = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """What makes a panel of its own: its (lazy) title, and whether a chart belongs to it."""

    title: str
    drawn: bool


PANELS: dict[str, Kind] = {
    "overview": Kind(lazy_gettext("Overview by criterion"), drawn=False),
    "distribution": Kind(lazy_gettext("Distribution of ratings by criterion"), drawn=True),
}


def build_panel(
    key: str,
    *,
    survey: Survey,
    scope: Scope,
    agency: Agency | None = None,
    from_on: date | None = None,
    to_on: date | None = None,
    channel: str | None = None,
) -> Panel:
    """A panel of a survey in the reader's language, from released responses.

    Days are local and inclusive; a missing one is the survey's own, else that of the first or last answer. The agency
    is `seen_agency`'s. Raises NotFound (panel, agency) and Invalid (channel, days in the wrong order).
    """
    kind = _kind(key)
    _check(from_on, to_on, channel)
    counted = _counted(survey, scope, agency, from_on, to_on, channel)
    rows = _rows(survey, counted.counts, published_figures(survey_id=survey.id) if counted.entire else [])
    return _panel(key, kind, counted, rows)


def responses_counted(*, survey: Survey, scope: Scope) -> tuple[Filters, int | None]:
    """What a panel without filters would say of its days and responses (None where hidden), at less cost."""
    counted = _counted(survey, scope, None, None, None, None)
    return counted.filters, counted.responses


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted under which filters; `entire` where they leave nothing of the survey out."""

    filters: Filters
    counts: Counts
    responses: int | None
    entire: bool


def _counted(
    survey: Survey, scope: Scope, agency: Agency | None, from_on: date | None, to_on: date | None, channel: str | None
) -> Counted:
    seen = seen_agency(survey=survey, scope=scope, agency=agency)
    whole = _whole_period(survey, seen)
    days = _period(whole, from_on, to_on)
    counts = option_counts(agency_id=seen.id, survey_id=survey.id, from_on=days[0], to_on=days[1], channel=channel)
    responses = shown_total(counts.get(("", ""), 0), _min_cell())
    entire = seen.id == survey.agency_id and channel is None and _holds(days, whole)
    if responses is None:
        # The first and last day would tell when the few answered.
        days = from_on or survey.opens_on, to_on or survey.closes_on
    filters = Filters(
        survey=survey.code,
        survey_title=localized(survey.titles),
        provenance=survey.provenance,
        agency=agency.code if agency else None,
        agency_name=seen.name,
        agency_short=seen.short_name or seen.name,
        from_on=days[0],
        to_on=days[1],
        channel=channel,
    )
    return Counted(filters, counts, responses, entire)


def _min_cell() -> int:
    minimum: int = current_app.config["SETTINGS"].min_cell
    return minimum


def _kind(key: str) -> Kind:
    if key not in PANELS:
        raise NotFound(_("There is no panel “%(key)s”; there are: %(keys)s.", key=key[:40], keys=", ".join(PANELS)))
    return PANELS[key]


def _check(from_on: date | None, to_on: date | None, channel: str | None) -> None:
    problems = []
    if from_on and to_on and to_on < from_on:
        problems.append(Problem("to", "order", _("The last day lies before the first one.")))
    if channel is not None and channel not in CHANNELS:
        problems.append(Problem("channel", "invalid", _("There is no channel “%(code)s”.", code=channel[:40])))
    if problems:
        raise Invalid(problems[0].message, errors=tuple(problems))


def _whole_period(survey: Survey, seen: Agency) -> Days:
    """The survey's own days; an open end is the day of the first or last counted answer."""
    if survey.opens_on and survey.closes_on:
        return survey.opens_on, survey.closes_on
    answered = first_and_last_day(agency_id=seen.id, survey_id=survey.id) or (None, None)
    first, last = survey.opens_on or answered[0], survey.closes_on or answered[1]
    return (first, last) if not (first and last) or first <= last else (first, first)


def _period(whole: Days, from_on: date | None, to_on: date | None) -> Days:
    """The days asked for; a missing end is the whole period's, left open where that would lie on the wrong side."""
    first, last = from_on or whole[0], to_on or whole[1]
    if first and last and last < first:
        return (from_on, None) if from_on else (None, to_on)
    return first, last


def _holds(days: Days, whole: Days) -> bool:
    """Whether the days cover the whole period: published figures speak of nothing less."""
    starts = days[0] is None or whole[0] is None or days[0] <= whole[0]
    return starts and (days[1] is None or whole[1] is None or days[1] >= whole[1])


def _panel(key: str, kind: Kind, counted: Counted, rows: tuple[QuestionFigure, ...]) -> Panel:
    filters, title = counted.filters, str(kind.title)
    subtitle = _("Share of answers, %%. %(filters)s.", filters=filters_text(filters))
    return Panel(
        key=key,
        title=title,
        subtitle=subtitle,
        note=" ".join(notes(filters, rows, min_cell=_min_cell())),
        source=source_text(filters),
        filters=filters,
        responses=counted.responses,
        rows=rows,
        chart=stacked_bars(rows, title=title, subtitle=subtitle) if kind.drawn else None,
    )


def _rows(survey: Survey, counts: Counts, published: Sequence[PublishedFigure]) -> tuple[QuestionFigure, ...]:
    return tuple(_row(question, counts, published) for question in version_content(survey.version_id).choices)


def _row(question: Question, counts: Counts, published: Sequence[PublishedFigure]) -> QuestionFigure:
    minimum = _min_cell()
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
    )


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
