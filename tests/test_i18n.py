"""Numbers and dates as Vietnamese documents write them, and the reader's language."""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from babel.numbers import format_decimal
from flask import Flask

from config import LOCALES
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

    def test_numbers_are_written_as_babel_writes_them(self, app: Flask) -> None:
        with app.test_request_context("/"):
            for tag, decimals, value in product(LOCALES, range(3), (0, 7, 999.5, 1000, -1, -0.04, 12345678.125, 1e15)):
                with i18n.in_language(tag):
                    rounded = i18n.round_half_up(value, decimals)
                    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
                    expected = format_decimal(rounded, format=pattern, locale=tag)
                    assert i18n.format_number(value, decimals) == expected

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
