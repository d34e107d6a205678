"""Panels that tell answers apart say why some are in the whole alone."""

from dataclasses import replace

import pytest
from flask import Flask

from survey_app.access import EVERYWHERE
from survey_app.clock import today
from survey_app.db import transaction
from survey_app.figures.builders import build_panel
from survey_app.i18n import in_language
from survey_app.tallies.actions import fold
from survey_app.tallies.rules import ONE_DAY
from tests.factories import make_response, make_survey

pytestmark = [pytest.mark.usefixtures("session"), pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)]
WORDS = "within 7 days are in the whole alone"
OF_PROCEDURES = "By procedure new answers are told later"


def test_an_open_survey_says_what_its_channels_wait_for(app: Flask) -> None:
    survey = make_survey()
    for number in range(40):
        make_response(survey, channel="web" if number < 5 else "kiosk", procedure_code="A" if number > 20 else "B")
    fold()

    def panel(key: str, **asked: str) -> tuple[str, int | None]:
        with in_language("en"):
            found = build_panel(key, survey=survey, scope=EVERYWHERE, **asked)  # type: ignore[arg-type]
        return found.note, found.responses

    whole, of_kiosk, by_channel = panel("distribution"), panel("distribution", channel="kiosk"), panel("channels")
    assert (whole[1], of_kiosk[1]) == (40, 35)
    assert (WORDS in whole[0], WORDS in of_kiosk[0], WORDS in by_channel[0]) == (False, True, True)
    assert OF_PROCEDURES in panel("procedures")[0]
    assert OF_PROCEDURES in panel("distribution", procedure="A")[0]
    assert OF_PROCEDURES not in by_channel[0]
    with transaction():
        survey.closes_on = today() - ONE_DAY
    assert WORDS not in panel("channels")[0]
    with transaction():
        survey.closes_on = None
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], release_batch=1)
    assert WORDS not in panel("channels")[0]
