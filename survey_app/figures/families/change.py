"""This period beside an earlier one."""

from flask_babel import gettext as _

from survey_app.figures.comparing import beside_earlier, change_plot
from survey_app.figures.history import crosswalk_notes
from survey_app.figures.panels import Body
from survey_app.figures.parts import Part
from survey_app.figures.released import Told
from survey_app.figures.rows import question_row
from survey_app.figures.wording import period_text


def change(part: Part, counts: Told) -> Body:
    """A row a question with the same one of the earlier period, and the difference in points."""
    earlier = part.earlier()
    if earlier is None:
        return Body(notes=(_("Choose a period and what it is compared with."),))
    before = earlier.counts()
    rows = tuple(
        beside_earlier(question_row(question, counts), question_row(question, before)) for question in part.questions
    )
    said = (
        _("Compared with %(period)s.", period=period_text(*earlier.days)),
        _("An interval that covers 0 is not enough to tell; intervals are Newcombe's, not adjusted for several looks."),
        *crosswalk_notes(part, [question.code for question in part.questions]),
    )
    return Body(rows=rows, chart=change_plot(rows), measure=_("Change of the best level's share, points."), notes=said)
