"""One number all the way: the form, the queue, the tallies, the panel, the page, the workbook's cell, the sentence."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from openpyxl import load_workbook

from config import ROOT

FILES = ROOT / "survey_app" / "demo" / "files"
PASSWORD = "một mật khẩu dài để thử"
HAPPY = {"access": "very_high", "transparency": "high", "staff": "very_high", "results": "satisfied"}
# Counts of the 2016 survey, as the published floors imply them.
COUNTS_2016 = {
    "access": {"very_low": 0, "low": 0, "average": 0, "high": 49, "very_high": 17},
    "transparency": {"very_low": 0, "low": 0, "average": 0, "high": 38, "very_high": 28},
    "staff": {"very_low": 0, "low": 0, "average": 0, "high": 26, "very_high": 40},
    "timeliness": {"late": 0, "on_time": 41, "early": 25},
    "results": {"very_dissatisfied": 0, "dissatisfied": 0, "neutral": 0, "satisfied": 30, "very_satisfied": 36},
}


def _run(cli: FlaskCliRunner, *args: str, **kwargs: str) -> str:
    result = cli.invoke(args=list(args), **kwargs)  # type: ignore[arg-type]
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def installation(cli: FlaskCliRunner) -> FlaskCliRunner:
    """An installation with one agency, two surveys and a leader."""
    _run(cli, "agencies", "create", "stttt", "--name", "Sở Thông tin và Truyền thông", "--tier", "department")
    for code in ("bentre-2016", "story"):
        title = f"Khảo sát {code}"
        _run(cli, "surveys", "create", code, "--questionnaire", "five-criteria", "--agency", "stttt", "--title", title)
    args = ("accounts", "create-user", "leader@example.vn", "--role", "leader", "--password-stdin")
    _run(cli, *args, input=PASSWORD + "\n")
    return cli


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]+)"', page)
    assert found, f"no hidden {name}"
    return found[1]


def _answer(app: Flask, **answers: str) -> str:
    """One citizen fills in the form on a phone of their own; returns the receipt."""
    phone = app.test_client()
    page = phone.get("/s/story").text
    hidden = {name: _hidden(page, name) for name in ("csrf_token", "response_id")}
    answer = phone.post("/s/story", data={**hidden, **answers})
    assert answer.status_code == 303, answer.text
    assert answer.location.endswith("/s/story/thanks")
    again = phone.post("/s/story", data={**hidden, **answers})
    receipt = re.compile(r"<strong>([0-9A-Z]{4}-[0-9A-Z]{4})</strong>")
    first, second = ("".join(receipt.findall(phone.get(a.location).text)) for a in (answer, again))
    assert first
    assert first == second
    return first


def _sign_in(client: FlaskClient) -> None:
    page = client.get("/sign-in").text
    form = {"csrf_token": _hidden(page, "csrf_token"), "email": "leader@example.vn", "password": PASSWORD}
    assert client.post("/sign-in", data=form).status_code == 303


def _cells(workbook: bytes) -> Iterator[list[object]]:
    for sheet in load_workbook(io.BytesIO(workbook)).worksheets:
        for row in sheet.iter_rows(values_only=True):
            yield [cell for cell in row if cell is not None]


def test_from_the_form_to_the_cell(installation: FlaskCliRunner, app: Flask, client: FlaskClient) -> None:
    receipts = {_answer(app, **HAPPY, timeliness="early" if i % 2 else "on_time") for i in range(30)}
    receipts |= {_answer(app, access="low", comment="Chờ lâu") for _ in range(6)}
    assert len(receipts) == 36
    _run(installation, "tallies", "fold")
    assert _run(installation, "tallies", "verify")

    panel = json.loads(_run(installation, "figures", "show", "distribution", "--survey", "story", "--format", "json"))
    access = next(row for row in panel["rows"] if row["question"] == "access")
    counts = {option["option"]: option["count"] for option in access["options"]}
    assert (access["n"], counts) == (36, {"very_low": 0, "low": 6, "average": 0, "high": 0, "very_high": 30})

    _sign_in(client)
    page = client.get("/dashboards/story?lang=en").text
    assert "n = 36" in page
    assert "83%" in page

    workbook = client.get("/reports/overview/story.xlsx?lang=en")
    assert workbook.status_code == 200
    rows = list(_cells(workbook.data))
    assert any(row[:1] == ["Access"] and {6, 30, 36} <= set(row) for row in rows), rows
    figures = list(csv.DictReader(io.StringIO(client.get("/reports/overview/story.csv").data.decode("utf-8-sig"))))
    assert {"question": "access", "option": "very_high", "count": "30", "n": "36"}.items() <= next(
        row for row in figures if (row["question"], row["option"]) == ("access", "very_high")
    ).items()
    text = _run(installation, "reports", "write", "overview", "--survey", "story", "--format", "txt")
    assert "rất cao đạt trên 83%" in text
    assert "6 trường hợp đánh giá thấp" in text


def test_an_answer_waits_until_five_of_its_agency_do(installation: FlaskCliRunner, app: Flask) -> None:
    def responses() -> int | None:
        shown = _run(installation, "figures", "show", "distribution", "--survey", "story", "--format", "json")
        return json.loads(shown)["rows"][0]["n"]  # type: ignore[no-any-return]

    for expected in (0, 0, 0, 0, 5):
        _answer(app, access="high")
        _run(installation, "tallies", "fold")
        assert responses() == expected


def test_the_survey_of_2016(installation: FlaskCliRunner, tmp_path: Path) -> None:
    """The second criterion of the first release, on the real file, in an installation without demonstration data."""
    args = ("responses", "import", str(FILES / "bentre-2016.csv"), "--survey", "bentre-2016")
    assert "read 66 stored 66 already 0 refused 0" in _run(installation, *args)
    assert "read 66 stored 0 already 66 refused 0" in _run(installation, *args)
    show = ("figures", "show", "distribution", "--survey", "bentre-2016", "--format", "json")
    panel = json.loads(_run(installation, *show))
    counts = {row["question"]: {o["option"]: o["count"] for o in row["options"]} for row in panel["rows"]}
    assert counts == COUNTS_2016
    assert {row["n"] for row in panel["rows"]} == {66}

    text = _run(installation, "reports", "write", "overview", "--survey", "bentre-2016", "--format", "txt")
    for words in (
        "cao đạt trên 74% và rất cao đạt trên 25%",
        "cao đạt trên 57% và rất cao đạt trên 42%",
        "cao đạt trên 39% và rất cao đạt trên 60%",
        "Sớm hơn giấy hẹn đạt trên 37% và Đúng hẹn đạt trên 62%",
        "Hài lòng đạt trên 45% và Rất hài lòng đạt trên 54%",
        "Không có trường hợp nào giải quyết TTHC trễ hẹn",
        "Không có trường hợp không hài lòng về kết quả giải quyết TTHC",
    ):
        assert words in text
    english = ("reports", "write", "overview", "--survey", "bentre-2016", "--format", "txt", "--language", "en")
    assert "over 74%" in _run(installation, *english)
    for extension in ("docx", "xlsx", "pdf", "png", "svg", "csv", "txt"):
        out = tmp_path / f"report.{extension}"
        write = ("reports", "write", "overview", "--survey", "bentre-2016", "--format", extension, "--out", str(out))
        _run(installation, *write)
        assert out.stat().st_size > 200
