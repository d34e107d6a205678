import pytest

from survey_app.figures.charts import (
    Axis,
    Bar,
    Chart,
    Column,
    Columns,
    Funnel,
    FunnelPoint,
    IntervalRow,
    Intervals,
    Point,
    ScaleGroup,
    Segment,
    StackedBars,
    Tick,
    Trend,
    drawable,
)

AXIS = Axis(0, 1, (Tick(0, "0%"), Tick(1, "100%")))
SEGMENT = Segment("high", "High", 4, 3, 1.0, "100%")


def bars(*segments: Segment) -> StackedBars:
    return StackedBars("", "", "", (ScaleGroup("s", (), (Bar("q", "Q", 3, "", segments),)),))


def trend(*shares: float | None) -> Trend:
    points = tuple(Point(str(i), str(i), 40, share, None, None, "") for i, share in enumerate(shares))
    return Trend("", "", "", points, AXIS)


def intervals(*values: float | None) -> Intervals:
    return Intervals("", "", "", tuple(IntervalRow("a", "A", 40, v, None, None, "") for v in values), AXIS)


def funnel(*values: float) -> Funnel:
    points = tuple(FunnelPoint("a", "A", 40, value, "") for value in values)
    return Funnel("", "", "", points, Tick(0.5, "50%"), (), AXIS, AXIS)


def columns(*values: float | None) -> Columns:
    return Columns("", "", "", tuple(Column("a", "A", value, "") for value in values), AXIS)


@pytest.mark.parametrize(
    "chart",
    [bars(SEGMENT), trend(0.4, None, 0.5), intervals(None, 0.0, 0.1), funnel(0.5, 0.4, 0.6), columns(None, 0.0)],
)
def test_a_chart_with_marks_to_lay_beside_each_other_is_drawn(chart: Chart) -> None:
    assert drawable(chart) is chart


@pytest.mark.parametrize(
    "chart", [None, bars(), trend(None, 0.5), intervals(None, 0.0), funnel(), funnel(0.5, 0.4), columns(None)]
)
def test_a_chart_without_them_is_not(chart: Chart | None) -> None:
    assert drawable(chart) is None
