from collections.abc import Callable
from pathlib import Path

import pytest

from survey_app.db import transaction
from survey_app.errors import Invalid
from survey_app.figures.actions import Imported, import_published
from survey_app.figures.queries import published_figures
from survey_app.surveys.models import Survey
from tests.factories import make_survey
from tests.figures.examples import PUBLISHED

HEADER = "question,option,value_percent,qualifier\n"
Load = Callable[[str], Imported]


@pytest.fixture
def survey(session: object) -> Survey:
    return make_survey()


@pytest.fixture
def load(survey: Survey, tmp_path: Path) -> Load:
    def import_text(text: str | bytes) -> Imported:
        path = tmp_path / "published.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        with transaction():
            return import_published(path, survey)

    return import_text


def values(survey: Survey) -> dict[tuple[str, str], tuple[float, str]]:
    return {(f.question, f.option): (float(f.value), f.qualifier) for f in published_figures(survey_id=survey.id)}


def test_published_figures_of_2016(load: Load, survey: Survey) -> None:
    assert load(PUBLISHED) == Imported(read=12, stored=12, known=0)
    assert len(values(survey)) == 12
    assert values(survey)["access", "high"] == (74, "floor")
    assert values(survey)["timeliness", "late"] == (0, "exact")


def test_the_same_file_again_changes_nothing(load: Load, survey: Survey) -> None:
    load(PUBLISHED)
    before = values(survey)
    assert load(PUBLISHED) == Imported(read=12, stored=0, known=12)
    assert values(survey) == before


def test_a_corrected_value_replaces_the_old_one(load: Load, survey: Survey) -> None:
    load(PUBLISHED)
    assert load(HEADER + "access,high,74.5,rounded\n") == Imported(1, 1, 0)
    assert values(survey)["access", "high"] == (74.5, "rounded")
    assert len(values(survey)) == 12


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + HEADER + "access,high,74,floor\n",
        "option,qualifier,value_percent,question\r\nhigh,floor,74,access\r\n",
        HEADER + '"access"," high ","74,0",floor\n\n',
    ],
)
def test_ways_to_write_the_same_file(load: Load, survey: Survey, text: str) -> None:
    assert load(text).stored == 1
    assert values(survey) == {("access", "high"): (74, "floor")}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("weather,high,74,floor", "question"),
        ("access,excellent,74,floor", "option"),
        ("access,no_opinion,74,floor", "option"),
        ("access,high,101,floor", "value"),
        ("access,high,-1,floor", "value"),
        ("access,high,7e1,floor", "value"),
        ("access,high,NaN,floor", "value"),
        ("access,high,,floor", "value"),
        ("access,high,74,over", "qualifier"),
        ("access,high,74", "cells"),
        ("access,high,74,floor,extra", "cells"),
        ("access,very_high,25,floor", "repeated"),
    ],
)
def test_a_wrong_line_refuses_the_file(load: Load, survey: Survey, line: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        load(HEADER + "access,very_high,25,floor\n" + line + "\n")
    assert [(problem.where, problem.code) for problem in caught.value.errors] == [("line 3", code)]
    assert values(survey) == {}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "columns"),
        (b"question,option,value_percent\n", "columns"),
        (b"question,option,value_percent,qualifier,note\n", "columns"),
        (b"question,criterion,option,value_percent,qualifier\n", "columns"),
        ("question,option,value_percent,qualifier\nTi\u1ebfp,high,74,floor\n".encode("utf-16"), "encoding"),
        (b'question,option,value_percent,qualifier\n"access,high,74,floor\n', "csv"),
        (b"x" * (1024 * 1024 + 1), "size"),
    ],
)
def test_a_file_of_another_kind_is_refused_whole(
    load: Callable[[bytes], Imported], survey: Survey, content: bytes, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        load(content)
    assert [(problem.where, problem.code) for problem in caught.value.errors] == [("file", code)]
