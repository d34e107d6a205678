"""The words of the kiosk's screens, for pages that are drawn here and for those that the device draws itself."""

from collections.abc import Mapping

from flask_babel import gettext

from config import LOCALES
from survey_app.i18n import in_language, nearest_catalogue
from survey_app.questionnaires import translation

# Marks a text for translation.
N_ = str
WORDS = {
    **translation.WORDS,
    "survey": N_("Satisfaction survey"),
    "language": N_("Language"),
    "simulated": N_("This is a trial survey: its figures are simulated."),
    "qr": N_("QR code that opens this survey on your telephone"),
    "step": N_("Question %(number)s of %(total)s"),
    "keyboard_hint": N_("Tap the box and the keyboard appears."),
    "back_in": N_("The first screen comes back in %(seconds)s seconds."),
    "results": N_("See the results of this survey at"),
    "ends_in": N_("This screen is cleared in %(seconds)s seconds."),
    "nothing": N_("You have not answered anything"),
    "nothing_text": N_("Nothing was stored. You are welcome to begin again."),
    "not_stored": N_("Your answers could not be stored"),
    "not_stored_text": N_(
        "This device has no room for them. Please try again, or tell the staff that the device is full."
    ),
    "try_again": N_("Try again"),
    "leave": N_("Leave without storing"),
    "closed": N_("No answers are taken here now"),
    "closed_text": N_("This survey is over or has not begun yet. Thank you for coming."),
    "offline": N_("No network; answers are kept here"),
    "pair": N_("Pair this device"),
    "pair_how": N_("Sign in on another device, open Devices and type this code:"),
    "pair_away": N_("The server cannot be reached. This device tries again by itself."),
    "pair_token": N_("Without scripts a device is paired by the address that ends in its token; management gives it."),
    "pair_kept": N_("%(count)s answers wait on this device. They are kept and are sent once it is paired."),
    "no_storage": N_("This browser cannot keep answers"),
    "no_storage_text": N_("It runs in private mode or its storage is broken. A kiosk needs a normal window."),
    "panel": N_("State of this device"),
    "panel_place": N_("Place"),
    "panel_unpaired": N_("not paired"),
    "panel_waiting": N_("Answers that wait"),
    "panel_since": N_("the oldest since %(time)s"),
    "panel_aside": N_("Answers that need attention"),
    "panel_network": N_("Server"),
    "panel_there": N_("reached"),
    "panel_away": N_("not reached"),
    "panel_storage": N_("Storage"),
    "panel_kept": N_("kept by the browser"),
    "panel_best_effort": N_("the browser may clear it when the disk is full"),
    "panel_version": N_("Version"),
    "panel_close": N_("Close"),
    "panel_send": N_("Send now"),
    "panel_export": N_("Save the queue to a file"),
    "panel_pair": N_("Pair anew"),
}


def screen_words(tag: str, own: Mapping[str, Mapping[str, str]] | None = None) -> dict[str, str]:
    """Every word in a language; places for values look like %(number)s.

    `own` are a version's words, for a language without a catalogue; the others come from the nearest catalogue.
    """
    with in_language(nearest_catalogue(tag)):
        words = {name: gettext(word) for name, word in WORDS.items()}
    brought = {name: texts[tag] for name, texts in (own or {}).items() if texts.get(tag)}
    return words if tag in LOCALES else words | brought


def all_words() -> dict[str, dict[str, str]]:
    """The words by language, of those that have a catalogue."""
    return {tag: screen_words(tag) for tag in LOCALES}
