"""Numbers and dates as Vietnamese documents write them, and the reader's language."""

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from survey_app import i18n


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestFormats:
    @pytest.mark.parametrize(
        ("value", "decimals", "vi", "en"),
        [
            (1234567.89, 2, "1.234.567,89", "1,234,567.89"),
            (2.5, 0, "3", "3"),
            (Decimal("0.125"), 2, "0,13", "0.13"),
            (-1.25, 1, "-1,3", "-1.3"),
            (0, 1, "0,0", "0.0"),
        ],
    )
    def test_numbers(self, app: Flask, value: float, decimals: int, vi: str, en: str) -> None:
        with app.test_request_context("/"):
            assert i18n.format_number(value, decimals) == vi
        with app.test_request_context("/?lang=en"):
            assert i18n.format_number(value, decimals) == en

    def test_percent_has_no_space_and_rounds_half_up(self, app: Flask) -> None:
        with app.test_request_context("/"):
            assert i18n.format_percent(0.7425, 1) == "74,3%"
            assert i18n.format_percent(0.745) == "75%"

    def test_days_are_written_alike_in_every_language(self, app: Flask) -> None:
        with app.test_request_context("/?lang=en"):
            assert i18n.format_day(date(2026, 2, 5)) == "05/02/2026"

    def test_texts_fall_back(self, app: Flask) -> None:
        with app.test_request_context("/?lang=en"):
            assert i18n.localized({"vi": "Cao", "en": "High"}) == "High"
            assert i18n.localized({"vi": "Cao"}) == "Cao"
            assert i18n.text_language({"km": "x"}) == "km"
            assert i18n.localized({}) == ""

    def test_the_language_is_remembered(self, app: Flask) -> None:
        client = app.test_client()
        answer = client.get("/robots.txt?lang=en")
        assert "lang=en" in answer.headers["Set-Cookie"]
        assert client.get("/robots.txt").headers["Content-Language"] == "en"
        assert client.get("/robots.txt?lang=xx").headers["Content-Language"] == "en"
        assert app.test_client().get("/robots.txt").headers["Content-Language"] == "vi"
