"""Pure statistics: intervals, comparison, control and funnel limits, weighting, rounding, suppression.

Owns formulas; never touches Flask or the database. scipy is imported at the first call that needs it.
"""

from survey_app.statistics.comparison import (
    binomial_p,
    chi_square,
    fisher_exact,
    mann_whitney,
    newcombe,
    normal_p,
    two_proportion_z,
)
from survey_app.statistics.control import (
    FEWEST_FOR_LIMITS,
    ControlChart,
    Signal,
    control_chart,
    laney,
    p_chart,
    point_marks,
    run_rules,
    xmr,
)
from survey_app.statistics.funnel import funnel_limits, overdispersion
from survey_app.statistics.intervals import clopper_pearson, jeffreys, mean_interval, wilson
from survey_app.statistics.multiplicity import benjamini_hochberg, holm
from survey_app.statistics.rounding import floor_percent, largest_remainder
from survey_app.statistics.sampling import achieved_margin, effective_n, sample_size
from survey_app.statistics.sipas import comparable_years, sipas_index
from survey_app.statistics.suppression import hidden_cells, subtotal_hidden, total_hidden
from survey_app.statistics.weighting import (
    PostStratum,
    Weighted,
    kish,
    post_strata,
    post_stratified,
    post_weights,
    stratified,
)

__all__ = [
    "FEWEST_FOR_LIMITS",
    "ControlChart",
    "PostStratum",
    "Signal",
    "Weighted",
    "achieved_margin",
    "benjamini_hochberg",
    "binomial_p",
    "chi_square",
    "clopper_pearson",
    "comparable_years",
    "control_chart",
    "effective_n",
    "fisher_exact",
    "floor_percent",
    "funnel_limits",
    "hidden_cells",
    "holm",
    "jeffreys",
    "kish",
    "laney",
    "largest_remainder",
    "mann_whitney",
    "mean_interval",
    "newcombe",
    "normal_p",
    "overdispersion",
    "p_chart",
    "point_marks",
    "post_strata",
    "post_stratified",
    "post_weights",
    "run_rules",
    "sample_size",
    "sipas_index",
    "stratified",
    "subtotal_hidden",
    "total_hidden",
    "two_proportion_z",
    "wilson",
    "xmr",
]
