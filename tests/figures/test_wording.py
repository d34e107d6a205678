from decimal import Decimal

import pytest
from flask import Flask

from survey_app.figures.wording import channel_text, interval_text, period_text, published_text, share_texts
from survey_app.i18n import in_language
from survey_app.surveys.rules import CHANNELS
from tests.factories import day

pytestmark = [
    pytest.mark.usefixtures("session"),
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
]


@pytest.mark.parametrize(
    ("counts", "texts"),
    [
        ([0, 0, 0, 49, 17], ["0%", "0%", "0%", "74%", "26%"]),
        ([1, 0, 998], ["<1%", "0%", ">99%"]),
        ([13, 5987], ["0,2%", "99,8%"]),
        ([5, 11000], ["<0,1%", ">99,9%"]),
        ([0, 2000], ["0%", "100%"]),
        ([0, 0], ["0%", "0%"]),
    ],
)
def test_shares_as_shown(app: Flask, counts: list[int], texts: list[str]) -> None:
    with in_language("vi"):
        assert list(share_texts(counts)) == texts


def test_the_decimal_sign_is_the_reader_s() -> None:
    with in_language("en"):
        assert share_texts([13, 5987])[0] == "0.2%"
        assert interval_text(0.1234, 0.2, 1000) == "12.3%–20.0%"
    with in_language("vi"):
        assert interval_text(0.1234, 0.2, 1000) == "12,3%–20,0%"
        assert interval_text(0.1234, 0.2, 999) == "12%–20%"
    assert interval_text(None, None, 66) == ""


@pytest.mark.parametrize(("value", "number"), [("74.000", "74%"), ("74.50", "74.5%"), ("100", "100%"), ("0", "0%")])
def test_published_values_keep_how_they_were_cut(value: str, number: str) -> None:
    with in_language("en"):
        assert published_text(Decimal(value), "exact") == number
        said = {published_text(Decimal(value), qualifier) for qualifier in ("exact", "floor", "rounded")}
    assert len(said) == 3
    assert all(text.endswith(number) for text in said)


def test_days_are_written_the_official_way() -> None:
    with in_language("vi"):
        assert "01/02/2016" in period_text(day("2016-02-01"), None)
        assert "31/12/2016" in period_text(day("2016-02-01"), day("2016-12-31"))
        assert period_text(None, None)


def test_every_channel_has_a_name() -> None:
    with in_language("en"):
        assert len({channel_text(channel) for channel in CHANNELS}) == len(CHANNELS)
        assert channel_text("qr") != "qr"
