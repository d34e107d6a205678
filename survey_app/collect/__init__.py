"""How we ask: the citizen's form on a phone or any browser, and what kiosks and other programs send.

It turns a form or a JSON body into a Submission and hands it to responses. Never counts and never shows an answer to
anybody but the one who is just giving it.
"""

from flask import Flask

from survey_app.access import let_programs_in
from survey_app.accounts.tokens import accept
from survey_app.collect.cli import collect
from survey_app.collect.senders import device_reader
from survey_app.collect.turns import Crowds, Turns
from survey_app.collect.views import devices, entry, form, imports, kiosk, kiosk_calls, prints, submit, tickets
from survey_app.i18n import lazy_gettext
from survey_app.responses.flags import FLOOD
from survey_app.surveys.pages import add_survey_page
from survey_app.web import add_nav


def init_app(app: Flask) -> None:
    # Forms drawn already, by survey as it stands, way in and language.
    app.extensions["collect"] = {}
    app.extensions["turns"] = Turns()
    app.extensions["crowds"] = Crowds(FLOOD[0], FLOOD[1].total_seconds())
    for kind in (devices, entry, form, imports, kiosk, kiosk_calls, prints, submit, tickets):
        app.register_blueprint(kind.blueprint)
    accept(app, "device", device_reader)
    let_programs_in(app, "/k/pairing", "/k/config", "/k/heartbeat")
    app.cli.add_command(collect)
    add_nav(app, lazy_gettext("Devices"), "devices.index", "collect.manage", 35)
    add_survey_page(
        app,
        lazy_gettext("Posters and paper"),
        lazy_gettext("Posters with QR codes for agencies, procedures and counters; the form to be filled in by pen"),
        "prints.index",
        "surveys.view",
    )
    add_survey_page(
        app,
        lazy_gettext("Tickets"),
        lazy_gettext("One-time codes for served cases: their answers count as verified."),
        "tickets.page",
        "surveys.manage",
    )
    add_survey_page(
        app,
        lazy_gettext("Import answers"),
        lazy_gettext("Tables of answers with a dry run, and queues that kiosks exported"),
        "imports.index",
        "responses.enter",
    )
    add_survey_page(
        app,
        lazy_gettext("Enter sheets and interviews"),
        lazy_gettext("Type in answers from paper or from the telephone, with the keyboard alone"),
        "entry.index",
        "responses.enter",
    )
