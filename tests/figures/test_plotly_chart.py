import json
import time
from typing import Any

import pytest
from flask import Flask
from plotly.graph_objects import Figure

from survey_app.figures.charts import Bar, LegendItem, ScaleGroup, Segment, StackedBars
from survey_app.figures.plotly_chart import plotly_figure, plotly_json
from survey_app.i18n import in_language

LEGEND = tuple(
    LegendItem(level, label)
    for level, label in enumerate(("Rất thấp", "Thấp", "Trung bình", "Cao", "Rất cao"), start=1)
)


def chart(*bars: Bar) -> StackedBars:
    return StackedBars("Title", "Subtitle", "Finding", (ScaleGroup("LEVEL5", LEGEND, bars),))


def bar(key: str, label: str, counts: dict[int, int], note: str = "") -> Bar:
    segments = (Segment(f"o{i}", LEGEND[i - 1].label, i, c, c / 100, f"{c}%") for i, c in counts.items())
    return Bar(key, label, 100, note, tuple(segments))


WHOLE = bar("access", "Tiếp cận dịch vụ <b>", {1: 5, 2: 5, 3: 10, 4: 50, 5: 30})
GAPPED = bar("staff", "Thái độ phục vụ", {1: 0, 4: 50, 5: 40}, "small counts hidden")
EMPTY = Bar("results", "Kết quả giải quyết", 12, "12 answers, too few for shares", ())


@pytest.fixture
def figure(app: Flask) -> dict[str, Any]:
    with app.test_request_context(), in_language("vi"):
        return plotly_figure(chart(WHOLE, GAPPED, EMPTY))


def marks(figure: dict[str, Any], y: float) -> list[dict[str, Any]]:
    """The rectangles at one height, from left to right."""
    found = [
        {
            "x": trace["x"][i],
            "base": trace["base"][i],
            "text": trace["text"][i],
            "hover": trace["hovertext"][i],
            "colour": trace["marker"]["color"],
            "pattern": trace["marker"].get("pattern", {}).get("shape"),
        }
        for trace in figure["data"]
        for i in range(len(trace["x"]))
        if trace["y"][i] == y
    ]
    return sorted(found, key=lambda mark: mark["base"])


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_plotly_takes_the_figure(figure: dict[str, Any]) -> None:
    assert Figure(figure).to_plotly_json()["data"][0]["orientation"] == "h"
    assert "</" not in json.dumps(figure["layout"]["yaxis"]["ticktext"]).replace("</span>", "")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_segments_lie_end_to_end_from_worst_to_best(figure: dict[str, Any]) -> None:
    found = marks(figure, 0)
    assert [mark["x"] for mark in found] == [0.05, 0.05, 0.1, 0.5, 0.3]
    assert [mark["base"] for mark in found] == pytest.approx([0, 0.05, 0.1, 0.2, 0.7])
    assert [mark["colour"] for mark in found] == [f"var(--l{level})" for level in range(1, 6)]
    assert [bool(mark["pattern"]) for mark in found] == [True, True, False, False, False]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_labels_stand_where_there_is_room(figure: dict[str, Any]) -> None:
    assert [mark["text"] for mark in marks(figure, 0)] == ["", "", "10%", "50%", "30%"]
    assert "5 trên 100" in marks(figure, 0)[0]["hover"] or "5 of 100" in marks(figure, 0)[0]["hover"]
    assert "&lt;b&gt;" in figure["layout"]["yaxis"]["ticktext"][0]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_is_hidden_leaves_a_gap(figure: dict[str, Any]) -> None:
    gap, high, very_high = marks(figure, 1)
    assert (gap["colour"], gap["text"], gap["x"]) == ("var(--surface)", "", pytest.approx(0.1))
    assert (high["base"], very_high["base"]) == pytest.approx((0.1, 0.6))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_bar_without_shares_says_why(figure: dict[str, Any]) -> None:
    assert marks(figure, 2) == []
    assert [note["text"] for note in figure["layout"]["annotations"]] == [EMPTY.note]
    assert "n = 12" in figure["layout"]["yaxis"]["ticktext"][2]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_separators_follow_the_language(app: Flask) -> None:
    for tag, separators in (("vi", ",."), ("en", ".,")):
        with app.test_request_context(), in_language(tag):
            assert plotly_figure(chart(WHOLE))["layout"]["separators"] == separators


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_many_bars_get_the_height_they_need(app: Flask) -> None:
    with app.test_request_context():
        assert "height" not in plotly_figure(chart(WHOLE))["layout"]
        many = [Bar(f"q{i}", f"Q{i}", 100, "", WHOLE.segments) for i in range(20)]
        assert plotly_figure(chart(*many))["layout"]["height"] > 600


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_same_chart_is_drawn_once(app: Flask) -> None:
    with app.test_request_context():
        first = plotly_json(chart(WHOLE, GAPPED))
        started = time.perf_counter()
        for _ in range(100):
            assert plotly_json(chart(WHOLE, GAPPED)) is first
        assert time.perf_counter() - started < 0.05
