"""Shape of the input about tickets and devices."""

from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from survey_app.i18n import lazy_gettext as _l
from survey_app.surveys.rules import MOST_TICKETS
from survey_app.web import Form

NO_CHOICE = _l("Please choose one of the list.")


class TicketForm(Form):
    """Tickets to be made at once; the choices of `agency` are set by the view."""

    agency = SelectField(_l("Agency"), invalid_choice_message=NO_CHOICE)
    count = IntegerField(
        _l("How many"),
        [InputRequired(_l("Please give a number from 1 to %(most)s.", most=MOST_TICKETS))],
        default=100,
        invalid_value_message=_l("Please give a number from 1 to %(most)s.", most=MOST_TICKETS),
    )
    procedure = StringField(
        _l("Procedure"), description=_l("The code of the procedure, where all these cases are of one.")
    )
    closing_date = DateField(
        _l("Closing date"),
        [Optional()],
        description=_l("The day on which the results are due. A ticket is good for 30 days from then, or from today."),
        invalid_value_message=_l("Please give a day of the calendar."),
    )
    by_message = BooleanField(_l("To be sent in text messages instead of printed"))
