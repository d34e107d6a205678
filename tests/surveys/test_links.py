import io

import pytest
from flask import Flask
from lxml import etree
from PIL import Image

from survey_app.surveys.links import form_url, qr_png, qr_svg
from survey_app.surveys.models import Survey

one_kind = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
DEMO = Survey(code="demo")


@one_kind
def test_on_the_command_line_the_link_is_the_local_servers(app: Flask) -> None:
    with app.app_context():
        assert form_url(DEMO) == "http://127.0.0.1:8000/s/demo"


@one_kind
def test_in_a_request_the_link_is_on_the_same_host(app: Flask) -> None:
    with app.test_request_context("/manage/surveys", base_url="http://survey.example"):
        assert form_url(DEMO, "A.1/ñ") == "http://survey.example/s/demo?qr=A.1%2F%C3%B1"


def test_a_qr_code_as_svg() -> None:
    root = etree.fromstring(qr_svg("http://survey.example/s/demo?qr=a&b"))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("viewBox") is not None
    assert "style" not in {attribute for element in root.iter() for attribute in element.attrib}


def test_a_qr_code_as_png_is_black_on_white_with_a_quiet_zone() -> None:
    picture = Image.open(io.BytesIO(qr_png("http://survey.example/s/demo"))).convert("L")
    width, height = picture.size
    assert width == height
    assert {picture.getpixel((x, y)) for x in range(width) for y in (0, 79, height - 1)} == {255}
    assert picture.getpixel((85, 85)) == 0


def test_another_address_is_another_code() -> None:
    assert qr_svg("http://survey.example/s/a") != qr_svg("http://survey.example/s/b")
