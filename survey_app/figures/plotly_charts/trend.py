"""A share over time: points, centre line and limits, signals by shape, breaks with their marks."""

from collections.abc import Sequence
from html import escape
from itertools import groupby
from typing import Any

from survey_app.figures.charts import Point, Tick, Trend
from survey_app.figures.plotly_charts.frame import Drawing, annotation, axis, layout, thinned, upright
from survey_app.i18n import format_number

HEIGHT = 360
MOST_LABELS, MOST_LABELS_NARROW = 8, 4
RIGHT_MARGIN, RIGHT_MARGIN_NARROW = 150, 24


def draw(chart: Trend) -> Drawing:
    """Limits below, then the centre line, then what was measured."""
    traces = [*_limits(chart.points), *_centre(chart.points), *_measured(chart.points), *_published(chart.points)]
    ends = [annotation(1.01, line.value, line.text, xref="paper", xanchor="left") for line in chart.lines]
    breaks = _breaks(chart)
    ticks = [Tick(i, point.label) for i, point in enumerate(chart.points)]
    wide = {
        "xaxis": _times(ticks, MOST_LABELS),
        "yaxis": axis(chart.axis),
        "shapes": [upright(place, dash="dot") for place, _mark in breaks],
        "annotations": [*ends, *(_mark(place, mark) for place, mark in breaks)],
        "margin": {"l": 8, "r": RIGHT_MARGIN if ends else RIGHT_MARGIN_NARROW, "t": 24, "b": 36},
    }
    narrow = {
        "xaxis": _times(ticks, MOST_LABELS_NARROW),
        "annotations": [_mark(place, mark) for place, mark in breaks],
        "margin": {"l": 8, "r": RIGHT_MARGIN_NARROW, "t": 24, "b": 36},
    }
    return Drawing(traces, layout(**wide, narrow=narrow), HEIGHT)


def _times(ticks: Sequence[Tick], most: int) -> dict[str, Any]:
    shown = thinned(ticks, most)
    return {
        "range": [-0.6, len(ticks) - 0.4],
        "tickvals": [tick.value for tick in shown],
        "ticktext": [escape(tick.text) for tick in shown],
        "tickfont": {"color": "var(--muted)", "size": 13},
        "tickangle": 0,
        "showgrid": False,
        "zeroline": False,
        "automargin": True,
    }


def _limits(points: Sequence[Point]) -> list[dict[str, Any]]:
    line = {"color": "var(--muted)", "width": 1, "dash": "dash", "shape": "hvh"}
    fill = {"fill": "tonexty", "fillcolor": "var(--brand-tint)"}
    traces = []
    # Plotly fills across a gap: every stretch without one is a band of its own.
    for limited, run in groupby(enumerate(points), key=lambda each: each[1].lower is not None):
        if limited:
            places = list(run)
            start, within = places[0][0], [point for _i, point in places]
            lower = _line([point.lower for point in within], line, start)
            traces += [lower, _line([point.upper for point in within], line, start) | fill]
    return traces


def _centre(points: Sequence[Point]) -> list[dict[str, Any]]:
    if all(point.centre is None for point in points):
        return []
    return [_line([point.centre for point in points], {"color": "var(--muted)", "width": 1.5, "shape": "hvh"})]


def _line(values: Sequence[float | None], line: dict[str, Any], start: int = 0) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(range(start, start + len(values))),
        "y": list(values),
        "line": line,
        "hoverinfo": "skip",
        "connectgaps": False,
    }


def _measured(points: Sequence[Point]) -> list[dict[str, Any]]:
    shown = [(i, None if point.published else point.share, point) for i, point in enumerate(points)]
    if all(share is None for _i, share, _point in shown):
        return []
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines+markers+text",
        "x": [i for i, _share, _point in shown],
        "y": [share for _i, share, _point in shown],
        "line": {"color": "var(--l5)", "width": 2},
        "marker": {
            "color": [_colour(point) for point in points],
            "symbol": [_symbol(point) for point in points],
            "size": [13 if point.signal else 7 for point in points],
            "line": {"color": "var(--ink)", "width": [1 if point.signal else 0 for point in points]},
        },
        "text": [escape(point.text) if point.labelled else "" for point in points],
        "textposition": [_above(point) for point in points],
        "textfont": {"color": "var(--ink)", "size": 14},
        "hovertext": [_hover(point) for point in points],
        "hoverinfo": "text",
        "connectgaps": False,
        "cliponaxis": False,
    }
    if all(point.lower is None for point in points):
        trace["error_y"] = _intervals(points)
    return [trace]


def _published(points: Sequence[Point]) -> list[dict[str, Any]]:
    """Published values: hollow, apart from the line, without an interval; what a floor leaves open is hatched."""
    shown = [(i, point) for i, point in enumerate(points) if point.published and point.share is not None]
    if not shown:
        return []
    floors = [(i, point.share, point.until) for i, point in shown if point.until is not None]
    marker = {"symbol": "circle-open", "size": 11, "color": "var(--ink)", "line": {"width": 2}}
    return [
        *([_left_open(floors)] if floors else []),
        {
            "type": "scatter",
            "mode": "markers+text",
            "x": [i for i, _point in shown],
            "y": [point.share for _i, point in shown],
            "marker": marker,
            "text": [escape(point.text) for _i, point in shown],
            "textposition": "top center",
            "hovertext": [_hover(point) for _i, point in shown],
            "hoverinfo": "text",
            "cliponaxis": False,
        },
    ]


def _left_open(floors: Sequence[tuple[int, float | None, float]]) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": [i for i, _share, _until in floors],
        "base": [share for _i, share, _until in floors],
        "y": [round(until - (share or 0.0), 6) for _i, share, until in floors],
        "width": 0.5,
        "marker": {
            "color": "var(--surface)",
            "line": {"color": "var(--ink)", "width": 1},
            "pattern": {"shape": "/", "fgcolor": "var(--ink)", "size": 5, "solidity": 0.3},
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _intervals(points: Sequence[Point]) -> dict[str, Any]:
    ends = [(p.high - p.share, p.share - p.low) if _has_interval(p) else (0, 0) for p in points]  # type: ignore[operator]
    return {
        "type": "data",
        "symmetric": False,
        "array": [up for up, _down in ends],
        "arrayminus": [down for _up, down in ends],
        "color": "var(--edge)",
        "thickness": 1.5,
        "width": 0,
    }


def _has_interval(point: Point) -> bool:
    return None not in (point.low, point.high, point.share) and not point.published


def _above(point: Point) -> str:
    low = point.centre is not None and point.share is not None and point.share < point.centre
    return "bottom center" if low else "top center"


def _colour(point: Point) -> str:
    if not point.signal:
        return "var(--l5)"
    return "var(--l4)" if point.better else "var(--l2)"


def _symbol(point: Point) -> str:
    if not point.signal:
        return "circle"
    return "triangle-up" if point.better else "triangle-down"


def _hover(point: Point) -> str:
    size = f" (n = {format_number(point.n)})" if point.n is not None else ""
    note = f"<br>{escape(point.note)}" if point.note else ""
    return f"{escape(point.label)}: {escape(point.text)}{size}{note}"


def _breaks(chart: Trend) -> list[tuple[float, str]]:
    places = {point.key: i for i, point in enumerate(chart.points)}
    return [(places[line.before] - 0.5, line.mark) for line in chart.breaks if line.before in places]


def _mark(place: float, mark: str) -> dict[str, Any]:
    return annotation(place, 1, mark, yref="paper", yanchor="bottom")
