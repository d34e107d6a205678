"""Shape of the input about agencies."""

from wtforms import BooleanField, DateField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired

from survey_app.i18n import lazy_gettext as _l
from survey_app.web import Form

TIER_NAMES = {
    "province": _l("Province or city"),
    "department": _l("Department"),
    "commune": _l("Commune or ward"),
    "district": _l("District (until 2025)"),
    "unit": _l("Unit"),
    "service_centre": _l("Public service centre"),
}
KIND_NAMES = {
    "rename": _l("Renamed"),
    "merge": _l("Merged into"),
    "split": _l("Split up to"),
    "transfer": _l("Field of work transferred to"),
    "abolish": _l("Abolished"),
}
NO_CHOICE = _l("Please choose one of the list.")


class AgencyForm(Form):
    """A new agency; the choices of `parent` are set by the view."""

    name = StringField(_l("Name"), [InputRequired(_l("Please give a name."))])
    short_name = StringField(_l("Short name"), description=_l("As it stands within a sentence."))
    code = StringField(
        _l("Code"),
        [InputRequired(_l("Please give a code."))],
        description=_l("Letters without accents, digits and hyphens; it can never be changed."),
    )
    tier = SelectField(
        _l("Tier"), choices=[SelectChoice(*each) for each in TIER_NAMES.items()], invalid_choice_message=NO_CHOICE
    )
    parent = SelectField(_l("Belongs to"), invalid_choice_message=NO_CHOICE)


class SuccessionForm(Form):
    """What follows an agency; the choices of both agencies are set by the view."""

    predecessor = SelectField(_l("Agency until then"), invalid_choice_message=NO_CHOICE)
    kind = SelectField(
        _l("What happens"),
        choices=[SelectChoice(*each) for each in KIND_NAMES.items()],
        invalid_choice_message=NO_CHOICE,
    )
    successor = SelectField(
        _l("Agency from then on"),
        description=_l(
            "Add it to the tree first. Record one line for each agency that merges and each part of a split."
        ),
        invalid_choice_message=NO_CHOICE,
    )
    begins = BooleanField(_l("It begins on that day"))
    effective_on = DateField(
        _l("First day of the new"),
        [InputRequired(_l("Please give a day."))],
        invalid_value_message=_l("Please give a day of the calendar."),
    )
    field = StringField(_l("Field of work"), description=_l("Where only a part passes on."))
    legal_basis = StringField(
        _l("Decision"),
        [InputRequired(_l("Please name the decision that it rests on."))],
        description=_l("It stands in the footnote of charts, e.g. Nghị quyết 202/2025/QH15."),
    )
