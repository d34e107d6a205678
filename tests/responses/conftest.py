"""Importing a file the way an operator does."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from survey_app.db import db

HEADER = "answered_on,access,transparency,staff,timeliness,results"
LINE = "2016-01-07,high,very_high,high,early,satisfied"


@dataclass(frozen=True)
class Imported:
    """`counts` = (read, stored, already, refused), None where the whole file was refused."""

    exit_code: int
    counts: tuple[int, ...] | None
    refusals: list[str]
    error: str


Importing = Callable[..., Imported]


@pytest.fixture
def importing(cli: FlaskCliRunner, tmp_path: Path) -> Importing:
    """`importing("header\\nline\\n", "--survey", "s")`: text (as UTF-8), bytes or a path."""

    def run(content: str | bytes | Path, *options: str, name: str = "file.csv") -> Imported:
        path = content if isinstance(content, Path) else tmp_path / name
        if not isinstance(content, Path):
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        db.session.commit()
        result = cli.invoke(args=["responses", "import", str(path), *options])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        first, *others = result.stdout.splitlines() or [""]
        found = re.fullmatch(r"read (\d+) stored (\d+) already (\d+) refused (\d+)", first)
        db.session.expire_all()
        return Imported(result.exit_code, tuple(map(int, found.groups())) if found else None, others, result.stderr)

    return run
