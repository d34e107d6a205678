from survey_app.dashboards.cells import legend
from survey_app.dashboards.frames import filled
from survey_app.figures.charts import Bar, LegendItem, ScaleGroup, Segment, StackedBars
from survey_app.figures.tables import Table

SCALE = (LegendItem(1, "Low"), LegendItem(4, "High"), LegendItem(5, "Very high"))


def bars(*shares: tuple[str, int, float]) -> StackedBars:
    segments = tuple(Segment(label, label, level, 1, share, "") for label, level, share in shares)
    return StackedBars("", "", "", (ScaleGroup("s", SCALE, (Bar("q", "Q", 100, "", segments),)),))


def test_columns_in_which_nothing_is_told_are_left_out() -> None:
    columns = (("Month", False), ("n", True), ("Low", True), ("Share", True), ("Note", False))
    rows = (("1/2026", None, None, "", "few"), ("2/2026", None, None, "5%", ""))
    kept = filled(Table(columns, rows, ("a", "b")))
    assert [label for label, _figures in kept.columns] == ["Month", "n", "Share", "Note"]
    assert kept.rows == (("1/2026", None, "", "few"), ("2/2026", None, "5%", ""))
    assert kept.keys == ("a", "b")


def test_the_legend_names_the_gap_for_what_is_hidden() -> None:
    assert legend(bars(("High", 4, 0.5), ("Very high", 5, 0.3)))[-1][0] == 0
    whole = bars(("Low", 1, 0.1), ("High", 4, 0.2), ("Very high", 5, 0.7))
    assert [level for level, _words in legend(whole)] == [1, 4, 5]
