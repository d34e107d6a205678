"""Shape of the input about agencies."""

from wtforms import SelectChoice, SelectField, StringField
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
