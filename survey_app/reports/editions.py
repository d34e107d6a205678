"""Finalised reports as documents: drawn from their snapshot and nothing else."""

from dataclasses import replace

from flask_babel import gettext as _

from survey_app.i18n import in_language
from survey_app.reports.models import ReportEdition
from survey_app.reports.report import Report
from survey_app.reports.snapshot import thaw


def edition_report(edition: ReportEdition) -> Report:
    """The report as it was finalised, with its code on every page."""
    frozen = thaw(edition.snapshot).report
    with in_language(frozen.language):
        words = _("Verification code: %(code)s; edition %(number)s", code=edition.sha256, number=edition.number)
    return replace(frozen, seal=words)
