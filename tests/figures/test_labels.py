"""Names in a funnel: none over another, none over the edge."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from survey_app.figures.charts import Axis, FunnelPoint, Tick
from survey_app.figures.plotly_charts.frame import narrow_axis, thinned
from survey_app.figures.plotly_charts.labels import LINE_PIXELS, Room, named

ROOM = Room(Axis(0, 1000, ()), Axis(0, 1, ()), 240, 356)
POINTS = st.lists(
    st.builds(
        FunnelPoint,
        st.just(""),
        st.text("abc ", min_size=1, max_size=30),
        st.integers(30, 1000),
        st.floats(0, 1),
        st.just(""),
        st.sampled_from(["above", "below", "same"]),
    ),
    max_size=30,
)


def ends(name: dict[str, object], width: float) -> tuple[float, float, float, float]:
    x, y = ROOM.at(float(str(name["x"])), float(str(name["y"])))
    x, y = x + float(str(name.get("xshift", 0))), y - float(str(name.get("yshift", 0)))
    left = {"left": x, "center": x - width / 2, "right": x - width}[str(name["xanchor"])]
    return left, y - LINE_PIXELS / 2, left + width, y + LINE_PIXELS / 2


@given(POINTS)
def test_no_name_lies_over_another_or_over_the_edge(points: list[FunnelPoint]) -> None:
    boxes = [ends(name, 6.0 * len(str(name["text"]))) for name in named(points, ROOM)]
    for left, top, right, bottom in boxes:
        assert min(left, top) >= 0
        assert right <= ROOM.width
        assert bottom <= ROOM.height
    for one, other in combinations(boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_in_a_crowd_the_first_is_named_and_the_last_is_not() -> None:
    crowd = [FunnelPoint(str(i), f"Phường {i:02}", 500 + i, 0.5, "", "below") for i in range(20)]
    names = [name["text"] for name in named(crowd, ROOM)]
    assert names[0] == "Phường 00"
    assert len(names) < 20


def test_few_marks_are_even_and_keep_zero() -> None:
    ticks = [Tick(value, f"{abs(value)}%") for value in (-50, -25, 0, 25, 50, 75, 100)]
    assert [tick.value for tick in thinned(ticks, 3)] == [-50, 25, 100]
    shown = narrow_axis(Axis(-50, 100, tuple(ticks)))
    assert shown["tickvals"] == [-50, 0, 50, 100]
    assert narrow_axis(Axis(0, 1, ()))["tickvals"] == []
