"""What the pages hold: panels under the reader's filters, each in its frame, and the finding as title."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from survey_app import clock
from survey_app.access import Scope, may
from survey_app.dashboards import cells, filterbar, titles
from survey_app.dashboards.addresses import (
    chart_addresses,
    long_report_addresses,
    report_addresses,
    rows_address,
    with_query,
)
from survey_app.dashboards.frames import Frame, frame
from survey_app.dashboards.paging import page_of
from survey_app.errors import NotFound
from survey_app.figures.builders import build_panel, permission_for
from survey_app.figures.charts import drawable
from survey_app.figures.filters import Selection
from survey_app.figures.panels import Measure, Panel, QuestionFigure
from survey_app.figures.plotly_chart import chart_height, plotly_json
from survey_app.figures.queries import seen_agency
from survey_app.figures.released import Freshness, first_and_last_day, freshness
from survey_app.figures.wording import filters_text, provenance_note
from survey_app.i18n import format_day, format_number, localized
from survey_app.questionnaires.content import Question
from survey_app.questionnaires.queries import version_content
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import survey_agencies

FEWEST_FOR_RANK = 100
# The pages that draw one question at a time.
BY_QUESTION = ("agencies", "trend", "channels", "procedures")
VIEWS = ("funnel", "dots", "rank", "weighted")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks what of a survey, and on which page."""

    survey: Survey
    scope: Scope
    selection: Selection
    address: str

    def panel(self, key: str, **changes: Any) -> Panel:
        """A panel under the filters; `changes` replace some of them."""
        return build_panel(key, survey=self.survey, scope=self.scope, **(self.selection.asked() | changes))

    def query(self, **changes: str | None) -> dict[str, str]:
        """The filters as query keys, with changes (None takes one off)."""
        return {key: value for key, value in (self.selection.query() | changes).items() if value}

    def link(self, page: str, query: dict[str, str] | None = None, *, question: str | None = None) -> str:
        """Another page of the survey under the same filters; that of a criterion names its question."""
        endpoint, name = ("section", page) if page in SECTIONS else (page, None)
        here = url_for(f"dashboards.{endpoint}", code=self.survey.code, question=question, name=name)
        return with_query(here, self.query() if query is None else query)

    @property
    def questions(self) -> tuple[Question, ...]:
        return version_content(self.survey.version_id).choices

    @property
    def headline(self) -> Question:
        """The question asked for, else the last one."""
        by_code = {question.code: question for question in self.questions}
        return by_code[self.selection.question or self.questions[-1].code]


def shared(asked: Asked, panel: Panel, *, title: str, page: str) -> dict[str, Any]:
    """What every page shows around its panels."""
    fresh = freshness(asked.survey)
    return {
        "title": title,
        "page": page,
        "panel": panel,
        "steps": filterbar.agency_steps(asked.survey, asked.scope, asked.selection, asked.address),
        "sections": sections(asked, page),
        "answered": _answered(panel),
        "filters": filters_text(panel.filters),
        "active": filterbar.active(asked.address, asked.selection),
        "provenance": provenance_note(asked.survey.provenance),
        "reports": report_addresses(asked.survey.code, asked.query()),
        "long_reports": long_report_addresses(asked.survey.code, asked.query()),
        "left_out": [name for key, name in _not_in_reports() if key in asked.query()],
        "by_question": page in BY_QUESTION,
        "rows": rows_address(asked.survey.code, asked.query()),
        "updated": _updated(asked, panel, fresh),
        "lags": fresh.lags,
    }


def _not_in_reports() -> tuple[tuple[str, str], ...]:
    """What a page can be asked for and no report takes."""
    return ("level", _("Level of agencies")), ("rating", _("Rating of the comments"))


def sections(asked: Asked, page: str) -> list[tuple[str, str, bool]]:
    """(name, address under the same filters, whether it is this one) of the survey's pages."""
    first = asked.selection.question or asked.questions[0].code
    found = [
        (_("Overview"), asked.link("survey", asked.query(question=None)), "survey"),
        (_("Findings"), asked.link("findings", asked.query(question=None)), "findings"),
        (_("Criteria"), asked.link("criterion", asked.query(question=None), question=first), "criterion"),
        (_("Agencies"), asked.link("agencies"), "agencies"),
        (_("Over time"), asked.link("trend"), "trend"),
        (_("Channels"), asked.link("channels"), "channels"),
        (_("Procedures"), asked.link("procedures"), "procedures"),
        (_("Data quality"), asked.link("quality", asked.query(question=None)), "quality"),
    ]
    if may(permission_for("comments")):
        found.append((_("Comments"), asked.link("comments"), "comments"))
    return [(name, href, key == page) for name, href, key in found]


