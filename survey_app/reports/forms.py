"""Shape of the input about reports."""

from wtforms import DateField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from survey_app.i18n import NAMES
from survey_app.i18n import lazy_gettext as _l
from survey_app.web import Form

NO_CHOICE = _l("Please choose one of the list.")
PERIODS = {
    "": _l("the days below, or the survey's own"),
    "month": _l("last month"),
    "quarter": _l("last quarter"),
    "half": _l("last half-year"),
    "year": _l("last year"),
    "statutory-quarter": _l("last quarter, 15th to 14th"),
    "statutory-year": _l("last year, 15th to 14th"),
}


def _text(label: str, longest: int, description: str = "") -> StringField:
    return StringField(label, [Length(max=longest)], description=description)


class DraftForm(Form):
    """A new draft; the choices of `survey`, `report` and `agency` are set by the view."""

    report = SelectField(_l("Report"), invalid_choice_message=NO_CHOICE)
    survey = SelectField(_l("Survey"), invalid_choice_message=NO_CHOICE)
    agency = SelectField(_l("Agency"), invalid_choice_message=NO_CHOICE)
    period = SelectField(
        _l("Period"), choices=[SelectChoice(*each) for each in PERIODS.items()], invalid_choice_message=NO_CHOICE
    )
    from_on = DateField(_l("First day"), [Optional()])
    to_on = DateField(_l("Last day"), [Optional()])
    language = SelectField(
        _l("Language"), choices=[SelectChoice(*each) for each in NAMES.items()], invalid_choice_message=NO_CHOICE
    )
    number = _text(_l("Number"), 40, _l("Dots stand in its place until there is one."))
    date_on = DateField(_l("Date of the document"), [Optional()])


class FinaliseForm(Form):
    """Freezing a draft; from the second edition on it must say what it changes."""

    change = TextAreaField(_l("What this edition corrects"), [Length(max=1000)])


class TemplateForm(Form):
    """Keeping a composition."""

    title = StringField(_l("Title of the template"), [InputRequired(_l("Please give the template a title."))])
    period = SelectField(
        _l("Period"), choices=[SelectChoice(*each) for each in PERIODS.items()], invalid_choice_message=NO_CHOICE
    )


class LetterheadForm(Form):
    """What an agency's documents say around their body."""

    superior = _text(_l("Superior agency"), 200, _l("Empty: the one above in the tree."))
    issuing = _text(_l("Issuing agency"), 200, _l("Empty: the agency's name."))
    symbol = _text(_l("Symbol"), 40, _l("What follows “BC-”, such as SNV."))
    place = _text(_l("Place"), 100)
    addressed_to = _text(_l("Addressed to"), 300, _l("“Kính gửi”, where the report goes to a superior."))
    authority = _text(_l("Signing authority"), 200, _l("Such as “KT. GIÁM ĐỐC”; empty: signed in one's own right."))
    signer_title = _text(_l("Signer's title"), 200)
    signer_name = _text(_l("Signer's name"), 120, _l("Without academic titles."))
    recipients = TextAreaField(_l("Recipients"), [Length(max=2000)], description=_l("One a line."))


class Sent(Form):
    """A form that holds nothing of its own but its token."""
