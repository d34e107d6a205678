import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.figures.masking import COVER, masked


@pytest.mark.parametrize(
    "text",
    [
        "Gọi tôi 0912345678 nhé",
        "Gọi tôi 0912 345 678 nhé",
        "Gọi tôi 091.234.5678 nhé",
        "Gọi tôi +84 912-345-678 nhé",
        "Gọi tôi (0275) 3822 222 nhé",
        "Gọi tôi 3822222 nhé",
        "Gọi tôi 083090001234 nhé",
        "Gọi tôi 321 456 789 nhé",
        "Gọi tôi a.b-c@example.com.vn nhé",
        "Gọi tôi a.b [at] example.com nhé",
        "Gọi tôi H61.17-250703-0004 nhé",
        "Gọi tôi 000.00.17.H61-250703-0004 nhé",
        "Gọi tôi https://facebook.com/nguyen.van.a nhé",
        "Gọi tôi zalo.me/0912345678 nhé",
    ],
)
def test_what_could_name_somebody_is_covered(text: str) -> None:
    assert masked(text) == f"Gọi tôi {COVER} nhé"


@pytest.mark.parametrize(
    "text",
    [
        "Chờ 45 phút, nộp 2 lần",
        "Phí 1.200.000 đồng là cao",
        "Phí 1 200 000 đ là cao",
        "Nộp ngày 05/01/2026, hẹn 12-01-2026",
        "Quầy số 12, tầng 3, năm 2026",
        "Cán bộ hướng dẫn nhiệt tình.",
        "",
    ],
)
def test_what_names_nobody_stays(text: str) -> None:
    assert masked(text) == text


def test_an_amount_hides_no_number_beside_it() -> None:
    assert masked("phí 150.000 đồng, gọi 0912345678") == f"phí 150.000 đồng, gọi {COVER}"


@given(st.text(max_size=40), st.from_regex(r"0[0-9]{9}", fullmatch=True), st.text(max_size=40))
def test_a_telephone_number_never_stays(before: str, number: str, after: str) -> None:
    assert number not in masked(f"{before} {number} {after}")


@given(st.text())
def test_twice_is_once(text: str) -> None:
    assert masked(masked(text)) == masked(text)
