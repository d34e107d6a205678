"""Whether a file still says the figures of the finalised report that it names."""

import re
from dataclasses import dataclass

from flask_babel import gettext as _

from survey_app.errors import NotFound
from survey_app.i18n import in_language
from survey_app.reports.comparing import Difference, Units, differences, read_units
from survey_app.reports.editions import edition_report
from survey_app.reports.models import ReportEdition
from survey_app.reports.queries import edition_by_sha256
from survey_app.reports.report import Report, date_line, number_line
from survey_app.reports.rules import ELLIPSIS
from survey_app.reports.writers import WRITERS

CODE = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The edition that a file names, and every place where its figures are not the frozen ones."""

    edition: ReportEdition
    differences: tuple[Difference, ...]


def verify(content: bytes, extension: str) -> Verdict:
    """Compare a file with the same report written anew from its snapshot. Raises NotFound where the file names no
    finalised report of this installation, Invalid where it cannot be read."""
    found = read_units(content, extension)
    edition = _named(found)
    report = edition_report(edition)
    with in_language(report.language):
        expected = read_units(WRITERS[extension].write(report), extension)
        told = differences(expected, found, _filled_in_by_hand(report))
    return Verdict(edition, tuple(told))


def _named(units: Units) -> ReportEdition:
    """The edition whose code stands in the file; the last one found, as it stands at the end."""
    codes = [code for part in units.values() for unit in part for code in CODE.findall(unit.text)]
    for code in reversed(codes):
        if edition := edition_by_sha256(code):
            return edition
    raise NotFound(_("The file names no finalised report of this installation."))


def _filled_in_by_hand(report: Report) -> frozenset[str]:
    """Lines of the head that were left open for the clerk."""
    lines = (number_line(report), date_line(report), report.head.signer_name, f"- {ELLIPSIS}")
    return frozenset(line for line in lines if ELLIPSIS in line)
