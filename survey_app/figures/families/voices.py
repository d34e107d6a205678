"""What people say beyond the levels: why they were unhappy, and their comments."""

import hmac
from hashlib import sha256

from flask import current_app
from flask_babel import gettext as _

from survey_app.figures.families.quality import among_of, columns_of
from survey_app.figures.masking import masked
from survey_app.figures.panels import Body, Leading, Measure, Remark
from survey_app.figures.parts import Part, min_cell
from survey_app.figures.released import Told
from survey_app.figures.rules import FEWEST_FOR_SHARES, decimals_for, shown_total
from survey_app.i18n import format_number, format_percent, localized
from survey_app.questionnaires.content import COMMENT, Question
from survey_app.responses.queries import Written, reasons_among, texts_among

FEWEST_COMMENTS = 10
MOST_COMMENTS = 500


def reasons(part: Part, counts: Told) -> Body:
    """How often each reason was given after a low answer; who gave several is counted at each."""
    found = reasons_among(among_of(part)) if counts.responses else {}
    named = part.question is None
    measures = tuple(
        m for question in part.asked if counts.has_row(question.code) for m in _reasons(question, found, named=named)
    )
    return Body(
        measures=measures,
        chart=columns_of(measures),
        measure=_("How often each reason was given."),
        notes=(_("Reasons are asked after an answer that is not positive; several may be given."),),
    )


def comments(part: Part, counts: Told) -> Body:
    """The comments of the part where there are at least ten, in an order that tells nothing, without numbers and
    addresses."""
    written = texts_among(among_of(part), question=COMMENT, limit=MOST_COMMENTS) if counts.responses else []
    if len(written) < FEWEST_COMMENTS:
        note = _("Comments are shown where there are at least %(minimum)s.", minimum=FEWEST_COMMENTS)
        return Body(measure=_("Comments."), notes=(note,))
    ordered = sorted(written, key=_shuffled)
    return Body(
        remarks=tuple(Remark(each.answered_on, masked(each.text), each.language) for each in ordered),
        measure=_("Comments."),
        notes=(_("Numbers and addresses are covered; the order is by chance, only the day is told."),),
    )


def _reasons(question: Question, found: dict[tuple[str, str], int], *, named: bool) -> list[Measure]:
    """The reasons of a question, most frequent first; `named`: with the question's name."""
    people = found.get((question.code, ""), 0)
    if not people:
        return []
    each = [(found.get((question.code, reason.code), 0), reason) for reason in question.reasons]
    ordered = sorted(each, key=lambda pair: -pair[0])
    before = f"{localized(question.label)}: " if named else ""
    return [
        _measure(question, Leading("reason", reason.code, before + localized(reason.text)), count, people)
        for count, reason in ordered
    ]


def _measure(question: Question, leading: Leading, count: int, people: int) -> Measure:
    """A reason may be given with others: no sum gives a hidden count away, but what few people did not say would."""
    minimum = min_cell()
    n = shown_total(people, minimum)
    if n is None or 0 < count < minimum or 0 < people - count < minimum:
        return Measure(leading, None, n, note=_("small counts hidden"), state="suppressed", question=question.code)
    if people < FEWEST_FOR_SHARES:
        return Measure(leading, count, n, text=format_number(count), state="too_few", question=question.code)
    share = count / people
    text = f"{format_number(count)} ({format_percent(share, decimals_for(people))})"
    return Measure(leading, count, n, share, text=text, question=question.code)


def _shuffled(written: Written) -> bytes:
    """An order that a reader cannot foresee or undo: a hash with the installation's key."""
    key = current_app.config["SETTINGS"].secret_key.encode()
    return hmac.digest(key, b"comments:" + written.response_id.bytes, sha256)
