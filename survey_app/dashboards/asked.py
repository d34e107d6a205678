"""What was asked of a survey's pages, and the page around its panels: who asks, under which filters, where it leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from survey_app import clock
from survey_app.access import Scope, may
from survey_app.dashboards import cells, filterbar
from survey_app.dashboards.addresses import long_report_addresses, report_addresses, rows_address, with_query
from survey_app.dashboards.frames import Frame, Link, frame
from survey_app.figures.builders import build_panel, permission_for
from survey_app.figures.filters import Selection
from survey_app.figures.panels import Panel
from survey_app.figures.released import Freshness, first_and_last_day, freshness
from survey_app.figures.wording import filters_text, provenance_note
from survey_app.i18n import format_day, format_number
from survey_app.questionnaires.content import Question
from survey_app.questionnaires.queries import version_content
from survey_app.surveys.models import Survey

# The pages that draw one question at a time, and those that are made of frames alone.
BY_QUESTION = ("agencies", "trend", "channels", "procedures")
FRAMED = ("findings", "trend", "channels", "procedures", "quality")


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

    def one(self, key: str, **changes: Any) -> Panel:
        """A panel of the headline question alone."""
        return self.panel(key, question=self.headline.code, **changes)

    def frame(self, panel: Panel, *, title: str = "", link: Link | None = None) -> Frame:
        """A panel in its frame, whose files are of the same question and level."""
        filters = panel.filters
        return frame(panel, self.query(question=filters.question, level=filters.level), title=title, link=link)

    def query(self, **changes: str | None) -> dict[str, str]:
        """The filters as query keys, with changes (None takes one off)."""
        return {key: value for key, value in (self.selection.query() | changes).items() if value}

    def link(self, page: str, *, of: str | None = None, **changes: str | None) -> str:
        """Another page of the survey under the same filters with changes; that of a criterion is `of` a question."""
        endpoint, name = ("section", page) if page in FRAMED else (page, None)
        here = url_for(f"dashboards.{endpoint}", code=self.survey.code, question=of, name=name)
        return with_query(here, self.query(**changes))

    @property
    def questions(self) -> tuple[Question, ...]:
        return version_content(self.survey.version_id).choices

    @property
    def headline(self) -> Question:
        """The question asked for, else the last one."""
        by_code = {question.code: question for question in self.questions}
        return by_code[self.selection.question or self.questions[-1].code]


def page(
    asked: Asked, name: str, panel: Panel, title: str, frames: Sequence[Frame] = (), **more: Any
) -> dict[str, Any]:
    """A page: what every one shows around its panels, its frames, and what it has `more` than others. `panel` speaks
    for it: where that tells nothing, the title says so."""
    fresh = freshness(asked.survey)
    without = {"none": _("No answers in this period"), "few": _("Small counts hidden")}
    return {
        "title": without.get(panel.told, title),
        "page": name,
        "panel": panel,
        "steps": filterbar.agency_steps(asked.survey, asked.scope, asked.selection, asked.address),
        "sections": sections(asked, name),
        "answered": cells.answered(panel) if panel.told != "few" else "",
        "filters": filters_text(panel.filters),
        "active": filterbar.active(asked.address, asked.selection),
        "provenance": provenance_note(asked.survey.provenance),
        "general": _general([*panel.general, *(text for each in frames for text in each.general)], asked.survey),
        "reports": report_addresses(asked.survey.code, asked.query()),
        "long_reports": long_report_addresses(asked.survey.code, asked.query()),
        "left_out": [words for key, words in _not_in_reports() if key in asked.query()],
        "by_question": name in BY_QUESTION,
        "rows": rows_address(asked.survey.code, asked.query()),
        "updated": _updated(asked, panel, fresh),
        "lags": fresh.lags,
        "frames": frames,
        **more,
    }


def _general(said: Sequence[str], survey: Survey) -> list[str]:
    """What is true of several frames, each sentence once; the page says above what kind of figures they are."""
    return [text for text in dict.fromkeys(said) if text != provenance_note(survey.provenance)]


def _not_in_reports() -> tuple[tuple[str, str], ...]:
    """What a page can be asked for and no report takes."""
    return ("level", _("Level of agencies")), ("rating", _("Rating of the comments"))


def sections(asked: Asked, page: str) -> list[tuple[str, str, bool]]:
    """(name, address under the same filters, whether it is this one) of the survey's pages."""
    first = asked.selection.question or asked.questions[0].code
    found = [
        (_("Overview"), asked.link("survey", question=None), "survey"),
        (_("Findings"), asked.link("findings", question=None), "findings"),
        (_("Criteria"), asked.link("criterion", of=first, question=None), "criterion"),
        (_("Agencies"), asked.link("agencies"), "agencies"),
        (_("Over time"), asked.link("trend"), "trend"),
        (_("Channels"), asked.link("channels"), "channels"),
        (_("Procedures"), asked.link("procedures"), "procedures"),
        (_("Data quality"), asked.link("quality", question=None), "quality"),
    ]
    if may(permission_for("comments")):
        found.append((_("Comments"), asked.link("comments"), "comments"))
    return [(name, href, key == page) for name, href, key in found]


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
