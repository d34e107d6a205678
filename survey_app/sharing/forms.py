"""Shape of the input about publications and links."""

from wtforms import DateField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from survey_app.i18n import lazy_gettext as _l
from survey_app.sharing.rules import LICENCES
from survey_app.web import Form

KIND_NAMES = {"share": _l("Share link: the figures, to read"), "board": _l("Wall-board: for a screen in the hall")}
NO_CHOICE = _l("Please choose one of the list.")
NO_DAY = _l("Please give a day of the calendar.")


class PublicationForm(Form):
    """Between which days results are public, and what may be done with the data."""

    public_from = DateField(_l("Public from"), [Optional()], invalid_value_message=NO_DAY)
    public_to = DateField(_l("Public up to"), [Optional()], invalid_value_message=NO_DAY)
    licence = SelectField(
        _l("Licence of the data"),
        choices=[SelectChoice(name, name) for name in LICENCES],
        default="CC-BY-4.0",
        invalid_choice_message=NO_CHOICE,
    )


class LinkForm(Form):
    """A new link; the choices of `agency` and `channel` are set by the view."""

    name = StringField(
        _l("Name"),
        [InputRequired(_l("Please give a name."))],
        description=_l("For whom it is, so that you know later."),
    )
    kind = SelectField(
        _l("Kind"), choices=[SelectChoice(*each) for each in KIND_NAMES.items()], invalid_choice_message=NO_CHOICE
    )
    agency = SelectField(
        _l("Agency"),
        description=_l("Who has the link sees this agency and all below it, nothing else."),
        invalid_choice_message=NO_CHOICE,
    )
    from_on = DateField(_l("Figures from"), [Optional()], invalid_value_message=NO_DAY)
    to_on = DateField(_l("Figures up to"), [Optional()], invalid_value_message=NO_DAY)
    channel = SelectField(_l("Channel"), invalid_choice_message=NO_CHOICE)
    expires_on = DateField(
        _l("Last day of the link"),
        [InputRequired(_l("Please give a day."))],
        invalid_value_message=NO_DAY,
    )
