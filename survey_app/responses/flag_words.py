"""What a flag is called and what its rule says, in the reader's language and with its numbers."""

from flask_babel import gettext as _

from survey_app.i18n import format_number
from survey_app.responses.flags import Flag


def flag_words(flag: Flag) -> tuple[str, str]:
    """(name, rule) of a flag."""
    said = {name: format_number(value, 0 if value == int(value) else 1) for name, value in flag.threshold.items()}
    return _(flag.label), _(flag.words, **said)
