"""The committed assets: they fit their budgets, belong together and break no rule of the content security policy."""

import gzip
import re
from pathlib import Path

import pytest
from plotly.offline import get_plotlyjs_version

APP = Path(__file__).parents[1] / "survey_app"
STATIC = APP / "static"
TEMPLATES = sorted(APP.rglob("templates/**/*.html"))


def test_plotly_js_is_the_version_that_the_python_package_writes_for() -> None:
    start = (STATIC / "vendor/plotly-basic.min.js").read_text(encoding="utf-8")[:200]
    assert f"v{get_plotlyjs_version()}\n" in start


def test_what_a_citizen_loads_beside_the_page_fits() -> None:
    sheet = (STATIC / "css/citizen.css").read_bytes()
    # A font with a range is fetched only by a page on which one of its letters stands.
    faces = [face for face in re.findall(r"@font-face{[^}]+}", sheet.decode()) if "unicode-range" not in face]
    fonts = [STATIC / "css" / address for face in faces for address in re.findall(r"url\(([^)]+)\)", face)]
    assert len(fonts) == 2
    assert sum(font.stat().st_size for font in fonts) <= 20_500
    assert len(gzip.compress(sheet)) <= 3_000


def test_scripts_for_citizens_are_small() -> None:
    assert (STATIC / "js/form.js").stat().st_size <= 8_000
    modules = list((APP / "collect/static").glob("*.js"))
    assert len(modules) > 10
    assert sum(len(gzip.compress(module.read_bytes())) for module in modules) <= 20_000


@pytest.mark.parametrize("sheet", sorted(STATIC.glob("css/*.css")), ids=lambda sheet: sheet.name)
def test_style_sheets_name_only_files_that_exist(sheet: Path) -> None:
    addresses = re.findall(r"url\((?!\"data:)([^)]+)\)", sheet.read_text(encoding="utf-8"))
    assert addresses
    assert [address for address in addresses if not (sheet.parent / address).exists()] == []


@pytest.mark.parametrize("folder", ["static/fonts", "static/vendor", "fonts"])
def test_fonts_and_vendored_scripts_stand_beside_their_licences(folder: str) -> None:
    assert [file for file in (APP / folder).iterdir() if file.name.endswith(("OFL.txt", "LICENSE.txt"))]


def test_every_icon_that_a_template_asks_for_is_drawn() -> None:
    drawn = set(re.findall(r'symbol id="icon-([a-z]+)"', (APP / "templates/components/icons.html").read_text()))
    texts = [template.read_text(encoding="utf-8") for template in TEMPLATES]
    asked = {name for text in texts for name in re.findall(r'(?:\bicon\("|\bicon="|#icon-)([a-z]+)', text)}
    assert asked
    assert asked <= drawn


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: str(template.relative_to(APP)))
def test_templates_hold_no_inline_style_or_script(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style|javascript:", text)
    assert not re.search(r"<script(?![^>]*(?:\ssrc=|application/json))", text)
