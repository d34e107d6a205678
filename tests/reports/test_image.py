"""Pictures of charts: their size, their resolution, their words, and a zip where there are several."""

import io
import struct
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from survey_app.errors import NotFound
from survey_app.i18n import in_language
from survey_app.reports.writers import WRITERS
from survey_app.reports.writers.image import foot_of
from tests.reports.conftest import Make
from tests.reports.samples import ACCENTED, chart, panel

SVG = "{http://www.w3.org/2000/svg}"


def test_a_png_is_160_by_90_millimetres_at_300_dpi(make_report: Make) -> None:
    png = WRITERS["png"].write(make_report())
    assert struct.unpack(">II", png[16:24]) == (1890, 1063)
    at = png.index(b"pHYs")
    across, down, unit = struct.unpack(">IIB", png[at + 4 : at + 13])
    assert (across, down, unit) == (11811, 11811, 1)
    assert at < png.index(b"IDAT")


def test_an_svg_has_its_size_and_its_words(make_report: Make) -> None:
    root = ElementTree.fromstring(WRITERS["svg"].write(make_report(panel(title=f'{ACCENTED} <&> "x"'))))
    assert (root.get("width"), root.get("height"), root.get("role")) == ("160mm", "90mm", "img")
    assert root.find(f"{SVG}title").text == "Phân bố mức đánh giá theo tiêu chí"  # type: ignore[union-attr]
    assert "Thái độ phục vụ" in root.find(f"{SVG}desc").text  # type: ignore[operator, union-attr]


def test_several_charts_are_a_zip(make_report: Make) -> None:
    report = make_report(panel(), panel())
    for extension, start in (("png", b"\x89PNG"), ("svg", b"<svg")):
        assert WRITERS[extension].several(report)
        archive = zipfile.ZipFile(io.BytesIO(WRITERS[extension].write(report)))
        assert archive.namelist() == [f"01.{extension}", f"02.{extension}"]
        assert all(archive.read(name).startswith(start) for name in archive.namelist())
    assert not WRITERS["png"].several(make_report())


def test_many_questions_are_several_pictures_of_the_same_size(make_report: Make) -> None:
    many = panel()
    report = make_report(replace(many, chart=chart(many.rows * 4)))
    archive = zipfile.ZipFile(io.BytesIO(WRITERS["png"].write(report)))
    sizes = {struct.unpack(">II", archive.read(name)[16:24]) for name in archive.namelist()}
    assert len(archive.namelist()) > 1
    assert sizes == {(1890, 1063)}


def test_long_words_still_fit_on_one_picture(make_report: Make) -> None:
    long = panel()
    assert long.chart is not None
    group = long.chart.groups[0]
    bars = tuple(replace(bar, label="Mức độ công khai đầy đủ, minh bạch các quy định " * 4) for bar in group.bars)
    drawn = replace(long.chart, groups=(replace(group, bars=bars),), subtitle="Tỷ lệ phần trăm lượt trả lời " * 12)
    png = WRITERS["png"].write(make_report(replace(long, chart=drawn)))
    assert struct.unpack(">II", png[16:24]) == (1890, 1063)


def test_a_report_without_chart_has_no_picture(make_report: Make) -> None:
    with pytest.raises(NotFound):
        WRITERS["png"].write(make_report(replace(panel(), chart=None)))


def test_a_picture_carries_source_rate_method_link_and_code(make_report: Make) -> None:
    live = "https://example.vn/dashboards/bentre-2016?from=2016-01-01&to=2016-12-31"
    report = replace(make_report(), response_rate="Tỷ lệ phản hồi: 15%.", live=live)
    with in_language("vi"):
        foot, without = foot_of(report, report.panels[0]), foot_of(make_report(), report.panels[0])
    assert foot.source == f"{report.source} Tỷ lệ phản hồi: 15%."
    assert "n = 66; từ 01/01/2016 đến 31/12/2016" in foot.source
    assert foot.method == (f"Phương pháp: https://example.vn/method#distribution · Số liệu hiện tại: {live}")
    assert (without.method, without.qr) == ("Phương pháp: /method#distribution", "")
    codes = [WRITERS["svg"].write(each).count(b"data:image/svg+xml") for each in (report, make_report())]
    assert codes == [1, 0]
