"""How the answers to each question spread over its options, for the whole part or period by period."""

from flask_babel import gettext as _

from survey_app.figures.drawing import stacked_bars
from survey_app.figures.history import published_beside
from survey_app.figures.panels import Body
from survey_app.figures.parts import Part
from survey_app.figures.released import Told
from survey_app.figures.rows import question_row


def overview(part: Part, counts: Told) -> Body:
    """A row a question, without a chart: the key figures."""
    published = published_beside(part)
    return Body(rows=tuple(question_row(question, counts, published) for question in part.questions))


def distribution(part: Part, counts: Told) -> Body:
    """A row and a bar a question."""
    rows = overview(part, counts).rows
    return Body(rows=rows, chart=stacked_bars(rows), measure=_("Share of answers, %."))
