"""What was published before, and where a series breaks: history beside live figures, never mixed with them.

A published value has neither n nor an interval: it is drawn hollow, a floor with the point that it leaves open. A
change since then is the interval that follows from both, wider than chance alone would make it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from flask_babel import gettext as _

from survey_app.agencies.models import Agency
from survey_app.agencies.queries import restatement, successions
from survey_app.agencies.successions import Succession, breaks_as_reported
from survey_app.db import db
from survey_app.figures.charts import Break, Point
from survey_app.figures.models import FIRST_DAY, LAST_DAY, PublishedFigure
from survey_app.figures.panels import QuestionFigure
from survey_app.figures.parts import Part
from survey_app.figures.queries import published_figures, version_starts
from survey_app.figures.remembered import remembered
from survey_app.figures.rules import change_since, published_interval
from survey_app.figures.wording import points_interval_text, published_period_text, published_text
from survey_app.i18n import format_day, localized
from survey_app.questionnaires.crosswalk import Link
from survey_app.questionnaires.queries import links_of

MARKS = "¹²³⁴⁵⁶⁷⁸⁹"
Dated = tuple[date, Point]
Change = tuple[date, str]


def published_beside(part: Part) -> list[PublishedFigure]:
    """The published figures that speak of exactly this part: the survey's own agency, every answer, the same days."""
    whole = (part.survey.opens_on or FIRST_DAY, part.survey.closes_on or LAST_DAY)
    periods = {part.days, whole} if part.entire else {part.days}
    return [each for each in _published(part) if each.period in periods]


def published_before(part: Part, option: str) -> list[PublishedFigure]:
    """What was published of an option of the headline question, by period; nothing where the part is filtered."""
    headline = [each for each in _published(part) if (each.question, each.option) == (part.headline, option)]
    return [each for each in headline if each.is_dated]


def published_points(figures: Iterable[PublishedFigure]) -> list[Dated]:
    """Hollow points, each at the first day of its period."""
    return [(figure.period_from, _point(figure)) for figure in figures]


def breaks(part: Part, points: Sequence[Dated]) -> tuple[Break, ...]:
    """Where the series is of something else than before: agencies merged or split, a new questionnaire version,
    published figures give way to counted ones. Footnotes are numbered in the order of time."""
    by_day: dict[date, list[str]] = {}
    for on, text in sorted({*_succession_changes(part), *_version_changes(part), *_method_changes(points)}):
        by_day.setdefault(on, []).append(text)
    places = [(on, texts, before) for on, texts in by_day.items() if (before := _before(points, on))]
    return tuple(
        Break(before, mark, f"{mark} {format_day(on)}: {'; '.join(texts)}.")
        for mark, (on, texts, before) in zip(MARKS, places, strict=False)
    )


def change_notes(row: QuestionFigure, figures: Iterable[PublishedFigure]) -> tuple[str, ...]:
    """How the best level's share stands to each published value, in points: from..to, never a single number."""
    top = row.top
    if top.low is None or top.high is None or row.n is None:
        return ()
    interval = (top.low, top.high)
    return tuple(_change_note(figure, interval, row.n) for figure in figures)


def restatement_notes(part: Part) -> tuple[str, ...]:
    """What is added up and what could not be, where figures are restated to today's structure."""
    if part.structure != "current":
        return ()
    found = restatement(part.seen.id, part.scope)
    names = _names({*found.pooled, *(s.predecessor for s in found.left_out)})
    added = [names[each] for each in part.pooled if each != part.seen.id]
    said = [_("Restated to today's structure: the answers of %(names)s are added.", names=", ".join(added))]
    if not added:
        said = [_("Restated to today's structure: no other agency's answers are added.")]
    for lost in found.left_out:
        said.append(
            _(
                "Not added: %(name)s passed on only a part of its work (%(field)s), which has no counts of its own.",
                name=names[lost.predecessor],
                field=lost.field or "…",
            )
        )
    return tuple(said)


def _published(part: Part) -> list[PublishedFigure]:
    filtered = part.seen.id != part.survey.agency_id or part.channel or part.procedure
    return [] if filtered else published_figures(survey_id=part.survey.id)


