import json
from dataclasses import replace
from typing import Any, get_args

import pytest
from flask import Flask
from plotly.graph_objects import Figure

from survey_app.figures.charts import Bar, Chart, Point
from survey_app.figures.plotly_chart import DRAWINGS, chart_height, plotly_figure, plotly_json
from survey_app.i18n import in_language
from tests.figures.charts import EXAMPLES, FUNNEL, INTERVALS, TREND, WHOLE, bar
from tests.figures.charts import stacked as chart

GAPPED = bar("staff", "Thái độ phục vụ", {1: 0, 4: 50, 5: 40}, "small counts hidden")
OUTSIDE = ("Sở A &lt;b&gt;", "Sở B", "Huyện G")
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
    assert [note["text"].replace("<br>", " ") for note in figure["layout"]["annotations"]] == [EMPTY.note]
    assert "n = 12" in figure["layout"]["yaxis"]["ticktext"][2]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_separators_follow_the_language(app: Flask) -> None:
    for tag, separators in (("vi", ",."), ("en", ".,")):
        with app.test_request_context(), in_language(tag):
            assert plotly_figure(chart(WHOLE))["layout"]["separators"] == separators


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_many_bars_get_the_height_they_need(app: Flask) -> None:
    with app.test_request_context():
        many = chart(*(Bar(f"q{i}", f"Q{i}", 100, "", WHOLE.segments) for i in range(20)))
        assert chart_height(chart(WHOLE)) < 300 < chart_height(many)
        assert plotly_figure(many)["layout"]["height"] == chart_height(many)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_bars_stand_around_zero_where_the_scale_has_two_sides(app: Flask) -> None:
    with app.test_request_context():
        figure = plotly_figure(chart(WHOLE, GAPPED, diverging=True))
    # 5 + 5 worse and half of 10 neutral to the left; the gap of the second bar stands at the place of level 2.
    assert [mark["base"] for mark in marks(figure, 0)] == pytest.approx([-0.15, -0.1, -0.05, 0.05, 0.55])
    assert [mark["base"] for mark in marks(figure, 1)] == pytest.approx([-0.1, 0, 0.5])
    assert figure["layout"]["xaxis"]["range"] == [-0.25, 1]
    assert figure["layout"]["xaxis"]["ticktext"][:2] == ["25%", "0%"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("drawn", EXAMPLES, ids=lambda drawn: drawn.kind)
def test_every_kind_has_a_drawing_that_plotly_takes(app: Flask, drawn: Chart) -> None:
    assert set(DRAWINGS) == set(get_args(Chart)) == {type(example) for example in EXAMPLES}
    with app.test_request_context(), in_language("vi"):
        figure = plotly_figure(drawn)
        assert chart_height(drawn) >= 160
    Figure(data=figure["data"], layout=figure["layout"])
    assert "<b>" not in json.dumps(figure)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_signal_differs_in_shape_and_carries_its_figure(app: Flask) -> None:
    with app.test_request_context():
        line = plotly_figure(TREND)["data"][-1]
    assert line["marker"]["symbol"][-2:] == ["circle", "triangle-up"]
    assert line["text"] == [*[""] * 11, "86,2%"]
    assert "error_y" not in line


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_published_value_is_hollow_and_off_the_line(app: Flask) -> None:
    old = Point("2015", "2015", None, 0.25, None, None, "trên 25%", published=True, labelled=True)
    with app.test_request_context():
        *_lines, measured, hollow = plotly_figure(replace(TREND, points=(old, *TREND.points)))["data"]
    assert measured["y"][0] is None
    assert (hollow["marker"]["symbol"], hollow["y"], hollow["mode"]) == ("circle-open", [0.25], "markers+text")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("drawn", [INTERVALS, FUNNEL], ids=lambda drawn: drawn.kind)
def test_what_differs_is_told_by_shape(app: Flask, drawn: Chart) -> None:
    with app.test_request_context():
        figure = plotly_figure(drawn)
    dots, notes = figure["data"][-1], [note["text"] for note in figure["layout"]["annotations"]]
    assert dots["marker"]["symbol"] == ["square", "circle", "diamond"]
    told = [bool(text) for text in dots["text"]] if drawn is INTERVALS else [name in notes for name in OUTSIDE]
    assert told == [True, False, True]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_same_chart_is_drawn_once(app: Flask) -> None:
    with app.test_request_context():
        first = plotly_json(chart(WHOLE, GAPPED))
        assert plotly_json(chart(WHOLE, GAPPED)) is first


def test_a_month_without_limits_parts_the_band(app: Flask) -> None:
    points = list(TREND.points)
    points[4] = replace(points[4], share=None, lower=None, upper=None)
    with app.test_request_context():
        bands = [trace for trace in plotly_figure(replace(TREND, points=tuple(points)))["data"] if "fill" in trace]
    assert [trace["x"] for trace in bands] == [[0, 1, 2, 3], [5, 6, 7, 8, 9, 10, 11]]
    assert all(value is not None for trace in bands for value in trace["y"])
