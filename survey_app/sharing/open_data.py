"""A survey's public figures as data: CSV and JSON with a data dictionary, licence and source."""

from typing import Any

from flask_babel import gettext as _

from survey_app.clock import local_date
from survey_app.figures.exports import COLUMNS, panel_json
from survey_app.figures.panels import Panel
from survey_app.i18n import localized
from survey_app.sharing.models import Publication
from survey_app.sharing.rules import LICENCES

TYPES = {"count": "integer", "n": "integer"} | dict.fromkeys(
    ("share", "low", "high", "value_low", "value_high"), "number"
)


def dictionary() -> list[dict[str, str]]:
    """Each column of the CSV: its name, type and meaning in the reader's language."""
    meanings = {
        "question": _("Code of the question."),
        "option": _("Code of the answer option; options stand from worst to best."),
        "label": _("The option's words."),
        "count": _("How many people chose it; empty where hidden because few did."),
        "n": _("How many people answered the question with a counted option; empty where hidden."),
        "share": _("count / n, from 0 to 1, not rounded; empty where hidden and under 30 answers."),
        "low": _("Lower end of the %(confidence)s interval (Wilson).", confidence="95%"),
        "high": _("Upper end of the %(confidence)s interval (Wilson).", confidence="95%"),
        "qualifier": _("How a published percentage was cut: floor, rounded, exact; empty where none was published."),
        "value_low": _("The published percentage lies from here (inclusive) ..."),
        "value_high": _("... to here (exclusive unless exact), in per cent."),
    }
    return [{"name": name, "type": TYPES.get(name, "string"), "description": meanings[name]} for name in COLUMNS]


def open_data(publication: Publication, panel: Panel) -> dict[str, Any]:
    """The panel with what somebody needs to use it: title, publisher, licence, dictionary."""
    survey = publication.survey
    return {
        "title": localized(survey.titles),
        "publisher": survey.agency.name,
        "licence": {"name": publication.licence, "url": LICENCES[publication.licence]},
        "issued": local_date(publication.published_at).isoformat(),
        "n": panel.responses,
        "panel": panel_json(panel),
        "dictionary": dictionary(),
    }
