"""flask procedures import-figures."""

from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from tests.factories import make_agency

HEADER = "agency,period_from,period_to,received_total,new_total,received_online,received_in_person_or_post,carried_over"


@pytest.fixture
def file(tmp_path: Path, session: object) -> Path:
    make_agency("so")
    return tmp_path / "figures.csv"


def test_a_line_for_each_failed_identity_and_success_all_the_same(cli: FlaskCliRunner, file: Path) -> None:
    file.write_text(f"{HEADER}\nso,2021-01-01,2021-03-31,150,139,55,70,11\nso,2021-04-01,2021-06-30,3,2,1,1,1\n")
    result = cli.invoke(args=["procedures", "import-figures", str(file)])
    assert result.exit_code == 0
    assert result.stdout == (
        "line 2: 2021-01-01 to 2021-03-31: new_total = received_online + received_in_person_or_post: "
        "139 against 125, difference 14\n"
    )
    assert result.stderr == "stored 2\n"


def test_refused_lines_are_named_and_nothing_is_stored(cli: FlaskCliRunner, file: Path) -> None:
    file.write_text(f"{HEADER}\nso,2021-01-01,2021-03-31,150,139,55,70,11\nnobody,2021-04-01,2021-06-30,3,2,1,1,1\n")
    result = cli.invoke(args=["procedures", "import-figures", str(file)])
    assert result.exit_code == 1
    assert "line 3" in result.stderr
    assert "nobody" in result.stderr
    assert "Traceback" not in result.output