def overview(asked: Asked) -> dict[str, Any]:
    """The whole survey on one page."""
    panel = asked.panel("distribution")
    change = asked.panel("change") if asked.selection.compare else None
    change = change if change and change.rows else None
    agencies, trend = _comparing(asked, "agencies", level=None), _comparing(asked, "trend")
    chart = drawable(panel.chart)
    query = asked.query(question=None)
    one = asked.query(question=asked.headline.code)
    return {
        **shared(asked, panel, title=titles.overview_finding(panel, change, agencies), page="survey"),
        "kpis": cells.kpis(panel, change, lambda code: asked.link("criterion", query, question=code)),
        "columns": cells.columns(panel),
        "groups": cells.groups(panel),
        "legend": cells.legend(chart),
        "findings_link": asked.link("findings", query),
        "reading": cells.reading_notes(panel),
        "figure": plotly_json(chart) if chart else None,
        "height": chart_height(chart) if chart else 0,
        "published_kpis": cells.published_kpis(panel),
        "charts": chart_addresses("distribution", asked.survey.code, query),
        "change": frame(change, query, title=titles.change_finding(change)) if change else None,
        "trend": frame(trend, one, title=titles.trend_finding(trend)) if trend else None,
        "agencies": _agencies_frame(asked, agencies) if agencies else None,
        "strip": _strip(asked.panel("quality")),
    }


def criterion(asked: Asked) -> dict[str, Any]:
    """One question from every side."""
    question = asked.headline
    panel = asked.panel("overview")
    row = next(row for row in panel.rows if row.question == question.code)
    change = asked.panel("change") if asked.selection.compare else None
    query = asked.query(question=question.code)
    keys = ("periods", "trend", "funnel", "channels", "procedures", "reasons")
    panels = [asked.panel(key, question=question.code) for key in keys]
    kept = asked.query(question=None)
    return {
        **shared(asked, panel, title=titles.level_finding([row]), page="criterion"),
        "kpi": cells.kpi(row, _difference(change, question.code)),
        "criterion": localized(question.label),
        "criteria": [
            (localized(each.label), asked.link("criterion", kept, question=each.code), each.code == question.code)
            for each in asked.questions
        ],
        "asked_text": localized(question.text),
        "frames": [frame(each, query) for each in panels if len(each.shown) > 1 or each.measures],
        "comments_link": asked.link("comments", query) if may(permission_for("comments")) else None,
    }


def agencies(asked: Asked, view: str) -> dict[str, Any]:
    """Agencies beside each other: funnel first, the dot plot, the rank with its intervals; all weighted to cases."""
    panel = asked.panel("funnel" if view == "funnel" else "agencies", question=asked.headline.code)
    query = asked.query(question=asked.headline.code)
    if view == "weighted":
        shown = frame(asked.panel("weighted", question=None), asked.query(question=None))
    else:
        shown = frame(panel, query, link=_drill(asked))
    return {
        **shared(asked, panel, title=titles.standing_finding("agencies", panel), page="agencies"),
        "frames": [] if view == "rank" else [shown],
        "ranked": ranked(panel) if view == "rank" else [],
        "rank_exports": chart_addresses(panel.key, asked.survey.code, query, drawn=False),
        "views": [
            (name, with_query(asked.address, asked.query() | {"view": key}), key == view)
            for key, name in zip(VIEWS, (_("Funnel"), _("Dots"), _("Rank"), _("Weighted")), strict=True)
        ],
        "levels": _levels(asked, view),
    }


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
    code = asked.headline.code
    panel = asked.panel("trend", question=code)
    change = asked.panel("change")
    query = asked.query(question=code)
    frames = [frame(panel, query), frame(asked.panel("periods", question=code), query)]
    if change.rows:
        frames.append(frame(change, asked.query(question=None), title=titles.change_finding(change)))
    return {**shared(asked, panel, title=titles.trend_finding(panel), page="trend"), "frames": frames}


def channels(asked: Asked) -> dict[str, Any]:
    """How people answered: by channel, verified or not."""
    panel = asked.panel("channels", question=asked.headline.code)
    query = asked.query(question=asked.headline.code)
    frames = [frame(panel, query), frame(asked.panel("verified", question=asked.headline.code), query)]
    return {**shared(asked, panel, title=titles.standing_finding("channels", panel), page="channels"), "frames": frames}