def _point(figure: PublishedFigure) -> Point:
    low, high = published_interval(figure.value, figure.qualifier)
    label = published_period_text(figure.period_from, figure.period_to)
    return Point(
        key=f"{figure.period_from}/{figure.period_to}",
        label=label,
        n=None,
        share=low / 100 if figure.qualifier == "floor" else float(figure.value) / 100,
        low=None,
        high=None,
        text=published_text(figure.value, figure.qualifier),
        published=True,
        until=high / 100 if figure.qualifier == "floor" else None,
        note=_("published figures") + (f": {figure.source}" if figure.source else ""),
    )


def _change_note(figure: PublishedFigure, interval: tuple[float, float], n: int) -> str:
    low, high = change_since(interval, published_interval(figure.value, figure.qualifier))
    return _(
        "Against %(period)s (published: %(value)s): %(change)s percentage points, by chance and by what the published "
        "figure leaves open.",
        period=published_period_text(*figure.period),
        value=published_text(figure.value, figure.qualifier),
        change=points_interval_text(low, high, n),
    )


def _before(points: Sequence[Dated], on: date) -> str:
    """The key of the first point from that day's month on, where others stand before it; else ""."""
    places = [place for place, (day, _point) in enumerate(points) if day >= on.replace(day=1)]
    return points[places[0]][1].key if places and places[0] > 0 else ""


def _method_changes(points: Sequence[Dated]) -> Iterator[Change]:
    """Where counted figures follow published ones."""
    measured = [day for day, point in points if not point.published]
    published = [day for day, point in points if point.published]
    if measured and published and min(published) < measured[0]:
        yield measured[0], _("from published figures to counted answers: another method")


def _version_changes(part: Part) -> Iterator[Change]:
    place = {"survey_id": part.survey.id, "agency_id": part.seen.id}
    starts = remembered(part.survey.id, ("version starts", part.seen.id), lambda: version_starts(**place))
    told = {link.number: link for link in _links(part, (part.headline,))}
    for on, number in starts[1:]:
        version = _("version %(number)s of the questionnaire", number=number)
        yield on, f"{version}: {_link_text(told[number])}" if number in told else version


def crosswalk_notes(part: Part, questions: Sequence[str]) -> tuple[str, ...]:
    """What questions of the version asked now continue, where their codes changed, the latest version first."""
    labels = {question.code: localized(question.label) for question in part.questions}
    return tuple(
        _("%(question)s: %(text)s (version %(number)s).", question=labels.get(link.question, link.question),
          text=_link_text(link), number=link.number)
        for link in _links(part, questions)
    )  # fmt: skip


def _links(part: Part, questions: Sequence[str]) -> list[Link]:
    """The links that lead to these questions, over as many versions as they reach."""
    version = part.survey.version
    reached, found = set(questions), []
    for link in links_of(version.questionnaire_id) if version.number > 1 else ():
        if link.number <= version.number and link.question in reached:
            found.append(link)
            reached |= {link.earlier_question} if link.comparable else set()
    return found


def _link_text(link: Link) -> str:
    if link.comparable:
        return _("continues “%(code)s” of version %(number)s, counted together", code=link.earlier_question,
                 number=link.earlier)  # fmt: skip
    return _("follows “%(code)s” of version %(number)s and cannot be compared with it: earlier answers are not counted",
             code=link.earlier_question, number=link.earlier)  # fmt: skip


def _succession_changes(part: Part) -> Iterator[Change]:
    known = successions()
    own = breaks_as_reported(part.seen.id, known)
    changes = restatement(part.seen.id, part.scope).breaks if part.structure == "current" else own
    names = _names({each for s in changes for each in (s.predecessor, s.successor)})
    for change in changes:
        basis = f" ({change.legal_basis})" if change.legal_basis else ""
        yield change.effective_on, _change_text(change, names, part.seen.id) + basis


def _change_text(change: Succession, names: dict[int, str], seen_id: int) -> str:
    if change.kind == "rename":
        return _("renamed from %(name)s", name=names[change.predecessor])
    if change.kind == "merge":
        return _("%(name)s merged into it", name=names[change.predecessor])
    if change.predecessor == seen_id:
        return _("%(field)s passed to %(name)s", field=change.field, name=names[change.successor])
    field = change.field or _("a part of the work")
    return _("%(field)s came from %(name)s", field=field, name=names[change.predecessor])


def _names(agency_ids: set[int]) -> dict[int, str]:
    found = {each: db.session.get(Agency, each) for each in agency_ids}
    return {each: agency.short_name or agency.name for each, agency in found.items() if agency}
