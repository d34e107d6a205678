"""Findings as titles: one active sentence in the reader's language, or what can honestly be said instead.

    page_title("agencies", leading(claims), units={code: short name}, questions={code: label})
    level_title([Level(label, option words, k, n), ...])      where a page compares nothing

Names of units (for trends: of periods, "March 2026") and questions come in the reader's language.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask_babel import gettext as _

from survey_app.figures.claims import WHOLE, Claim, Finding, Page
from survey_app.figures.rules import FEWEST_FOR_SHARES, decimals_for
from survey_app.i18n import format_number
from survey_app.statistics import floor_percent


class Level(NamedTuple):
    """k of n answers to a question (its label) chose an option; without option words: any positive one."""

    question: str
    option: str
    k: int
    n: int


def page_title(page: Page, finding: Finding | None, *, units: Mapping[str, str], questions: Mapping[str, str]) -> str:
    """The finding in words; without one, that the differences are not enough to tell. Never with a full stop.

    KeyError for a unit or question without a name.
    """
    if finding is None:
        return _quiet(page)
    question = questions[finding.question]
    if finding.others:
        return _capital(_of_both(finding, question))
    if len(finding.claims) > 1:
        return _capital(_of_many(finding, question))
    claim = finding.claims[0]
    return _capital(_of_one(claim, units[claim.unit] if claim.unit != WHOLE else "", question))


def claim_text(claim: Claim, *, unit: str, question: str) -> str:
    """One claim as a sentence of a list or an alert; `unit` and `question` are names. Never with a full stop."""
    return _capital(_of_one(claim, unit, question))


def level_title(levels: Sequence[Level], asked: int = 0) -> str:
    """What the answers reach, cut to whole per cent: of one question, or the least of several; `asked` is how many
    questions there are where some are hidden.

    Questions with fewer than 30 answers are left out.
    """
    kept = [level for level in levels if level.n >= FEWEST_FOR_SHARES]
    if not kept:
        answered = any(level.n for level in levels)
        return _("Fewer than 30 answers: too few to tell") if answered else _("No answers in this period")
    if len(kept) == 1:
        level = kept[0]
        return _capital(_of_level(level, _reached(level.k, level.n)))
    least = min(kept, key=lambda level: level.k / level.n)
    names = {"count": len(kept), "asked": asked, "share": _at_least(least)}
    if least.k == least.n:
        return (
            _("%(count)s of %(asked)s criteria can be told: every answer is positive", **names)
            if len(kept) < asked
            else _("All %(count)s criteria: every answer is positive", **names)
        )
    return (
        _("%(count)s of %(asked)s criteria can be told: %(share)s positive answers", **names)
        if len(kept) < asked
        else _("All %(count)s criteria: %(share)s positive answers", **names)
    )


def _of_one(claim: Claim, unit: str, question: str) -> str:
    names = {"unit": unit, "question": _inside(question), "Question": question}
    if claim.page == "trend":
        return (
            _("%(Question)s was unusually high in %(unit)s", **names)
            if claim.upward
            else _("%(Question)s was unusually low in %(unit)s", **names)
        )
    if claim.page != "change":
        return (
            _("%(unit)s stands above the overall level on %(question)s", **names)
            if claim.upward
            else _("%(unit)s stands below the overall level on %(question)s", **names)
        )
    points = format_number(abs(claim.difference) * 100, decimals_for(claim.n))
    if claim.unit == WHOLE:
        return (
            _("%(Question)s rose by %(points)s points", points=points, **names)
            if claim.upward
            else _("%(Question)s fell by %(points)s points", points=points, **names)
        )
    return (
        _("%(unit)s: %(question)s rose by %(points)s points", points=points, **names)
        if claim.upward
        else _("%(unit)s: %(question)s fell by %(points)s points", points=points, **names)
    )


def _of_many(finding: Finding, question: str) -> str:
    """What several units share; English has its own word for each kind of unit, and so the whole sentence."""
    names = {"count": len(finding.claims), "question": _inside(question), "Question": question}
    match finding.page, finding.upward:
        case "change", True:
            return _("%(Question)s rose at %(count)s agencies", **names)
        case "change", False:
            return _("%(Question)s fell at %(count)s agencies", **names)
        case "channels", True:
            return _("%(count)s channels stand above the overall level on %(question)s", **names)
        case "channels", False:
            return _("%(count)s channels stand below the overall level on %(question)s", **names)
        case "procedures", True:
            return _("%(count)s procedures stand above the overall level on %(question)s", **names)
        case "procedures", False:
            return _("%(count)s procedures stand below the overall level on %(question)s", **names)
        case _, True:
            return _("%(count)s agencies stand above the overall level on %(question)s", **names)
        case _:
            return _("%(count)s agencies stand below the overall level on %(question)s", **names)


def _of_both(finding: Finding, question: str) -> str:
    """What some units share, and others the opposite of it."""
    sides = (len(finding.claims), len(finding.others))
    above, below = sides if finding.upward else sides[::-1]
    names = {"above": above, "below": below, "question": _inside(question), "Question": question}
    match finding.page:
        case "change":
            return _("%(Question)s by agency: up at %(above)s, down at %(below)s", **names)
        case "channels":
            return _("Channels: %(above)s above, %(below)s below the overall level on %(question)s", **names)
        case "procedures":
            return _("Procedures: %(above)s above, %(below)s below the overall level on %(question)s", **names)
        case _:
            return _("Agencies: %(above)s above, %(below)s below the overall level on %(question)s", **names)


def _quiet(page: Page) -> str:
    titles = {
        "agencies": _("No agency differs enough from the whole to tell"),
        "channels": _("The channels do not differ enough to tell"),
        "procedures": _("The procedures do not differ enough to tell"),
        "verified": _("Verified and walk-up answers do not differ enough to tell"),
        "change": _("Not enough change between the periods to tell"),
        "trend": _("No period stands out enough to tell"),
    }
    return titles[page]


def _of_level(level: Level, share: str) -> str:
    question = _inside(level.question)
    if level.option:
        return _("%(share)s chose “%(option)s” on %(question)s", share=share, option=level.option, question=question)
    return _("%(share)s gave a positive answer on %(question)s", share=share, question=question)


def _reached(k: int, n: int) -> str:
    """A share as a floor: "over 74%" for 49 of 66, "75%" for 3 of 4, "under 1%" for what is hardly anything."""
    percent = floor_percent(k, n)
    number = format_number(percent)
    if 100 * k == percent * n:
        return f"{number}%"
    return _("over %(percent)s", percent=f"{number}%") if percent else _("under %(percent)s", percent="1%")


def _at_least(least: Level) -> str:
    percent = floor_percent(least.k, least.n)
    exact = 100 * least.k == percent * least.n
    number = f"{format_number(percent)}%"
    return _("at least %(percent)s", percent=number) if exact or not percent else _("over %(percent)s", percent=number)


def _inside(name: str) -> str:
    """A name as it stands inside a sentence; abbreviations keep their capitals."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
