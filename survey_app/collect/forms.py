"""Shape of the input about tickets and devices."""

from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from survey_app.i18n import lazy_gettext as _l
from survey_app.surveys.opening_hours import WEEKDAYS, day_spans
from survey_app.surveys.rules import MOST_TICKETS
from survey_app.web import Form

BAD_DAY = _l("Please write hours such as 07:30-11:30, 13:30-17:00, or nothing for a closed day.")
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


def _code_field() -> StringField:
    return StringField(
        _l("Code on the device's screen"),
        [InputRequired(_l("Please type the code that the device shows."))],
        description=_l("Eight signs, such as 7K3M-Q9XA. It works once, within ten minutes."),
    )


class PairForm(Form):
    """A device to be paired; the choices of `survey` and `agency` are set by the view."""

    code = _code_field()
    survey = SelectField(_l("Survey"), invalid_choice_message=NO_CHOICE)
    agency = SelectField(_l("Agency"), invalid_choice_message=NO_CHOICE)
    place = StringField(_l("Place"), description=_l("Where it stands, such as: counter 3."))


class ReplaceForm(Form):
    """The device that stands in for another."""

    code = _code_field()


class DeviceForm(Form):
    """Where a device stands and when the place is open, Monday to Sunday."""

    place = StringField(_l("Place"), description=_l("Where it stands, such as: counter 3."))
    day_0 = StringField(_l("Monday"))
    day_1 = StringField(_l("Tuesday"))
    day_2 = StringField(_l("Wednesday"))
    day_3 = StringField(_l("Thursday"))
    day_4 = StringField(_l("Friday"))
    day_5 = StringField(_l("Saturday"))
    day_6 = StringField(_l("Sunday"))

    def hours(self) -> list[list[list[str]]] | None:
        """The opening hours as data; None where a day cannot be read, which its field then says."""
        hours = []
        for weekday in WEEKDAYS:
            field = self[f"day_{weekday}"]
            try:
                hours.append(day_spans(field.data or ""))
            except ValueError:
                field.errors = [str(BAD_DAY)]
        return hours if len(hours) == len(WEEKDAYS) else None
