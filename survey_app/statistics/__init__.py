"""Pure statistics: intervals, rounding, suppression. Owns formulas; never touches Flask or the database."""

from survey_app.statistics.intervals import wilson
from survey_app.statistics.rounding import floor_percent, largest_remainder
from survey_app.statistics.suppression import hidden_cells, subtotal_hidden, total_hidden

__all__ = ["floor_percent", "hidden_cells", "largest_remainder", "subtotal_hidden", "total_hidden", "wilson"]
