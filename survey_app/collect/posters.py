"""Posters with the QR code of a form, A4 and A5, as PDF: typeset from strings, the code drawn from its modules."""

from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import segno
from flask_babel import gettext as _
from flask_babel import ngettext

from survey_app.i18n import in_language, localized
from survey_app.questionnaires.queries import version_content
from survey_app.surveys.models import QrCode, Survey
from survey_app.surveys.queries import FormSurvey
from survey_app.typesetting import typeset

TEMPLATE = Path(__file__).with_name("poster.typ")
PAPERS = ("a4", "a5")


class Poster(NamedTuple):
    """What one poster says: `address` leads to `form`; `code` where it is of a procedure or a counter."""

    survey: Survey
    form: FormSurvey
    address: str
    code: QrCode | None


def poster_pdf(poster: Poster, paper: str, language: str) -> bytes:
    """One page of a4 or a5 in a catalogue's language; PDF/UA-1 and PDF/A-2b."""
    with in_language(language):
        number = len(version_content(poster.survey.version_id).questions)
        answer = ngettext("Answer %(num)s short question", "Answer %(num)s short questions", number)
        content = {
            "paper": paper,
            "language": language,
            "title": f"{localized(poster.survey.titles, language)} – {poster.form.agency_name}",
            "agency": poster.form.agency_name,
            "above": poster.form.above,
            "headline": _("How were you served today?"),
            "steps": [_("Open the camera of your phone"), _("Point it at the code"), answer],
            "about": _about(poster, language),
            "promise": _("About one minute. No name is kept."),
            "address": poster.address,
            "mark": _("Trial survey: simulated figures") if poster.survey.provenance == "simulated" else "",
            "modules": qr_modules(poster.address),
        }
        return typeset(TEMPLATE, content, "pdf", timestamp=0)


def qr_modules(address: str, error: str = "q") -> list[list[tuple[int, int]]]:
    """The rows of a QR code with its quiet zone, each as runs (first column, length) of dark modules.

    Level Q by default: it can still be read when a quarter is worn off.
    """
    code = segno.make(address, error=error, micro=False)
    return [_runs([bool(module) for module in row]) for row in code.matrix_iter(border=4)]


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    runs = []
    for dark, group in groupby(enumerate(row), key=lambda pair: pair[1]):
        columns = [column for column, _module in group]
        if dark:
            runs.append((columns[0], len(columns)))
    return runs


def _about(poster: Poster, language: str) -> list[tuple[str, Any]]:
    if poster.code is None:
        return []
    pairs = []
    if poster.code.procedure is not None:
        pairs.append((_("Procedure"), localized(poster.code.procedure.names, language)))
    if poster.code.place:
        pairs.append((_("Counter"), poster.code.place))
    return pairs
