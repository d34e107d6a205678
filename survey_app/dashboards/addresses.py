"""Addresses of documents and pictures. Reports come later in the house, so their paths stand here, in one place."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

REPORT_FORMATS = ("docx", "xlsx", "pdf", "png", "svg", "csv", "txt")
CHART_FORMATS = ("png", "svg", "csv", "xlsx")
TABLE_FORMATS = ("csv", "xlsx")


# What no report takes, and what the overview has no use for: it shows every criterion and no agencies.
LEFT_OUT = ("rating", "level")
LEFT_OUT_OF_OVERVIEW = (*LEFT_OUT, "question")


def report_addresses(survey: str, query: Mapping[str, str]) -> list[tuple[str, str]]:
    """(DOCX, address) of the overview report in each format, under the filters that it takes."""
    taken = {key: value for key, value in query.items() if key not in LEFT_OUT_OF_OVERVIEW}
    return [(name.upper(), _address("/reports/overview", survey, name, taken)) for name in REPORT_FORMATS]


def long_report_addresses(survey: str, query: Mapping[str, str]) -> list[tuple[str, str]]:
    """The same of the yearly report, which draws one criterion by month, agency and channel."""
    taken = {key: value for key, value in query.items() if key not in LEFT_OUT}
    return [(name.upper(), _address("/reports/survey-year", survey, name, taken)) for name in ("docx", "pdf", "xlsx")]


def rows_address(survey: str, query: Mapping[str, str]) -> str:
    """Where a file of answers row by row is asked for, of the agency of the filters."""
    return with_query("/reports/rows", {"survey": survey} | ({"agency": query["agency"]} if "agency" in query else {}))


def chart_addresses(panel: str, survey: str, query: Mapping[str, str], *, drawn: bool = True) -> list[tuple[str, str]]:
    """(PNG, address) of one panel's picture (where it is `drawn`) or figures in each format, under the same filters."""
    formats = CHART_FORMATS if drawn else TABLE_FORMATS
    return [(name.upper(), _address(f"/reports/chart/{panel}", survey, name, query)) for name in formats]


def with_query(address: str, query: Mapping[str, str]) -> str:
    """An address with query keys; without a question mark where there are none."""
    return f"{address}?{urlencode(query)}" if query else address


def _address(folder: str, survey: str, suffix: str, query: Mapping[str, str]) -> str:
    return with_query(f"{folder}/{quote(survey)}.{suffix}", query)
