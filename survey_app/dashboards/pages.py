"""What the pages hold: panels under the reader's filters, each in its frame, and the finding as title."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from survey_app.access import Scope, may
from survey_app.dashboards import cells, titles
from survey_app.dashboards.addresses import chart_addresses, with_query
from survey_app.dashboards.asked import Asked, page
from survey_app.dashboards.frames import Frame, Link
from survey_app.dashboards.paging import page_of
from survey_app.errors import NotFound
from survey_app.figures.builders import permission_for
from survey_app.figures.charts import drawable
from survey_app.figures.families.voices import MOST_COMMENTS
from survey_app.figures.panels import Measure, Panel, QuestionFigure
from survey_app.figures.queries import seen_agency
from survey_app.i18n import format_number, localized
from survey_app.questionnaires.queries import version_content
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import survey_agencies

FEWEST_FOR_RANK = 100
VIEWS = ("funnel", "dots", "rank", "weighted")


def overview(asked: Asked) -> dict[str, Any]:
    """The whole survey on one page."""
    panel = asked.panel("distribution")
    change = _changed(asked)
    agencies, trend = _comparing(asked.one("agencies", level=None)), _comparing(asked.one("trend"))
    framed = {
        "change": asked.frame(change, title=titles.change_finding(change)) if change else None,
        "trend": asked.frame(trend, title=titles.trend_finding(trend)) if trend else None,
        "agencies": asked.frame(agencies, title=titles.standing_finding("agencies", agencies), link=_drill(asked))
        if agencies
        else None,
    }
    return page(
        asked,
        "survey",
        panel,
        titles.overview_finding(panel, change, agencies),
        [each for each in framed.values() if each],
        **framed,
        **cells.distribution(panel),
        kpis=cells.kpis(panel, change, lambda code: asked.link("criterion", of=code, question=None)),
        distribution_note=panel.particular,
        findings_link=asked.link("findings", question=None),
        charts=chart_addresses(
            "distribution", asked.survey.code, asked.query(question=None), drawn=bool(drawable(panel.chart))
        ),
        strip=_strip(asked.panel("quality")),
    )


def criterion(asked: Asked) -> dict[str, Any]:
    """One question from every side."""
    question = asked.headline
    panel = asked.panel("overview")
    row = next(row for row in panel.rows if row.question == question.code)
    keys = ("trend", "funnel", "channels", "procedures", "reasons", "periods")
    panels = [asked.one(key) for key in keys]
    return page(
        asked,
        "criterion",
        panel,
        titles.level_finding([row]),
        [asked.frame(each) for each in panels if len(each.shown) > 1 or each.measures],
        kpi=cells.kpi(row, _difference(_changed(asked), question.code)),
        criterion=localized(question.label),
        criteria=[
            (localized(each.label), asked.link("criterion", of=each.code, question=None), each.code == question.code)
            for each in asked.questions
        ],
        asked_text=localized(question.text),
        comments_link=asked.link("comments", question=question.code) if may(permission_for("comments")) else None,
    )


def agencies(asked: Asked, view: str) -> dict[str, Any]:
    """Agencies beside each other: funnel first, the dot plot, the rank with its intervals; all weighted to cases."""
    panel = asked.one("funnel" if view == "funnel" else "agencies")
    shown = {"weighted": lambda: [asked.frame(asked.panel("weighted", question=None))], "rank": list}
    query = asked.query(question=asked.headline.code)
    return page(
        asked,
        "agencies",
        panel,
        titles.standing_finding("agencies", panel),
        shown.get(view, lambda: [asked.frame(panel, link=_drill(asked))])(),
        ranked=ranked(panel) if view == "rank" else [],
        rank_exports=chart_addresses(panel.key, asked.survey.code, query, drawn=False),
        views=[
            (name, with_query(asked.address, asked.query() | {"view": key}), key == view)
            for key, name in zip(VIEWS, (_("Funnel"), _("Dots"), _("Rank"), _("Weighted")), strict=True)
        ],
        levels=_levels(asked, view),
    )


def _levels(asked: Asked, view: str) -> list[tuple[str, str, bool]]:
    """(name, address, whether it is this one) of the agencies right below and of all at the foot of the tree; nothing
    where these are the same."""
    seen = seen_agency(survey=asked.survey, scope=asked.scope, agency=asked.selection.agency)
    below = [agency for agency in survey_agencies(asked.survey, Scope(seen.id)) if agency.id != seen.id]
    if all(agency.parent_id == seen.id for agency in below):
        return []
    names = {None: _("Right below %(agency)s", agency=seen.short_name or seen.name), "leaves": _("All units")}
    return [
        (name, with_query(asked.address, asked.query(level=level) | {"view": view}), level == asked.selection.level)
        for level, name in names.items()
    ]


def ranked(panel: Panel) -> list[tuple[str, list[tuple[str, QuestionFigure]]]]:
    """(group, [(rank or "", row)]) by what can be told: above, no different, below; those under 100 answers last and
    without a rank."""
    known = [row for row in panel.shown if row.top.share is not None and (row.n or 0) >= FEWEST_FOR_RANK]
    known.sort(key=lambda row: -(row.top.share or 0.0))
    numbers = {id(row): format_number(number) for number, row in enumerate(known, 1)}
    names = {"above": _("Above average"), "same": _("No different from average"), "below": _("Below average")}
    groups = [
        (name, [(numbers[id(row)], row) for row in known if row.difference and row.difference.role == role])
        for role, name in names.items()
    ]
    others = [("", row) for row in panel.shown if id(row) not in numbers]
    return [(name, rows) for name, rows in (*groups, (_("Under 100 answers: no rank"), others)) if rows]


def trend(asked: Asked) -> dict[str, Any]:
    """Month by month, and against an earlier period."""
    panel, change = asked.one("trend"), asked.panel("change", question=None)
    frames = [asked.frame(panel), asked.frame(asked.one("periods"))]
    if change.rows:
        frames.append(asked.frame(change, title=titles.change_finding(change)))
    return page(asked, "trend", panel, titles.trend_finding(panel), frames)


def channels(asked: Asked) -> dict[str, Any]:
    """How people answered: by channel, verified or not."""
    panel = asked.one("channels")
    frames = [asked.frame(panel), asked.frame(asked.one("verified"))]
    return page(asked, "channels", panel, titles.standing_finding("channels", panel), frames)


def procedures(asked: Asked) -> dict[str, Any]:
    """By procedure; each leads to the overview of it alone."""
    panel = asked.one("procedures")
    shown = asked.frame(panel, link=lambda code: asked.link("survey", question=None, procedure=code))
    return page(asked, "procedures", panel, titles.standing_finding("procedures", panel), [shown])


def findings(asked: Asked) -> dict[str, Any]:
    """Everything that can be claimed, each leading to the page that shows it: what fell or stands below, and the
    others."""
    panel = asked.panel("findings", question=None)
    shown = asked.frame(panel, link=lambda key: _page_of(asked, key))
    told = [
        (measure, _page_of(asked, f"{measure.question}.{measure.leading.key}".strip("."))) for measure in panel.measures
    ]
    return page(asked, "findings", panel, titles.findings_title(panel), [shown], told=told)


def _page_of(asked: Asked, key: str) -> str:
    """Where a finding ("question.page/unit") is shown: an agency's or a procedure's own criterion, else the page."""
    question, _dot, rest = key.partition(".")
    name, _slash, unit = rest.partition("/")
    one = {"agencies": {"agency": unit}, "change": {"agency": unit} if unit else {}, "procedures": {"procedure": unit}}
    if name in one:
        return asked.link("criterion", of=question, question=None, **one[name])
    return asked.link("trend" if name == "trend" else "channels", question=question)


def quality(asked: Asked) -> dict[str, Any]:
    """How far the figures can be trusted, flags, and the case figures of the same period."""
    panels = [asked.panel(key, question=None) for key in ("quality", "flags", "cases")]
    return page(asked, "quality", panels[0], _quality_title(panels[0].measures), [asked.frame(each) for each in panels])


def comments(asked: Asked, number: int = 1) -> dict[str, Any]:
    """Why people were unhappy, a chart for each question, and what they wrote, a page at a time."""
    panel = asked.panel("comments")
    query = asked.query()
    return page(
        asked,
        "comments",
        panel,
        _("Comments and reasons for low ratings"),
        _reasons(asked),
        groups=_commenters(asked),
        remarks=page_of(panel.remarks, number, lambda n: with_query(asked.address, query | {"page": str(n)})),
        most_remarks=MOST_COMMENTS,
        remarks_note=panel.particular,
        remarks_exports=chart_addresses("comments", asked.survey.code, query, drawn=False)[:1],
    )


def _reasons(asked: Asked) -> list[Frame]:
    """The reasons of each question that has any: all in one chart would be a comb of bars."""
    frames = []
    for question in asked.questions:
        if question.reasons and asked.selection.question in (None, question.code):
            panel = asked.panel("reasons", question=question.code)
            shown = asked.frame(panel, title=localized(question.label))
            frames += [replace(shown, id=f"reasons-{question.code}")] if panel.measures else []
    return frames


def _commenters(asked: Asked) -> list[tuple[str, str, bool]]:
    """(group of writers and how many, address of their comments, whether it is this one); hidden groups are not there;
    nothing where there is no choice."""
    told = [each for each in asked.panel("commenters", rating=None).measures if each.count]
    named = [(None, _("All")), *((each.leading.key, f"{each.leading.label} ({each.text})") for each in told)]
    links = [(name, with_query(asked.address, asked.query(rating=key)), asked.selection.rating == key)
             for key, name in named]  # fmt: skip
    return links if told else []


# The pages that are made of frames alone.
SECTIONS: dict[str, Callable[[Asked], dict[str, Any]]] = {
    "findings": findings,
    "trend": trend,
    "channels": channels,
    "procedures": procedures,
    "quality": quality,
}


def require_question(survey: Survey, code: str) -> str:
    """The code of a choice question of the survey. Raises NotFound."""
    if code not in {question.code for question in version_content(survey.version_id).choices}:
        raise NotFound(_("There is no question “%(code)s”.", code=code[:40]))
    return code


def _comparing(panel: Panel) -> Panel | None:
    return panel if panel.compares else None


def _changed(asked: Asked) -> Panel | None:
    """What changed of every question, where periods are compared and there is an earlier one."""
    change = asked.panel("change", question=None) if asked.selection.compare else None
    return change if change and change.rows else None


def _drill(asked: Asked) -> Link:
    return lambda code: asked.link("survey", question=None, agency=code)


def _difference(change: Panel | None, question: str) -> QuestionFigure | None:
    return next((row for row in change.rows if row.question == question), None) if change else None


def _strip(panel: Panel) -> list[Measure]:
    """The figures of data quality for the foot of the overview."""
    keys = ("responses", "response_rate", "flagged", "verified", "sensitivity")
    warned = [measure for measure in panel.measures if measure.warning and measure.leading.key not in keys]
    return [measure for measure in panel.measures if measure.leading.key in keys] + warned


def _quality_title(measures: tuple[Measure, ...]) -> str:
    warned = [measure.leading.label for measure in measures if measure.warning]
    return _("To watch: %(figures)s", figures="; ".join(warned)) if warned else _("Nothing stands out in the data")
