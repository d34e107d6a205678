"""What does not add up in case figures, said with numbers in the reader's language, and who answers for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from survey_app.i18n import format_number
from survey_app.i18n import lazy_gettext as _l
from survey_app.procedures.models import Acknowledgement, CaseFigures
from survey_app.procedures.queries import acknowledgements_of, fields_of
from survey_app.procedures.rules import FIELDS, IDENTITIES, Imbalance, field_sums, reconcile

COUNT_NAMES = {
    "received_total": _l("received"),
    "new_total": _l("new"),
    "received_online": _l("online"),
    "received_in_person_or_post": _l("in person or by post"),
    "results_returned": _l("results returned"),
    "carried_over": _l("carried over"),
    "resolved_total": _l("resolved"),
    "resolved_early": _l("resolved early"),
    "resolved_on_time": _l("resolved on time"),
    "resolved_overdue": _l("resolved overdue"),
    "pending_total": _l("in progress"),
    "pending_in_time": _l("in progress, in time"),
    "pending_overdue": _l("in progress, overdue"),
    "digitally_signed": _l("digitally signed"),
}
PARTS = {identity.text: identity for identity in IDENTITIES}


@dataclass(frozen=True, slots=True)
class CaseFinding:
    """An identity that fails: in words, and who answers for just these sums (None: nobody yet)."""

    imbalance: Imbalance
    words: str
    acknowledgement: Acknowledgement | None


def imbalances(figures: CaseFigures) -> list[Imbalance]:
    """The identities that fail within these figures and, for all fields together, against the sum over the fields."""
    found = reconcile(figures.counts)
    if figures.field == "":
        fields = fields_of(agency_id=figures.agency_id, from_on=figures.period_from, to_on=figures.period_to)
        found += field_sums(figures.counts, [each.counts for each in fields])
    return found


def case_findings(figures: CaseFigures) -> list[CaseFinding]:
    """What does not add up in these figures; an acknowledgement of other sums than today's does not hold."""
    broken = imbalances(figures)
    known = acknowledgements_of(figures) if broken else {}
    return [
        CaseFinding(each, finding_words(each, figures.counts), _holding(known.get(each.identity), each))
        for each in broken
    ]


def finding_words(imbalance: Imbalance, counts: Mapping[str, int | None]) -> str:
    """ "139 new, 55 online + 70 in person or by post = 125: 14 unaccounted for"."""
    total = imbalance.identity.partition(" = ")[0]
    values = {
        "whole": _named(total, imbalance.left),
        "parts": _parts(imbalance, counts),
        "sum": format_number(imbalance.right),
        "rest": format_number(abs(imbalance.difference)),
    }
    if imbalance.difference > 0:
        return _("%(whole)s, %(parts)s = %(sum)s: %(rest)s unaccounted for", **values)
    return _("%(whole)s, %(parts)s = %(sum)s: %(rest)s too many", **values)


def _parts(imbalance: Imbalance, counts: Mapping[str, int | None]) -> str:
    identity = PARTS.get(imbalance.identity)
    if identity is None:
        return _("the fields together") if imbalance.identity.endswith(FIELDS) else imbalance.identity
    return " + ".join(_named(part, counts.get(part) or 0) for part in identity.parts)


def _named(name: str, count: int) -> str:
    return _("%(count)s %(name)s", count=format_number(count), name=str(COUNT_NAMES[name]))


def _holding(acknowledgement: Acknowledgement | None, imbalance: Imbalance) -> Acknowledgement | None:
    if acknowledgement is None or (acknowledgement.left, acknowledgement.right) != (imbalance.left, imbalance.right):
        return None
    return acknowledgement
