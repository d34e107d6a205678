"""What citizens said, what was promised, and what came of it, as a table. Call in the report's language."""

from collections.abc import Iterator

from flask_babel import gettext as _

from survey_app.agencies.queries import is_within
from survey_app.commitments.board import Entry, entry_of
from survey_app.commitments.queries import commitments_of
from survey_app.commitments.rules import Effect, Measured
from survey_app.figures.panels import Filters
from survey_app.figures.rules import decimals_for
from survey_app.i18n import format_day, format_number, format_percent
from survey_app.reports.blocks import Block, Source, Table
from survey_app.reports.request import Request

# The newest ones; the board has all.
MOST_ENTRIES = 20


def commitment_blocks(request: Request, filters: Filters) -> Iterator[Block]:
    """The commitments of the report's agency and those below it whose finding does not lie after the period; nothing
    where there are none. The figures are those that the public may see."""
    last = filters.to_on or request.date_on
    held = [
        each
        for each in commitments_of(request.survey)
        if each.from_on <= last and is_within(each.agency_id, request.seen.id)
    ]
    if not held:
        return
    yield Table(
        caption=_("You said, we did"),
        columns=(_("You said"), _("We do"), _("Who, until when"), _("What came of it")),
        rows=tuple(_row(entry_of(each)) for each in held[:MOST_ENTRIES]),
        wordy=True,
    )
    words = _(
        "A share counts as changed only where the 95%% interval of the difference (Newcombe) does not cover zero."
    )
    yield Source(words % {})


def _row(entry: Entry) -> tuple[str, ...]:
    held = entry.commitment
    said = f"{entry.question}: {_rated(entry.before, format_day(held.from_on), format_day(held.to_on))}"
    return said, held.action, f"{held.owner}, {format_day(held.due_on)}", _result(entry)


def _rated(measured: Measured, first: str, last: str) -> str:
    return _(
        "%(share)s rated this well (n = %(n)s), from %(first)s to %(last)s.",
        share=format_percent(measured.share, decimals_for(measured.n)),
        n=format_number(measured.n),
        first=first,
        last=last,
    )


def _result(entry: Entry) -> str:
    """Whether it was kept, and how the share stood after it."""
    held = entry.commitment
    states = {"promised": _("promised"), "overdue": _("overdue"), "done": _("done")}
    done = _("Done on %(day)s", day=format_day(held.done_on)) if held.done_on else ""
    kept = f"{done}: {held.outcome}" if done else states[entry.state]
    if entry.effect is None:
        return kept
    first, last = format_day(entry.next_from), format_day(entry.next_to)
    after = f" {_rated(entry.after, first, last)}" if entry.after else ""
    return f"{kept}.{after} {_verdict(entry.effect)}"


def _verdict(effect: Effect) -> str:
    words = {
        "rose": _("The share rose."),
        "fell": _("The share fell."),
        "unclear": _("Not enough to tell a change."),
        "too_few": _("Too few answers to compare."),
    }
    return words[effect.verdict]
