from survey_app.typesetting import drawable
from tests.reports.samples import ACCENTED


def test_a_text_keeps_every_letter_that_the_fonts_have() -> None:
    assert drawable(ACCENTED) == ACCENTED
    # Written with combining marks they become the same letters.
    assert drawable("Tie\u0302\u0301ng Vie\u0323\u0302t") == "Tiếng Việt"
    assert drawable("hai\ndòng\x00 😀 ខ្មែរ 日本") == "hai dòng □ ខ្មែរ □□"
