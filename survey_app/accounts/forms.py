"""Shape of the input about accounts."""

from wtforms import HiddenField, PasswordField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired

from survey_app.i18n import lazy_gettext as _l
from survey_app.web import Form

ROLE_NAMES = {
    "administrator": _l("Administrator"),
    "analyst": _l("Analyst"),
    "leader": _l("Leader"),
    "officer": _l("Survey officer"),
    "viewer": _l("Viewer"),
}
NO_CHOICE = _l("Please choose one of the list.")


class SignInForm(Form):
    """Who signs in, and where to go afterwards."""

    email = StringField(_l("E-mail address"), [InputRequired(_l("Please give your e-mail address."))])
    password = PasswordField(_l("Password"), [InputRequired(_l("Please give your password."))])
    next = HiddenField()


class AccountForm(Form):
    """A new account; the choices of `agency` are set by the view."""

    email = StringField(_l("E-mail address"), [InputRequired(_l("Please give an e-mail address."))])
    name = StringField(_l("Name"))
    role = SelectField(
        _l("Role"),
        choices=[SelectChoice(*each) for each in ROLE_NAMES.items()],
        default="viewer",
        invalid_choice_message=NO_CHOICE,
    )
    agency = SelectField(
        _l("Agency"),
        description=_l("The account sees this agency and all below it."),
        invalid_choice_message=NO_CHOICE,
    )
    password = PasswordField(
        _l("First password"),
        [InputRequired(_l("Please give a password."))],
        description=_l("At least 12 characters."),
    )
