"""One example of every kind of chart, for the tests of what draws them."""

from survey_app.figures.charts import (
    Axis,
    Bar,
    Break,
    Chart,
    Column,
    Columns,
    Funnel,
    FunnelLimit,
    FunnelPoint,
    IntervalRow,
    Intervals,
    LegendItem,
    Point,
    ScaleGroup,
    Segment,
    StackedBars,
    Tick,
    Trend,
)

LEGEND = tuple(
    LegendItem(level, label)
    for level, label in enumerate(("Rất thấp", "Thấp", "Trung bình", "Cao", "Rất cao"), start=1)
)
SHARES = Axis(0, 1, (Tick(0, "0%"), Tick(0.5, "50%"), Tick(1, "100%")))


def bar(key: str, label: str, counts: dict[int, int], note: str = "") -> Bar:
    segments = (Segment(f"o{i}", LEGEND[i - 1].label, i, c, c / 100, f"{c}%") for i, c in counts.items())
    return Bar(key, label, 100, note, tuple(segments))


def stacked(*bars: Bar, diverging: bool = False) -> StackedBars:
    return StackedBars("Title", "Subtitle", "Finding", (ScaleGroup("LEVEL5", LEGEND, bars, diverging),))


WHOLE = bar("access", "Tiếp cận dịch vụ <b>", {1: 5, 2: 5, 3: 10, 4: 50, 5: 30})
TREND = Trend(
    "Tháng 12 cao hơn mức dao động thường thấy",
    "Tỷ lệ “rất hài lòng”, % theo tháng",
    "Finding",
    (
        *(
            Point(f"2016-{m:02}", f"{m:02}/2016", 210, 0.74 + m % 3 / 100, 0.68, 0.8, "75%", 0.749, 0.659, 0.839)
            for m in range(1, 12)
        ),
        Point("2016-12", "12/2016", 210, 0.862, 0.81, 0.9, "86,2%", 0.749, 0.659, 0.839, "outside", labelled=True),
    ),
    Axis(0.6, 0.9, (Tick(0.6, "60%"), Tick(0.7, "70%"), Tick(0.8, "80%"), Tick(0.9, "90%"))),
    (Tick(0.839, "Giới hạn trên 83,9%"), Tick(0.749, "Trung bình 74,9%"), Tick(0.659, "Giới hạn dưới 65,9%")),
    (Break("2016-07", "(1)", "Sáp nhập cơ quan <b>"),),
)
INTERVALS = Intervals(
    "Hai cơ quan khác mức chung",
    "Tỷ lệ “rất hài lòng”, %",
    "Finding",
    (
        IntervalRow("a", "Sở A <b>", 412, 0.842, 0.80, 0.87, "84%", "above"),
        IntervalRow("b", "Sở B", 263, 0.79, 0.74, 0.83, "79%"),
        IntervalRow("g", "Huyện G", 356, 0.663, 0.61, 0.71, "66%", "below"),
        IntervalRow("h", "Sở H", 21, None, None, None, "", "few", "Chưa đủ 30 phiếu"),
    ),
    Axis(0.5, 0.9, (Tick(0.5, "50%"), Tick(0.7, "70%"), Tick(0.9, "90%"))),
    Tick(0.761, "Chung 76%"),
)
FUNNEL = Funnel(
    "Hai cơ quan nằm ngoài phễu",
    "Tỷ lệ “rất hài lòng”, %",
    "Finding",
    (
        FunnelPoint("a", "Sở A <b>", 412, 0.842, "84%", "above"),
        FunnelPoint("b", "Sở B", 263, 0.79, "79%"),
        FunnelPoint("g", "Huyện G", 356, 0.663, "66%", "below"),
    ),
    Tick(0.761, "Chung 76%"),
    tuple(FunnelLimit(n, 0.76 - 6 / n, 0.76 - 4 / n, 0.76 + 4 / n, 0.76 + 6 / n) for n in (30, 100, 200, 450)),
    Axis(0, 450, (Tick(0, "0"), Tick(200, "200"), Tick(400, "400")), "Số phiếu"),
    SHARES,
)
COLUMNS = Columns(
    "Lý do chưa hài lòng",
    "Số lượt chọn",
    "Finding",
    (Column("wait", "Phải chờ lâu <b>", 12, "12"), Column("rude", "Thái độ", None, "", "đã ẩn")),
    Axis(0, 15, (Tick(0, "0"), Tick(15, "15"))),
)
EXAMPLES: tuple[Chart, ...] = (stacked(WHOLE), stacked(WHOLE, diverging=True), TREND, INTERVALS, FUNNEL, COLUMNS)
