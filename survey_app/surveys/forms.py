"""Shape of the input about surveys."""

from collections.abc import Mapping
from typing import ClassVar

from wtforms import DateField, SelectChoice, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Optional

from survey_app.i18n import lazy_gettext as _l
from survey_app.surveys.channels import CHANNEL_NAMES
from survey_app.web import Form

NO_CHOICE = _l("Please choose one of the list.")
NO_DAY = _l("Please give a day of the calendar.")


class SurveyForm(Form):
    """A new survey; the choices of `version` and `agency` are set by the view."""

    PLACES: ClassVar[Mapping[str, str]] = {"title": "title_vi"}

    title_vi = StringField(_l("Title in Vietnamese"), [InputRequired(_l("Please give a title."))])
    title_en = StringField(_l("Title in English"))
    code = StringField(
        _l("Code"),
        [InputRequired(_l("Please give a code."))],
        description=_l("It stands in the address of the form: lower-case letters, digits and hyphens."),
    )
    version = SelectField(_l("Questionnaire"), invalid_choice_message=NO_CHOICE)
    agency = SelectField(
        _l("Agency"),
        description=_l("Answers are collected here and at every agency below it."),
        invalid_choice_message=NO_CHOICE,
    )
    opens_on = DateField(_l("First day"), [Optional()], invalid_value_message=NO_DAY)
    closes_on = DateField(_l("Last day"), [Optional()], invalid_value_message=NO_DAY)
    channels = SelectMultipleField(
        _l("Channels"),
        [InputRequired(_l("Please choose at least one channel."))],
        choices=[SelectChoice(*each) for each in CHANNEL_NAMES.items()],
        default=list(CHANNEL_NAMES),
    )
