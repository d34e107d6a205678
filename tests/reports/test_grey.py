"""Printed without colour and 160 mm wide, the levels of a bar are told apart by grey or by hatching."""

import io
import re
from dataclasses import replace
from itertools import combinations, pairwise

from PIL import Image, ImageStat

from survey_app.reports.writers import WRITERS
from survey_app.reports.writers.office_chart import FILLS, HATCHINGS
from survey_app.reports.writers.pdf import TEMPLATE
from survey_app.reports.writers.xlsx_figures import HATCHINGS as SHEET_HATCHINGS
from tests.figures.charts import bar, stacked
from tests.reports.conftest import Make
from tests.reports.samples import panel

# 160 mm at 150 dots an inch.
WIDTH = 945
APART, PLAIN, HATCHED = 25, 6, 12
DARKEST = (11, 74, 87)


def printed(make_report: Make) -> tuple[Image.Image, Image.Image]:
    """One bar of five equal levels as a picture and as its print in grey."""
    levels = bar("a", "Tiếp cận", dict.fromkeys(range(1, 6), 20))
    png = WRITERS["png"].write(make_report(replace(panel(), chart=stacked(levels))))
    drawn = Image.open(io.BytesIO(png)).convert("RGB")
    drawn = drawn.resize((WIDTH, round(drawn.height * WIDTH / drawn.width)), Image.Resampling.LANCZOS)
    return drawn, drawn.convert("L")


def test_any_two_levels_differ_in_grey_or_in_hatching(make_report: Make) -> None:
    colour, grey = printed(make_report)
    left, top, right, bottom = box_of_the_bar(colour)
    seen = []
    for level in range(5):
        width = (right - left) / 5
        edge = left + level * width
        # Above the words in the middle of the bar.
        part = grey.crop((round(edge + width * 0.15), top + 3, round(edge + width * 0.85), top + (bottom - top) // 4))
        seen.append((ImageStat.Stat(part).mean[0], ImageStat.Stat(part).stddev[0]))
    for (mean, spread), (other_mean, other_spread) in combinations(seen, 2):
        one_is_hatched = min(spread, other_spread) < PLAIN and max(spread, other_spread) > HATCHED
        assert abs(mean - other_mean) > APART or one_is_hatched
    # Neighbours differ in grey alone, but for the hatched ones.
    assert all(abs(a[0] - b[0]) > APART for a, b in pairwise(seen))


def box_of_the_bar(picture: Image.Image) -> tuple[int, int, int, int]:
    """Where the bar lies: the rows with much of the best level, from its first level to its last."""
    pixels = picture.load()
    assert pixels is not None

    def is_darkest(x: int, y: int) -> bool:
        found = pixels[x, y]
        assert isinstance(found, tuple)
        return all(abs(a - b) < 12 for a, b in zip(found, DARKEST, strict=True))

    rows = [y for y in range(picture.height) if sum(is_darkest(x, y) for x in range(0, WIDTH, 4)) > 15]
    columns = [x for x in range(WIDTH) if is_darkest(x, rows[2])]
    first, last = min(columns), max(columns)
    return last - 5 * (last - first), rows[0], last, rows[-1]


def test_every_program_paints_a_level_alike() -> None:
    drawn = dict(re.findall(r'"(\d)": rgb\("#([0-9A-F]{6})"\)', TEMPLATE.with_name("chart.typ").read_text()))
    assert {str(level): fill for level, fill in FILLS.items()} == drawn
    assert set(HATCHINGS) == set(SHEET_HATCHINGS) == {1, 2}
