"""Shape of the input about case figures and procedures."""

from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, DecimalField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from survey_app.i18n import lazy_gettext as _l
from survey_app.procedures.findings import COUNT_NAMES
from survey_app.procedures.rules import COUNTS, MOST
from survey_app.procedures.scorecards import RuleSet
from survey_app.web import Form

NO_CHOICE = _l("Please choose one of the list.")
NO_DAY = _l("Please give a day of the calendar.")
NO_COUNT = _l("A count is a whole number of at least 0.")


class FiguresForm(Form):
    """Case figures of an agency, period and field, with a field a count (below); the view sets the agencies."""

    agency = SelectField(_l("Agency"), invalid_choice_message=NO_CHOICE)
    from_on = DateField(_l("First day"), [InputRequired(NO_DAY)], invalid_value_message=NO_DAY)
    to_on = DateField(_l("Last day"), [InputRequired(NO_DAY)], invalid_value_message=NO_DAY)
    field = StringField(_l("Field of administration"), description=_l("Empty: all fields together."))

    def counts(self) -> dict[str, int | None]:
        """The counts by name; None for an empty one."""
        return {name: self[name].data for name in COUNTS}


for _name in COUNTS:
    _validators = [Optional(), NumberRange(0, MOST, NO_COUNT)]
    setattr(FiguresForm, _name, IntegerField(COUNT_NAMES[_name], _validators, invalid_value_message=NO_COUNT))


class FileForm(Form):
    """A delivered file."""

    file = FileField(
        _l("File (CSV or XLSX)"),
        [FileRequired(_l("Please choose a file."))],
        description=_l("The columns of the example, or form II.06a as a case system exports it."),
    )


class AcknowledgeForm(Form):
    """Answering by name for an identity that fails."""

    identity = HiddenField()
    reason = TextAreaField(_l("Why it is so, and what will be done"), [InputRequired(_l("Please give a reason."))])


class ActivityForm(Form):
    """A named figure; an empty count takes it away."""

    name = StringField(_l("Name"), [InputRequired(_l("Please give a name."))])
    count = IntegerField(_l("Count"), [Optional(), NumberRange(0, MOST, NO_COUNT)], invalid_value_message=NO_COUNT)


class ProcedureForm(Form):
    """A procedure, or a new term of one that is known."""

    code = StringField(
        _l("Code"), [InputRequired(_l("Please give a code."))], description=_l("As in the national catalogue.")
    )
    name = StringField(_l("Name in Vietnamese"), [InputRequired(_l("Please give a name."))])
    field = StringField(_l("Field of administration"))
    from_on = DateField(_l("In force from"), [InputRequired(NO_DAY)], invalid_value_message=NO_DAY)
    statutory_days = IntegerField(
        _l("Days by rule"), [InputRequired(NO_COUNT), NumberRange(0, 3660, NO_COUNT)], invalid_value_message=NO_COUNT
    )
    committed_days = IntegerField(
        _l("Days promised"), [InputRequired(NO_COUNT), NumberRange(0, 3660, NO_COUNT)], invalid_value_message=NO_COUNT
    )
    legal_basis = StringField(_l("Legal basis"))


class PointsField(DecimalField):
    """A number of points, with a decimal comma or point."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([text.strip().replace(",", ".") for text in valuelist])


def card_form(rules: RuleSet) -> type[Form]:
    """The form of a scorecard: for each indicator `own_1`, `verified_1` and `note_1` (the code behind)."""
    fields: dict[str, object] = {}
    for indicator in rules.indicators:
        words = _l("A score lies between 0 and %(most)s.", most=indicator.most)
        for kind, label in (("own", _l("Own score")), ("verified", _l("Verified score"))):
            fields[f"{kind}_{indicator.code}"] = PointsField(
                label, [Optional(), NumberRange(0, indicator.most, words)], places=1, invalid_value_message=words
            )
        fields[f"note_{indicator.code}"] = StringField(_l("Remark"))
    return type("CardForm", (Form,), fields)
