"""The national satisfaction index (SIPAS): its formula, and the years that may stand in one line."""

from collections.abc import Sequence

from survey_app.statistics.arguments import check_counts

LEVELS = 5
# In 2022 the survey turned from users of services to residents drawn at random: no line joins the years before it to
# those from it on.
METHOD_BREAKS = (2022,)


def sipas_index(counts: Sequence[int]) -> float | None:
    """The share (0 to 1) of the levels 4 and 5 among the valid answers on levels 1 to 5, lowest first.

    Blank answers and "no opinion" are no valid answers. None without any. Raises ValueError for what are no counts and
    for other than five levels.

    Source: decisions 2640/QĐ-BNV (2017) and 979/QĐ-BNV (2020) of Vietnam's Ministry of Home Affairs, as reported.
    """
    check_counts(counts)
    if len(counts) != LEVELS:
        raise ValueError(f"{LEVELS} levels are needed, not {len(counts)}")
    valid = sum(counts)
    return (counts[3] + counts[4]) / valid if valid else None


def comparable_years(years: Sequence[int]) -> list[list[int]]:
    """The years in order, cut into the stretches of one method: a line may join the years of one stretch only."""
    ordered = sorted(set(years))
    methods = {year: sum(year >= start for start in METHOD_BREAKS) for year in ordered}
    return [[year for year in ordered if methods[year] == method] for method in sorted(set(methods.values()))]