def procedures(asked: Asked) -> dict[str, Any]:
    """By procedure; each leads to the overview of it alone."""
    panel = asked.panel("procedures", question=asked.headline.code)
    query = asked.query(question=asked.headline.code)

    def one(code: str) -> str:
        return asked.link("survey", asked.query(question=None, procedure=code))

    title = titles.standing_finding("procedures", panel)
    return {**shared(asked, panel, title=title, page="procedures"), "frames": [frame(panel, query, link=one)]}


def findings(asked: Asked) -> dict[str, Any]:
    """Everything that can be claimed, each leading to the page that shows it."""
    panel = asked.panel("findings")
    shown = frame(panel, asked.query(question=None), link=lambda key: _page_of(asked, key))
    title = titles.findings_title(panel)
    return {**shared(asked, panel, title=title, page="findings"), "frames": [shown]}


def _page_of(asked: Asked, key: str) -> str:
    """Where a finding ("question.page/unit") is shown: an agency's or a procedure's own criterion, else the page."""
    question, _dot, rest = key.partition(".")
    page, _slash, unit = rest.partition("/")
    one = {"agencies": {"agency": unit}, "change": {"agency": unit} if unit else {}, "procedures": {"procedure": unit}}
    if page in one:
        return asked.link("criterion", asked.query(question=None, **one[page]), question=question)
    endpoint = "trend" if page == "trend" else "channels"
    return asked.link(endpoint, asked.query(question=question))


def quality(asked: Asked) -> dict[str, Any]:
    """How far the figures can be trusted, flags, and the case figures of the same period."""
    panel = asked.panel("quality")
    query = asked.query(question=None)
    frames = [frame(each, query) for each in (panel, asked.panel("flags"), asked.panel("cases"))]
    return {**shared(asked, panel, title=_quality_title(panel.measures), page="quality"), "frames": frames}


def comments(asked: Asked, number: int = 1) -> dict[str, Any]:
    """Why people were unhappy, a chart for each question, and what they wrote, a page at a time."""
    panel = asked.panel("comments")
    query = asked.query()
    title = _("Comments and reasons for low ratings")
    return {
        **shared(asked, panel, title=title, page="comments"),
        "frames": _reasons(asked),
        "groups": _commenters(asked),
        "remarks": page_of(panel.remarks, number, lambda n: with_query(asked.address, query | {"page": str(n)})),
        "remarks_note": panel.note,
        "remarks_exports": chart_addresses("comments", asked.survey.code, query, drawn=False)[:1],
    }


def _reasons(asked: Asked) -> list[Frame]:
    """The reasons of each question that has any: all in one chart would be a comb of bars."""
    frames = []
    for question in asked.questions:
        if question.reasons and asked.selection.question in (None, question.code):
            panel = asked.panel("reasons", question=question.code)
            shown = frame(panel, asked.query(question=question.code), title=localized(question.label))
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


def _comparing(asked: Asked, key: str, **changes: Any) -> Panel | None:
    panel = asked.panel(key, question=asked.headline.code, **changes)
    return panel if panel.compares else None


def _agencies_frame(asked: Asked, panel: Panel) -> Frame:
    title = titles.standing_finding("agencies", panel)
    return frame(panel, asked.query(question=asked.headline.code, level=None), title=title, link=_drill(asked))


def _drill(asked: Asked) -> Callable[[str], str]:
    return lambda code: asked.link("survey", asked.query(question=None, agency=code))


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


def _answered(panel: Panel) -> str:
    if panel.responses is None:
        return _("Too few answers to show")
    return _("%(count)s answers counted", count=format_number(panel.responses))


def _updated(asked: Asked, panel: Panel, fresh: Freshness) -> str:
    """When the page was made and the figures counted, what waits, and the newest counted day of the whole survey."""
    made = clock.now().astimezone(clock.timezone())
    said = [_("Updated %(day)s %(time)s.", day=format_day(made), time=f"{made:%H:%M}")]
    if fresh.counted_at:
        counted = fresh.counted_at.astimezone(clock.timezone())
        said.append(_("Last counted on %(day)s after %(hour)s:00.", day=format_day(counted), hour=counted.hour))
    fewer = _("Fewer than %(count)s answers wait to be counted.", count=fresh.fewest)
    at_least = _("At least %(count)s answers wait to be counted.", count=format_number(fresh.least))
    said.append(at_least if fresh.least else fewer)
    answered = first_and_last_day(asked.survey) if panel.responses else None
    if answered:
        said.append(_("Newest counted answer: %(day)s.", day=format_day(answered[1])))
    return " ".join(said)
