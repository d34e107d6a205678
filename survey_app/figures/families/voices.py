"""What people say beyond the levels: why they were unhappy, and their comments."""

import hmac
from collections.abc import Mapping
from hashlib import sha256

from flask import current_app
from flask_babel import gettext as _

from survey_app.figures.families.quality import columns_of, yes_count
from survey_app.figures.masking import masked
from survey_app.figures.panels import Body, Leading, Measure, Remark
from survey_app.figures.parts import Part
from survey_app.figures.released import Told
from survey_app.figures.rules import FEWEST_FOR_SHARES, decimals_for, rating_group, rating_groups
from survey_app.figures.subjects import (
    NO,
    RATED,
    YES,
    Subject,
    among,
    comments_by_rating,
    comments_written,
    continued,
    reason_code,
    reasons_of,
)
from survey_app.figures.wording import rating_text
from survey_app.i18n import format_number, format_percent, localized
from survey_app.questionnaires.content import COMMENT, Question
from survey_app.questionnaires.queries import continued_questions
from survey_app.responses.queries import Written, texts_among

FEWEST_COMMENTS = 10
MOST_COMMENTS = 500


def reasons(part: Part, counts: Told) -> Body:
    """How often each reason was given after a low answer; who gave several is counted at each."""
    asked = [question for question in part.asked if counts.has_row(question.code)]
    told = part.beside(reasons_of(asked)) if counts.responses else None
    named = part.question is None
    measures = tuple(m for question in asked for m in (_reasons(question, told, named=named) if told else ()))
    return Body(
        measures=measures,
        chart=columns_of(measures),
        measure=_("How often each reason was given."),
        notes=(_("Reasons are asked after an answer that is not positive; several may be given."),),
    )


def comments(part: Part, counts: Told) -> Body:
    """The comments of the part where there are at least ten, in an order that tells nothing, without numbers and
    addresses; with a rating only those whose writers rated so."""
    written = (_written_with if part.rating else _written)(part) if counts.responses else []
    if len(written) < FEWEST_COMMENTS:
        note = _("Comments are shown where there are at least %(minimum)s.", minimum=FEWEST_COMMENTS)
        return Body(measure=_("Comments."), notes=(note,))
    ordered = sorted(written, key=_shuffled)
    return Body(
        remarks=tuple(Remark(each.counted_on, masked(each.text), each.language) for each in ordered),
        measure=_("Comments."),
        notes=(_("Numbers and addresses are covered; the order is by chance, only the day is told."),),
    )


def commenters(part: Part, counts: Told) -> Body:
    """How many of the comments were written by whom: each stands in the one group of its writer's ratings."""
    told = part.beside(_by_rating(part), FEWEST_COMMENTS) if counts.responses else None
    measures = tuple(_group(part, group, told) for group in rating_groups(part.questions)) if told else ()
    measures = tuple(measure for measure in measures if measure.count != 0)
    return Body(
        measures=measures if any(measure.count for measure in measures) else (),
        measure=_("Number of comments by how their writers rated."),
        notes=(_("Groups with fewer than %(minimum)s comments are hidden.", minimum=FEWEST_COMMENTS),),
    )


def _written(part: Part) -> list[Written]:
    shown = part.beside(comments_written(), FEWEST_COMMENTS).has_row(COMMENT)
    return texts_among(among(part.slice), question=COMMENT, limit=MOST_COMMENTS) if shown else []


def _written_with(part: Part) -> list[Written]:
    """Those of one group; none where the group may not be told."""
    if not part.beside(_by_rating(part), FEWEST_COMMENTS).tells(RATED, part.rating or ""):
        return []
    codes = continued_questions(part.survey.version)

    def asked_for(answers: Mapping[str, str]) -> bool:
        return rating_group(continued(answers, codes), part.questions) == part.rating

    return texts_among(among(part.slice), question=COMMENT, limit=MOST_COMMENTS, where=asked_for)


def _by_rating(part: Part) -> Subject:
    return comments_by_rating(part.questions, continued_questions(part.survey.version))


def _group(part: Part, group: str, told: Told) -> Measure:
    leading = Leading("rating", group, rating_text(group, part.questions))
    if not told.tells(RATED, group):
        return Measure(leading, None, note=_("small counts hidden"), state="suppressed")
    count = told.counts.get((RATED, group), 0)
    return Measure(leading, count, text=format_number(count))


def _reasons(question: Question, told: Told, *, named: bool) -> list[Measure]:
    """The reasons of a question, most frequent first, hidden ones last; `named`: with the question's name."""
    codes = {reason.code: reason_code(question.code, reason.code) for reason in question.reasons}
    if not any(told.counts.get((code, side)) for code in codes.values() for side in (YES, NO)):
        return []
    each = [(yes_count(told, codes[reason.code]), reason) for reason in question.reasons]
    ordered = sorted(each, key=lambda pair: (pair[0] is None, -(pair[0] or 0)))
    before = f"{localized(question.label)}: " if named else ""
    return [
        _measure(question, Leading("reason", reason.code, before + localized(reason.text)), count, told)
        for count, reason in ordered
    ]


def _measure(question: Question, leading: Leading, count: int | None, told: Told) -> Measure:
    """A reason may be given with others: each is counted among those who gave any."""
    code = reason_code(question.code, leading.key)
    people = told.counts.get((code, YES), 0) + told.counts.get((code, NO), 0)
    n = people if told.has_row(code) else None
    if n is None or count is None:
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
