import pytest
from flask import Flask

from survey_app.figures.claims import PAGES, WHOLE, Claim, Finding, Page, leading
from survey_app.figures.headlines import Level, claim_text, level_title, page_title
from survey_app.i18n import in_language

pytestmark = [
    pytest.mark.usefixtures("session"),
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
]

UNITS = {
    "vi": {"A": "Phường An Hội", "B": "Ba Tri", "kiosk": "máy tại quầy", "2026-03": "tháng 3/2026"},
    "en": {"A": "An Hoi Ward", "B": "Ba Tri", "kiosk": "kiosk", "2026-03": "March 2026"},
}
QUESTIONS = {"vi": {"access": "Tiếp cận dịch vụ"}, "en": {"access": "Access"}}


def claim(page: Page, unit: str, share: float, reference: float, n: int = 500) -> Claim:
    return Claim(page, unit, "access", share, reference, n, 0.001)


def title(language: str, *claims: Claim) -> str:
    finding = leading(claims)
    assert finding is not None
    with in_language(language):
        return page_title(finding.page, finding, units=UNITS[language], questions=QUESTIONS[language])


@pytest.mark.parametrize(
    ("claims", "vi", "en"),
    [
        (
            [claim("agencies", "A", 0.6, 0.75)],
            "Phường An Hội thấp hơn mức chung về tiếp cận dịch vụ",
            "An Hoi Ward stands below the overall level on access",
        ),
        (
            [claim("agencies", "A", 0.9, 0.75), claim("agencies", "B", 0.85, 0.75)],
            "2 cơ quan cao hơn mức chung về tiếp cận dịch vụ",
            "2 agencies stand above the overall level on access",
        ),
        (
            [claim("agencies", "A", 0.9, 0.75), claim("agencies", "B", 0.5, 0.75), claim("agencies", "C", 0.85, 0.75)],
            "2 cơ quan cao hơn, 1 thấp hơn mức chung về tiếp cận dịch vụ",
            "Agencies: 2 above, 1 below the overall level on access",
        ),
        (
            [claim("change", "A", 0.9, 0.75), claim("change", "B", 0.5, 0.75), claim("change", "C", 0.4, 0.75)],
            "Tiếp cận dịch vụ tăng ở 1 cơ quan, giảm ở 2",
            "Access by agency: up at 1, down at 2",
        ),
        (
            [claim("channels", "kiosk", 0.9, 0.75)],
            "Máy tại quầy cao hơn mức chung về tiếp cận dịch vụ",
            "Kiosk stands above the overall level on access",
        ),
        (
            [claim("change", WHOLE, 0.781, 0.75, 5000)],
            "Tiếp cận dịch vụ tăng 3,1 điểm phần trăm",
            "Access rose by 3.1 points",
        ),
        (
            [claim("change", "A", 0.65, 0.75)],
            "Phường An Hội: tiếp cận dịch vụ giảm 10 điểm phần trăm",
            "An Hoi Ward: access fell by 10 points",
        ),
        (
            [claim("change", "A", 0.65, 0.75), claim("change", "B", 0.7, 0.75)],
            "Tiếp cận dịch vụ giảm ở 2 cơ quan",
            "Access fell at 2 agencies",
        ),
        (
            [claim("trend", "2026-03", 0.6, 0.75)],
            "Tiếp cận dịch vụ thấp bất thường trong tháng 3/2026",
            "Access was unusually low in March 2026",
        ),
    ],
)
def test_findings_in_words(app: Flask, claims: list[Claim], vi: str, en: str) -> None:
    assert (title("vi", *claims), title("en", *claims)) == (vi, en)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_titles_are_short_and_say_the_direction(app: Flask, page: Page, language: str) -> None:
    said = set()
    for upward, units in ((True, ["A"]), (True, ["A", "B"]), (False, ["A"]), (False, ["A", "B"])):
        claims = tuple(claim(page, unit, 0.9 if upward else 0.5, 0.7) for unit in units)
        with in_language(language):
            said.add(
                page_title(
                    page, Finding(page, "access", upward, claims), units={"A": "A", "B": "B"}, questions={"access": "X"}
                )
            )
    with in_language(language):
        said.add(page_title(page, None, units={}, questions={}))
    assert len(said) == 5
    assert all(len(text.split()) <= 12 and not text.endswith(".") for text in said), said


def test_without_a_finding_the_title_says_that_it_cannot_tell(app: Flask) -> None:
    with in_language("vi"):
        assert page_title("change", None, units={}, questions={}) == "Chưa đủ khác biệt giữa hai kỳ để kết luận"
        assert page_title("agencies", None, units={}, questions={}).startswith("Chưa đủ khác biệt")


@pytest.mark.parametrize(
    ("levels", "vi", "en"),
    [
        ([Level("Tiếp cận", "", 49, 66)], "Trên 74% đánh giá tích cực về tiếp cận", None),
        ([Level("Access", "Very high", 17, 66)], None, "Over 25% chose “Very high” on access"),
        ([Level("Access", "Very high", 30, 40)], None, "75% chose “Very high” on access"),
        ([Level("Access", "Very high", 1, 400)], None, "Under 1% chose “Very high” on access"),
        ([Level("TTHC", "", 0, 40)], "0% đánh giá tích cực về TTHC", None),
        (
            [Level("a", "", 99, 100), Level("b", "", 49, 66), Level("c", "", 1, 29)],
            "Cả 2 tiêu chí: trên 74% đánh giá tích cực",
            "All 2 criteria: over 74% positive answers",
        ),
        ([Level("a", "", 66, 66), Level("b", "", 66, 66)], "Cả 2 tiêu chí: mọi phiếu đều đánh giá tích cực", None),
        ([Level("a", "", 29, 29)], "Chưa đủ 30 phiếu để kết luận", "Fewer than 30 answers: too few to tell"),
        ([Level("a", "", 0, 0)], None, "No answers in this period"),
        ([], None, "No answers in this period"),
    ],
)
def test_levels_in_words(app: Flask, levels: list[Level], vi: str | None, en: str | None) -> None:
    for language, expected in (("vi", vi), ("en", en)):
        if expected:
            with in_language(language):
                assert level_title(levels) == expected


def test_hidden_questions_are_said_with_those_that_can_be_told(app: Flask) -> None:
    half, whole = Level("a", "", 49, 66), Level("b", "", 66, 66)
    with in_language("en"):
        assert level_title([half, whole], 5) == "2 of 5 criteria can be told: over 74% positive answers"
        assert level_title([whole, whole], 5) == "2 of 5 criteria can be told: every answer is positive"
        assert level_title([half, whole], 2).startswith("All 2")


def test_a_claim_alone_reads_like_its_title(app: Flask) -> None:
    alone = claim("agencies", "A", 0.6, 0.75)
    with in_language("en"):
        assert claim_text(alone, unit="An Hoi Ward", question="Access") == title("en", alone)
