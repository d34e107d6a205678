"""Axes that hold their values, with round marks worded in the reader's language."""

from collections.abc import Iterable
from math import ceil, floor

from survey_app.figures.charts import Axis, Tick
from survey_app.i18n import format_number, format_percent

STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25)
MOST_TICKS = 6
COUNT_STEPS = (1, 2, 5)


def share_axis(values: Iterable[float | None]) -> Axis:
    """Shares (0 to 1): as close around the values as round marks allow, never outside 0 to 100%."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    step = next((s for s in STEPS if (high - low) / s <= MOST_TICKS - 1), STEPS[-1])
    first = max(0, floor(low / step - 0.25))
    last = min(round(1 / step), max(first + 2, ceil(high / step + 0.25)))
    ticks = [i * step for i in range(first, last + 1)]
    return Axis(ticks[0], ticks[-1], tuple(Tick(value, format_percent(round(value, 6))) for value in ticks))


def points_axis(values: Iterable[float | None]) -> Axis:
    """Differences of shares around 0, in percentage points with their sign."""
    reach = max((abs(value) for value in values if value is not None), default=0.05)
    step = next((s for s in STEPS if reach / s <= MOST_TICKS / 2), STEPS[-1])
    most = max(1, ceil(reach / step + 0.1))
    ticks = [i * step for i in range(-most, most + 1)]
    return Axis(ticks[0], ticks[-1], tuple(Tick(value, _signed(value)) for value in ticks))


def count_axis(values: Iterable[float | None], title: str = "") -> Axis:
    """Counts from 0."""
    high = max((value for value in values if value is not None), default=1)
    step = 1
    while high / step > MOST_TICKS - 1:
        step = next((base * 10**power for power in range(12) for base in COUNT_STEPS if base * 10**power > step), step)
    ticks = range(0, step * (max(1, ceil(high / step)) + 1), step)
    return Axis(0, ticks[-1], tuple(Tick(value, format_number(value)) for value in ticks), title)


def _signed(value: float) -> str:
    number = format_number(round(abs(value) * 100, 4))
    return number if number == "0" else f"{'+' if value > 0 else '−'}{number}"
