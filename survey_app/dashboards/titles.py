"""The finding of a page as its title: what passes its test, else what can honestly be said."""

from collections.abc import Iterable, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from survey_app.figures.claims import WHOLE, Page, UnitShare, change_claims, leading, standing_claims, trend_claims
from survey_app.figures.headlines import Level, level_title, page_title
from survey_app.figures.panels import Panel, QuestionFigure
from survey_app.figures.wording import month_name


def level_finding(rows: Sequence[QuestionFigure]) -> str:
    """What the answers reach, where nothing is compared."""
    told = [Level(r.label, "", r.positive.count, r.n) for r in rows if r.positive.count is not None and r.n]
    answered = sum(row.n != 0 for row in rows)
    return _("Small counts hidden") if answered and not told else level_title(told, answered)


def overview_finding(distribution: Panel, change: Panel | None, agencies: Panel | None) -> str:
    """A change of the whole, else agencies that stand out, else the level reached."""
    changes = change_claims(*_both(change)) if change else []
    standing = standing_claims(_shares(agencies.shown)) if agencies else []
    found = leading(changes, standing)
    if found is None:
        return level_finding(distribution.rows)
    panels = [panel for panel in (distribution, change, agencies) if panel]
    return page_title(found.page, found, units=_units(panels), questions=_questions(panels))


def standing_finding(page: Page, panel: Panel) -> str:
    """Which of the rows stand above or below the whole."""
    found = leading(standing_claims(_shares(panel.shown), page=page))
    return page_title(page, found, units=_units([panel]), questions=_questions([panel]))


def change_finding(panel: Panel) -> str:
    """What changed against the earlier period."""
    found = leading(change_claims(*_both(panel)))
    return page_title("change", found, units={WHOLE: ""}, questions=_questions([panel]))


def trend_finding(panel: Panel) -> str:
    """Which month stands out."""
    found = leading(trend_claims(_shares(panel.shown)))
    return page_title("trend", found, units=_units([panel]), questions=_questions([panel]))


def findings_title(panel: Panel) -> str:
    """The first finding and how many more there are."""
    if not panel.measures:
        return _("Nothing differs enough to tell")
    first = panel.measures[0].leading.label
    others = len(panel.measures) - 1
    if not others:
        return first
    return ngettext("%(first)s, and %(num)s more finding", "%(first)s, and %(num)s more findings", others, first=first)


def _shares(rows: Iterable[QuestionFigure]) -> list[UnitShare]:
    """The best level of each row that is shown."""
    return [
        UnitShare(row.leading.key, row.question, row.top.count, row.n)
        for row in rows
        if row.leading and row.top.count is not None and row.n is not None
    ]


def _both(panel: Panel) -> tuple[list[UnitShare], list[UnitShare]]:
    pairs = [(row, row.before) for row in panel.rows if row.before]
    return tuple(  # type: ignore[return-value]
        [
            UnitShare(WHOLE, row.question, row.top.count, row.n)
            for row in side
            if row.top.count is not None and row.n is not None
        ]
        for side in ([now for now, _before in pairs], [before for _now, before in pairs])
    )


def _units(panels: Iterable[Panel]) -> dict[str, str]:
    names = {WHOLE: ""}
    for row in (row for panel in panels for row in panel.rows if row.leading):
        if row.leading:
            names[row.leading.key] = month_name(row.leading.key) if row.leading.kind == "period" else row.leading.label
    return names


def _questions(panels: Iterable[Panel]) -> dict[str, str]:
    return {row.question: row.label for panel in panels for row in panel.rows}
