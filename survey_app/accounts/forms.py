"""Shape of the input about accounts."""

from wtforms import DateField, HiddenField, PasswordField, SelectChoice, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Optional

from survey_app.i18n import lazy_gettext as _l
from survey_app.web import Form

ROLE_NAMES = {
    "administrator": _l("Administrator"),
    "analyst": _l("Analyst"),
    "leader": _l("Leader"),
    "officer": _l("Survey officer"),
    "viewer": _l("Viewer"),
}
TOKEN_PERMISSION_NAMES = {
    "dashboards.view": _l("Read figures"),
    "responses.submit": _l("Send responses"),
    "surveys.issue": _l("Make tickets"),
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


class ApiTokenForm(Form):
    """A new token of a program; the choices of `agency` are set by the view."""

    name = StringField(
        _l("Name"),
        [InputRequired(_l("Please give a name."))],
        description=_l("Which program will use it, and who answers for that."),
    )
    agency = SelectField(
        _l("Agency"),
        description=_l("The program sees this agency and all below it."),
        invalid_choice_message=NO_CHOICE,
    )
    permissions = SelectMultipleField(
        _l("What it may do"),
        [InputRequired(_l("Please choose what the token may do."))],
        choices=[SelectChoice(*each) for each in TOKEN_PERMISSION_NAMES.items()],
        default=["dashboards.view"],
    )
    expires_on = DateField(_l("Last day"), [Optional()], invalid_value_message=_l("Please give a day of the calendar."))
