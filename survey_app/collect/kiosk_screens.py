"""The kiosk's screens for a device without scripts: which one shows, and what it shows."""

from collections.abc import Mapping
from typing import Any

from flask_wtf.csrf import generate_csrf

from survey_app.clock import today
from survey_app.collect import shell
from survey_app.collect.rules import option_icon
from survey_app.collect.visits import Visit, current
from survey_app.collect.words import screen_words
from survey_app.i18n import content_language, language_name, use_content_language
from survey_app.questionnaires.queries import version_content
from survey_app.surveys.models import Device
from survey_app.surveys.queries import survey_for_form
from survey_app.surveys.rules import form_state

IDLE_SECONDS, END_SECONDS = 90, 8


def empty_page(redirect_to: str | None = None) -> str:
    """The page as scripts take it over; without them it leads on."""
    return shell.draw("empty.html", seconds=0 if redirect_to else None, address=redirect_to, words_here={})


def unpaired_page() -> str:
    """What a device shows that nobody has paired, and how it is paired without scripts."""
    return _page("notice.html", title="pair", texts=["pair_token"])


def device_page(device: Device, visit: Visit | None, end: str | None) -> str:
    """The screen of a paired device: closed, the end of a visit ("thanks" or "nothing"), attract, or a question."""
    values = _device_values(device)
    survey = device.survey
    if form_state(today(), survey.opens_on, survey.closes_on, survey.channels, "kiosk") != "open":
        return _page("notice.html", **values, title="closed", texts=["closed_text"])
    if end is not None:
        return _page("end.html", **values, end=end, seconds=END_SECONDS, address="/k/reset")
    if visit is None:
        return _page("attract.html", **values)
    step = current(values["content"], visit)
    number = values["content"].questions.index(step.question) + 1 if step.question else None
    return _page("step.html", **values, visit=visit, step=step, number=number, seconds=IDLE_SECONDS, address="/k/reset")


def _device_values(device: Device) -> Mapping[str, Any]:
    content = version_content(device.survey.version_id)
    use_content_language(content.languages)
    form = survey_for_form(device.survey.code, device.agency.code)
    return {
        "survey": device.survey,
        "agency": device.agency,
        "above": form.above if form else "",
        "content": content,
        "languages": [(tag, language_name(tag)) for tag in content.languages],
    }


def _page(template: str, **values: Any) -> str:
    return shell.draw(
        template,
        **{"seconds": None, "address": None, **values},
        words_here=screen_words(content_language(), values["content"].words if "content" in values else None),
        token=generate_csrf(),
        option_icon=option_icon,
    )
