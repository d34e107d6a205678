"""The same questions by how somebody answered and about what: channels, verified or walk-up, procedures."""

from collections.abc import Sequence

from flask_babel import gettext as _

from survey_app.figures.comparing import beside_whole, dot_plot
from survey_app.figures.panels import Body, Leading
from survey_app.figures.parts import Part
from survey_app.figures.released import Told
from survey_app.figures.rows import group_rows, question_row
from survey_app.figures.wording import channel_text, share_measure
from survey_app.i18n import localized
from survey_app.procedures.queries import catalogue
from survey_app.surveys.rules import CHANNELS


def channels(part: Part, counts: Told) -> Body:
    """A row a channel that has answers."""
    note = _("People choose their channel: a difference between channels is not one of the service.")
    return _beside(part, counts, channel_groups(part), note)


def verified(part: Part, counts: Told) -> Body:
    """Answers by ticket (verified) beside all others."""
    note = _("Only an answer with a ticket is known to come from a case.")
    return _beside(part, counts, verified_groups(part), note)


def procedures(part: Part, counts: Told) -> Body:
    """A row a procedure that answers name, most answers first."""
    return _beside(part, counts, procedure_groups(part), _("Answers that name no procedure are not among these."))


def channel_groups(part: Part) -> list[tuple[Leading, Told]]:
    """What each channel counts that has answers."""
    counted = part.grouped(("channel",))
    return [
        (Leading("channel", channel, channel_text(channel)), counted[channel,])
        for channel in CHANNELS
        if (channel,) in counted
    ]


def verified_groups(part: Part) -> list[tuple[Leading, Told]]:
    """What is counted of answers with a ticket and of all others, where there are any."""
    counted = part.grouped(("verified",))
    names = {True: _("with a ticket (verified)"), False: _("walk-up")}
    return [
        (Leading("verified", "yes" if key else "no", name), counted[key,])
        for key, name in names.items()
        if (key,) in counted
    ]


def procedure_groups(part: Part) -> list[tuple[Leading, Told]]:
    """What each procedure counts that answers name, most answers first."""
    counted = part.grouped(("procedure",))
    names = {procedure.code: localized(procedure.names) for procedure in catalogue()}
    largest = sorted(counted, key=lambda key: (-(counted[key].responses or 0), key))
    return [(Leading("procedure", code, names.get(code) or code), counted[code,]) for (code,) in largest]


def _beside(part: Part, counts: Told, groups: Sequence[tuple[Leading, Told]], note: str) -> Body:
    wholes = {question.code: question_row(question, counts) for question in part.questions}
    rows = tuple(beside_whole(row, wholes[row.question]) for row in group_rows(part.asked, groups))
    shown = [row for row in rows if row.question == part.headline]
    return Body(rows=rows, chart=dot_plot(shown, wholes[part.headline]), measure=share_measure(shown), notes=(note,))
