"""Shape of the input about commitments."""

from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from survey_app.i18n import lazy_gettext as _l
from survey_app.web import Form

NO_CHOICE = _l("Please choose one of the list.")
NO_DAY = _l("Please give a day of the calendar.")


class CommitmentForm(Form):
    """A promise after a finding; the view sets the choices of `agency` and `question`."""

    agency = SelectField(_l("Agency"), invalid_choice_message=NO_CHOICE)
    question = SelectField(_l("Criterion"), invalid_choice_message=NO_CHOICE)
    from_on = DateField(_l("First day of the finding"), [InputRequired(NO_DAY)], invalid_value_message=NO_DAY)
    to_on = DateField(_l("Last day of the finding"), [InputRequired(NO_DAY)], invalid_value_message=NO_DAY)
    action = TextAreaField(_l("What we will do"), [InputRequired(_l("Please say what will be done."))])
    owner = StringField(
        _l("Who is responsible"),
        [InputRequired(_l("Please say who is responsible."))],
        description=_l("A unit or an office; it is shown in public."),
    )
    due_on = DateField(_l("Deadline"), [InputRequired(NO_DAY)], invalid_value_message=NO_DAY)


class KeptForm(Form):
    """How a promise was kept."""

    done_on = DateField(_l("Done on"), [InputRequired(NO_DAY)], invalid_value_message=NO_DAY)
    outcome = TextAreaField(_l("What was done"), [InputRequired(_l("Please say what was done."))])
