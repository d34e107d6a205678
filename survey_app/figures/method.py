"""The numbers that the method page names, from where the code takes them."""

from config import Settings
from survey_app.figures.claims import LEVEL, PAGES, SMALLEST_DIFFERENCE
from survey_app.figures.rules import ENOUGH_FOR_A_DECIMAL, FEWEST_FOR_SHARES
from survey_app.i18n import format_number
from survey_app.responses.flag_words import flag_words
from survey_app.responses.flags import FLAGS
from survey_app.statistics import FEWEST_FOR_LIMITS, sample_size
from survey_app.statistics.control import LANEY_FROM, LONG_RUN, LONG_TREND
from survey_app.statistics.sipas import METHOD_BREAKS
from survey_app.statistics.weighting import FEWEST_IN_CELL, TRIM_AT
from survey_app.tallies.rules import WAITS_AT_MOST

# Populations whose sample sizes stand in the table; None: without end.
POPULATIONS = (150, 500, 1000, 5000, 20_000, None)
MARGINS = (0.05, 0.03)


def method_figures(settings: Settings) -> dict[str, object]:
    """Each number as text in the reader's language, by the name that the page's texts use."""
    return {
        "min_cell": format_number(settings.min_cell),
        "release_batch": settings.release_batch,
        "waits_at_most": WAITS_AT_MOST.days,
        "fewest": format_number(FEWEST_FOR_SHARES),
        "for_a_decimal": format_number(ENOUGH_FOR_A_DECIMAL),
        "level": f"{format_number(LEVEL * 100)}%",
        "pages": format_number(len(PAGES)),
        "smallest": format_number(SMALLEST_DIFFERENCE * 100),
        "limits_from": format_number(FEWEST_FOR_LIMITS),
        "run": format_number(LONG_RUN),
        "trend": format_number(LONG_TREND),
        "laney": format_number(LANEY_FROM, 1),
        "cell": format_number(FEWEST_IN_CELL),
        "trim": format_number(TRIM_AT),
        "break_year": str(METHOD_BREAKS[-1]),
        "sizes": [
            (
                None if people is None else format_number(people),
                *(format_number(sample_size(people, e)) for e in MARGINS),
            )
            for people in POPULATIONS
        ],
        "flags": [flag_words(flag) for flag in FLAGS],
        "margins": [f"{format_number(margin * 100)}%" for margin in MARGINS],
    }
