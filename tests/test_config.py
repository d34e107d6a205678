"""A wrong setting stops the start with one clear line that names it."""

import os
import subprocess
import sys

import pytest

from config import ROOT, SettingsError, load_settings

SECRET = "k3y-" + "abcdefghij" * 4
PRODUCTION = {"SURVEY_ENV": "production", "SURVEY_SECRET_KEY": SECRET, "SURVEY_BASE_URL": "https://khaosat.example.vn"}


def test_defaults_are_those_of_the_documentation() -> None:
    settings = load_settings({"SURVEY_SECRET_KEY": SECRET, "SURVEY_DATABASE_URL": "sqlite:///x.db"})
    assert (settings.env, settings.default_locale, str(settings.timezone)) == ("development", "vi", "Asia/Ho_Chi_Minh")
    assert (settings.min_cell, settings.release_batch, settings.address_limit) == (5, 5, 1200)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SURVEY_ENV", "staging"),
        ("SURVEY_MIN_CELL", "2"),
        ("SURVEY_MIN_CELL_PUBLIC", "2"),
        ("SURVEY_MIN_CELL", "five"),
        ("SURVEY_MIN_CELL", "²"),
        ("SURVEY_RELEASE_BATCH", "0"),
        ("SURVEY_ADDRESS_LIMIT", "-1"),
        ("SURVEY_TIMEZONE", "Hanoi"),
        ("SURVEY_TIMEZONE", "../etc/passwd"),
        ("SURVEY_DEFAULT_LOCALE", "km"),
        ("SURVEY_DATABASE_URL", "mysql://x"),
        ("SURVEY_BASE_URL", "khaosat.example.vn"),
        ("SURVEY_BASE_URL", "https://a.example/path"),
        ("SURVEY_SECRET_KEY", "short"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as raised:
        load_settings({"SURVEY_SECRET_KEY": SECRET, name: value})
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("missing", ["SURVEY_SECRET_KEY", "SURVEY_BASE_URL"])
def test_production_needs_what_it_needs(missing: str) -> None:
    with pytest.raises(SettingsError, match=missing):
        load_settings({key: value for key, value in PRODUCTION.items() if key != missing})


def test_production_refuses_debug_and_a_monotonous_key() -> None:
    with pytest.raises(SettingsError, match="FLASK_DEBUG"):
        load_settings({**PRODUCTION, "FLASK_DEBUG": "1"})
    with pytest.raises(SettingsError, match="SURVEY_SECRET_KEY"):
        load_settings({**PRODUCTION, "SURVEY_SECRET_KEY": "a" * 40})


def test_postgresql_addresses_get_the_driver() -> None:
    url = load_settings({"SURVEY_SECRET_KEY": SECRET, "SURVEY_DATABASE_URL": "postgresql://u@h/d"}).database_url
    assert url == "postgresql+psycopg://u@h/d"


def test_importing_wsgi_stops_with_at_most_three_lines() -> None:
    environ = {**os.environ, "SURVEY_ENV": "production", "SURVEY_BASE_URL": "https://khaosat.example.vn"}
    environ.pop("SURVEY_SECRET_KEY", None)
    done = subprocess.run([sys.executable, "-c", "import wsgi"], cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode != 0
    assert "SURVEY_SECRET_KEY" in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 3
