import io
from pathlib import Path

import pytest
from docx import Document
from flask.testing import FlaskCliRunner

from survey_app.reports.writers import WRITERS
from tests.figures.examples import BENTRE, counted_survey

# What reads the database is tested on both kinds in test_report.py.
pytestmark = [
    pytest.mark.usefixtures("session"),
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
]
WRITE = ["reports", "write", "overview", "--survey", "bentre"]


def test_the_text_goes_to_standard_output(cli: FlaskCliRunner) -> None:
    counted_survey(BENTRE, code="bentre")
    result = cli.invoke(args=[*WRITE, "--date", "2017-01-05", "--number", "7"])
    assert result.exit_code == 0
    assert "cao đạt trên 74% và rất cao đạt trên 25%." in result.stdout
    assert "07/BC-…" in result.stdout
    assert "05 tháng 01 năm 2017" in result.stdout


@pytest.mark.parametrize("extension", WRITERS)
def test_every_format_goes_to_a_file(cli: FlaskCliRunner, tmp_path: Path, extension: str) -> None:
    counted_survey(BENTRE, code="bentre")
    path = tmp_path / f"report.{extension}"
    result = cli.invoke(args=[*WRITE, "--format", extension, "--out", str(path), "--language", "en"])
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert path.stat().st_size > 500
    if extension == "docx":
        text = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(path.read_bytes())).paragraphs)
        assert "Access: over 74% rated high and over 25% very high." in text


def test_filters_narrow_the_report(cli: FlaskCliRunner) -> None:
    survey = counted_survey(BENTRE, code="bentre", answered_on="2016-05-10")
    narrow = ["--from", "2016-06-01", "--to", "2016-06-30", "--agency", survey.agency.code, "--channel", "web"]
    result = cli.invoke(args=[*WRITE, *narrow])
    assert "Chưa có dữ liệu khảo sát trong kỳ." in result.stdout
    assert "30/06/2016" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["weather", "--survey", "bentre"], "overview"),
        (["overview", "--survey", "nowhere"], "nowhere"),
        (["overview", "--survey", "bentre", "--format", "odt"], "docx, pptx, xlsx, pdf, csv, png, svg, txt"),
        (["overview", "--survey", "bentre", "--language", "fr"], "vi, en"),
        (["overview", "--survey", "bentre", "--from", "yesterday"], "yesterday"),
        (["overview", "--survey", "bentre", "--agency", "elsewhere"], "elsewhere"),
        (["overview", "--survey", "bentre", "--format", "pdf"], "--out"),
        (["overview", "--survey", "bentre", "--out", "/no/such/folder/x.txt"], "/no/such/folder/x.txt"),
    ],
)
def test_what_cannot_be_written_is_one_line_and_exit_1(cli: FlaskCliRunner, arguments: list[str], said: str) -> None:
    counted_survey(BENTRE, code="bentre")
    result = cli.invoke(args=["reports", "write", *arguments])
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
