"""Case figures as blocks: the quarter's paragraph or what does not add up, form II.06a, named figures.

Call in the report's language. The paragraph is written in the manner of the article on the first quarter of 2021; it is
printed only where every identity holds or somebody answers for it by name (docs/case-figures.md). Agencies bear the
name that was valid at the end of the figures' period.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from survey_app.agencies.models import Agency
from survey_app.agencies.queries import name_on
from survey_app.figures.wording import period_text
from survey_app.i18n import format_day, format_number, format_percent, localized
from survey_app.procedures.findings import CaseFinding, case_findings
from survey_app.procedures.models import Activity, CaseFigures
from survey_app.procedures.rules import case_rates
from survey_app.procedures.scorecards import Card
from survey_app.reports.blocks import Block, Note, Sentence, Table
from survey_app.reports.rules import quarter_of

DASH = "–"


def case_blocks(agency: Agency, figures: CaseFigures, activities: Sequence[Activity]) -> Iterator[Block]:
    """What an agency received and resolved in a period; in place of it the findings that nobody answers for."""
    findings = case_findings(figures)
    unanswered = [finding for finding in findings if finding.acknowledgement is None]
    if unanswered:
        yield from _refusal(agency, figures, unanswered)
    else:
        yield Sentence(_received(agency, figures))
        yield from (Sentence(sentence) for sentence in _resolved(figures))
    yield from (Note(_answered(finding)) for finding in findings if finding.acknowledgement)
    if activities:
        listed = "; ".join(f"{each.name}: {format_number(each.count)}" for each in activities)
        yield Sentence(_("Other activities: %(listed)s.", listed=listed))


def finding_notes(agency: Agency, figures: CaseFigures) -> Iterator[Note]:
    """What does not add up in a row of the form, and who answers for it."""
    for finding in case_findings(figures):
        told = (
            _answered(finding)
            if finding.acknowledgement
            else _("%(words)s: nobody answers for it yet.", words=finding.words)
        )
        yield Note(f"{_row_name(agency, figures)}: {told}")


def case_filters(about: Agency, from_on: date, to_on: date) -> tuple[tuple[str, str], ...]:
    """The filters of a report on cases as pairs of name and words."""
    return ((_("Agency"), name_on(about, to_on)), (_("Period"), period_text(from_on, to_on)))


def case_source(from_on: date, to_on: date) -> str:
    """Where case figures come from, with their days."""
    return _("Source: case figures as delivered by the case system (%(period)s).", period=period_text(from_on, to_on))


def card_table(card: Card, agency: Agency, on: date) -> Table:
    """A filled scorecard with totals and grade; one that was out of force is marked as history."""
    names = [f"{row.indicator.code}. {localized(row.indicator.names)}" for row in card.rows]
    cells = [_card_cells(row.indicator.most, row.own, row.verified) for row in card.rows]
    rows = [(name, *each) for name, each in zip(names, cells, strict=True)]
    total = (_("Total"), *_card_cells(card.rules.most, card.own, card.verified))
    grade = _("Not all indicators are scored.")
    if card.grade:
        grade = _("Grade: %(grade)s.", grade=localized(card.grade.names))
    history = _("This card is history: %(source)s.", source=card.rules.source) if card.rules.is_historical(on) else ""
    return Table(
        caption=f"{localized(card.rules.titles)}: {name_on(agency, on)}",
        columns=(_("Indicator"), _("Most points"), _("Own score"), _("Verified score")),
        rows=(*rows, total),
        note=" ".join(part for part in (grade, history) if part),
    )


def _card_cells(most: Decimal, own: Decimal | None, verified: Decimal | None) -> tuple[str, str, str]:
    shown = [DASH if points is None else format_number(points, 1) for points in (own, verified)]
    return format_number(most), shown[0], shown[1]


def period_words(from_on: date, to_on: date) -> str:
    """ "In quý 1 năm 2021" for a calendar or statutory quarter, else the days."""
    quarter = quarter_of(from_on, to_on)
    if quarter is None:
        return _("In the period %(days)s", days=period_text(from_on, to_on))
    number, year = quarter
    return _("In quarter %(number)s of %(year)s", number=number, year=year)


def _refusal(agency: Agency, figures: CaseFigures, findings: Sequence[CaseFinding]) -> Iterator[Block]:
    for finding in findings:
        yield Sentence(
            _(
                "The case figures of %(agency)s from %(first)s to %(last)s do not add up: %(words)s.",
                agency=name_on(agency, figures.period_to),
                first=format_day(figures.period_from),
                last=format_day(figures.period_to),
                words=finding.words,
            )
        )
    yield Note(_("The paragraph on these cases is left out until somebody with the right answers for it by name."))


def _received(agency: Agency, figures: CaseFigures) -> str:
    counts = figures.counts
    new = (
        counts["new_total"]
        if counts["new_total"] is not None
        else _sum(counts, "received_online", "received_in_person_or_post")
    )
    ways = _listed(
        (_("online: %(count)s cases"), counts["received_online"]),
        (_("in person or by post: %(count)s cases"), counts["received_in_person_or_post"]),
    )
    parts = _listed((_("newly received in the period: %(count)s"), new))
    parts = [f"{part} ({'; '.join(ways)})" for part in parts] if ways else parts
    parts += _listed((_("carried over from the period before: %(count)s cases"), counts["carried_over"]))
    whole_resolved = counts["received_total"] is not None and counts["received_total"] == counts["resolved_total"]
    words = (
        _("%(period)s, %(agency)s received and resolved %(count)s cases")
        if whole_resolved
        else _("%(period)s, %(agency)s received %(count)s cases")
    ) % {
        "period": period_words(figures.period_from, figures.period_to),
        "agency": name_on(agency, figures.period_to),
        "count": _count(counts["received_total"]),
    }
    return words + (_(", of which: %(parts)s.", parts="; ".join(parts)) if parts else ".")


def _resolved(figures: CaseFigures) -> Iterator[str]:
    counts = figures.counts
    ways = _listed(
        (_("early: %(count)s"), counts["resolved_early"]),
        (_("on time: %(count)s"), counts["resolved_on_time"]),
        (_("overdue: %(count)s"), counts["resolved_overdue"]),
    )
    if counts["resolved_total"] is not None and ways:
        values = {"count": _count(counts["resolved_total"]), "ways": "; ".join(ways)}
        in_time = case_rates(counts).on_time
        if in_time is None:
            yield _("Resolved: %(count)s cases; %(ways)s.", **values)
        else:
            share = format_percent(in_time, 1)
            yield _("Resolved: %(count)s cases (%(share)s early or on time); %(ways)s.", **values, share=share)
    if counts["pending_total"]:
        rest = _listed(
            (_("in time: %(count)s"), counts["pending_in_time"]), (_("overdue: %(count)s"), counts["pending_overdue"])
        )
        bracket = f" ({'; '.join(rest)})" if rest else ""
        yield _("In progress: %(count)s cases%(rest)s.", count=_count(counts["pending_total"]), rest=bracket)
    if counts["results_returned"] is not None:
        yield _("Results returned: %(count)s.", count=_count(counts["results_returned"]))
    if counts["digitally_signed"] is not None:
        yield _("Digitally signed: %(count)s.", count=_count(counts["digitally_signed"]))


def _answered(finding: CaseFinding) -> str:
    acknowledgement = finding.acknowledgement
    if acknowledgement is None:
        raise ValueError("nobody answers for this finding")
    return _(
        "%(words)s: %(who)s answered for it on %(day)s: %(reason)s",
        words=finding.words,
        who=acknowledgement.acknowledged_by,
        day=format_day(acknowledgement.acknowledged_at),
        reason=acknowledgement.reason,
    )


def _sum(counts: dict[str, int | None], *names: str) -> int | None:
    known = [count for name in names if (count := counts[name]) is not None]
    return sum(known) if len(known) == len(names) else None


def _listed(*parts: tuple[str, int | None]) -> list[str]:
    """The parts whose counts are known."""
    return [words % {"count": _count(count)} for words, count in parts if count is not None]


def _count(count: int | None) -> str:
    return DASH if count is None else format_number(count)


def _row_name(agency: Agency, figures: CaseFigures) -> str:
    name = name_on(agency, figures.period_to)
    return f"{name}: {figures.field}" if figures.field else name
