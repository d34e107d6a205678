"""Shape of the input about schedules."""

from wtforms import SelectChoice, SelectField, TextAreaField
from wtforms.validators import InputRequired

from survey_app.i18n import NAMES
from survey_app.i18n import lazy_gettext as _l
from survey_app.responses.rows import FILES
from survey_app.web import Form

FREQUENCY_NAMES = {
    "weekly": _l("every week"),
    "monthly": _l("every month"),
    "quarterly": _l("every quarter"),
    "statutory_quarterly": _l("every quarter, 15th to 14th"),
    "yearly": _l("every year"),
    "at_close": _l("once, when the survey has closed"),
}
NO_CHOICE = _l("Please choose one of the list.")


class RowsForm(Form):
    """A file of rows; the choices of `survey` and `agency` are set by the view."""

    survey = SelectField(_l("Survey"), invalid_choice_message=NO_CHOICE)
    agency = SelectField(_l("Agency"), invalid_choice_message=NO_CHOICE)
    file_format = SelectField(
        _l("Format"), choices=[SelectChoice(each, each.upper()) for each in FILES], invalid_choice_message=NO_CHOICE
    )


class ScheduleForm(Form):
    """A new schedule; the choices of `survey`, `agency`, `report` and `file_format` are set by the view."""

    survey = SelectField(_l("Survey"), invalid_choice_message=NO_CHOICE)
    agency = SelectField(_l("Agency"), invalid_choice_message=NO_CHOICE)
    report = SelectField(_l("Report"), invalid_choice_message=NO_CHOICE)
    file_format = SelectField(_l("Format"), invalid_choice_message=NO_CHOICE)
    language = SelectField(
        _l("Language"), choices=[SelectChoice(*each) for each in NAMES.items()], invalid_choice_message=NO_CHOICE
    )
    frequency = SelectField(
        _l("How often"),
        choices=[SelectChoice(*each) for each in FREQUENCY_NAMES.items()],
        invalid_choice_message=NO_CHOICE,
    )
    addresses = TextAreaField(
        _l("Recipients"),
        [InputRequired(_l("Please give an e-mail address."))],
        description=_l("E-mail addresses, one a line; nobody needs an account."),
    )
