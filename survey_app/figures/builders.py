"""Panels: from a part of a survey to what pages, files and programs show."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Unpack

from flask_babel import gettext as _

from survey_app.access import Scope
from survey_app.errors import NotFound
from survey_app.figures.families import (
    agencies,
    cases,
    change,
    distribution,
    findings,
    quality,
    trend,
    voices,
    ways,
    weighted,
)
from survey_app.figures.history import restatement_notes
from survey_app.figures.panels import Body, Filters, Panel
from survey_app.figures.parts import AskedFilters, Part, min_cell, read_part, undated, waiting_notes
from survey_app.figures.released import Told
from survey_app.figures.wording import filters_text, notes, source_text
from survey_app.i18n import lazy_gettext
from survey_app.surveys.models import Survey


@dataclass(frozen=True, slots=True)
class Kind:
    """A panel's (lazy) title, its family, and the permission that a reader needs beside that of the page."""

    title: str
    build: Callable[[Part, Told], Body]
    permission: str = "dashboards.view"


PANELS: dict[str, Kind] = {
    "overview": Kind(lazy_gettext("Overview by criterion"), distribution.overview),
    "distribution": Kind(lazy_gettext("Distribution of ratings by criterion"), distribution.distribution),
    "trend": Kind(lazy_gettext("Month by month"), trend.trend),
    "periods": Kind(lazy_gettext("Distribution of ratings by month"), trend.periods),
    "agencies": Kind(lazy_gettext("Agencies with their intervals"), agencies.agencies),
    "funnel": Kind(lazy_gettext("Agencies against how many answered"), agencies.funnel),
    "channels": Kind(lazy_gettext("By channel"), ways.channels),
    "verified": Kind(lazy_gettext("Verified and walk-up answers"), ways.verified),
    "procedures": Kind(lazy_gettext("By procedure"), ways.procedures),
    "change": Kind(lazy_gettext("Change against an earlier period"), change.change),
    "findings": Kind(lazy_gettext("Findings: what changed and who stands out"), findings.findings),
    "quality": Kind(lazy_gettext("Quality of the answers"), quality.quality),
    "flags": Kind(lazy_gettext("Flagged answers by kind"), quality.flags),
    "cases": Kind(lazy_gettext("Case figures"), cases.cases),
    "weighted": Kind(lazy_gettext("Weighted to case figures"), weighted.weighted),
    "reasons": Kind(lazy_gettext("Reasons for low ratings"), voices.reasons),
    "commenters": Kind(lazy_gettext("Who wrote comments"), voices.commenters, "dashboards.comments"),
    "comments": Kind(lazy_gettext("Comments"), voices.comments, "dashboards.comments"),
}


def build_panel(key: str, *, survey: Survey, scope: Scope, **asked: Unpack[AskedFilters]) -> Panel:
    """A panel of a survey in the reader's language, from released responses.

    Days are local and inclusive; a missing one is the survey's own, else that of the first or last answer. The agency
    is `seen_agency`'s. `compare` is "previous" or "year_ago", `structure` "current" or None (as reported), `level`
    "leaves" (agencies without others below them) or None (those right below), `rating` a group of who wrote comments.
    `question` is the one that a chart of one question draws, and the only one of which a panel with several rows a
    question has rows. Raises NotFound (panel, agency) and Invalid (channel, comparison, question, days in the wrong
    order).
    """
    kind = _kind(key)
    part = read_part(survey=survey, scope=scope, **asked)
    counts = part.counts()
    responses = counts.responses
    if responses is None:
        part = undated(part, asked.get("from_on"), asked.get("to_on"))
    return _panel(key, kind, part, kind.build(part, counts), responses)


def permission_for(key: str) -> str:
    """The permission that a reader of a panel needs. Raises NotFound for an unknown one."""
    return _kind(key).permission


def responses_counted(*, survey: Survey, scope: Scope) -> tuple[Filters, int | None]:
    """What a panel without filters would say of its days and responses (None where hidden), at less cost."""
    part = read_part(survey=survey, scope=scope)
    responses = part.counts().responses
    if responses is None:
        part = undated(part, None, None)
    return part.filters(), responses


def _kind(key: str) -> Kind:
    if key not in PANELS:
        raise NotFound(_("There is no panel “%(key)s”; there are: %(keys)s.", key=key[:40], keys=", ".join(PANELS)))
    return PANELS[key]


def _panel(key: str, kind: Kind, part: Part, body: Body, responses: int | None) -> Panel:
    filters, title = part.filters(), str(kind.title)
    measure = body.measure or _("Share of answers, %.")
    subtitle = f"{measure} {filters_text(filters)}."
    particular = (*body.notes, *restatement_notes(part))
    general = (*waiting_notes(part, key), *notes(filters, body.rows, min_cell=min_cell()))
    return Panel(
        key=key,
        title=title,
        subtitle=subtitle,
        note=" ".join((*particular, *general)),
        source=source_text(filters),
        filters=filters,
        responses=responses,
        rows=body.rows,
        chart=replace(body.chart, title=title, subtitle=subtitle) if body.chart else None,
        measures=body.measures,
        remarks=body.remarks,
        drawn=part.headline,
        general=general,
    )
