"""The sentence engine: the wording of the article of 2016, exact floors, and never "none" of what was counted."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.figures.panels import OptionFigure, QuestionFigure
from survey_app.reports.rules import Cases
from survey_app.reports.sentences import Narrative, narrate, share_words
from survey_app.reports.wording import ENGLISH, VIETNAMESE, WORDINGS
from tests.reports.samples import BENTRE, row

NONE_LATE = "Không có trường hợp nào giải quyết TTHC trễ hẹn."
NONE_DISSATISFIED = "Không có trường hợp không hài lòng về kết quả giải quyết TTHC."
AGENCY = "Sở Thông tin và Truyền thông"


def told(*rows: QuestionFigure, language: str = "vi", responses: int | None = None, **given: object) -> Narrative:
    n = responses if responses is not None else max(figure.n or 0 for figure in rows)
    options: dict[str, object] = {"agency": AGENCY, "min_cell": 5, **given}
    return narrate(rows, language=language, responses=n, **options)  # type: ignore[arg-type]


def test_the_five_sentences_of_2016_word_for_word() -> None:
    assert told(*(row(code, counts) for code, counts in BENTRE.items())).sentences == (
        "- Về tiếp cận dịch vụ: Mức độ thuận tiện trong việc tìm hiểu thông tin về giải quyết thủ tục hành chính tại "
        "Sở Thông tin và Truyền thông: cao đạt trên 74% và rất cao đạt trên 25%.",
        "- Về Thủ tục hành chính: Mức độ công khai đầy đủ, minh bạch các quy định về thủ tục hành chính: "
        "cao đạt trên 57% và rất cao đạt trên 42%.",
        "- Sự phục vụ của công chức tại bộ phận Tiếp nhận và Trả kết quả: thái độ giao tiếp lịch sự, đúng mực, thái độ "
        "phục vụ của công chức giải quyết thủ tục hành chính: cao đạt trên 39% và rất cao đạt trên 60%.",
        "- Kết quả giải quyết thủ tục hành chính: thời gian giải quyết các hồ sơ, thủ tục hành chính: "
        f"Sớm hơn giấy hẹn đạt trên 37% và Đúng hẹn đạt trên 62%. {NONE_LATE}",
        "- Đánh giá mức độ hài lòng về chất lượng kết quả giải quyết hồ sơ, thủ tục hành chính: "
        f"Hài lòng đạt trên 45% và Rất hài lòng đạt trên 54%. {NONE_DISSATISFIED} (khảo sát 66 lượt)",
    )


def test_the_sentences_in_english() -> None:
    sentences = told(*(row(code, counts) for code, counts in BENTRE.items()), language="en").sentences
    assert sentences[0] == "Access: over 74% rated high and over 25% very high."
    assert sentences[3].endswith("and over 62% on time. No case was handled late.")
    assert sentences[4].endswith("Nobody was dissatisfied with the result. (survey of 66 responses)")


@pytest.mark.parametrize(
    ("count", "n", "vietnamese", "bracketed", "english"),
    [
        (66, 66, "100%", "100%", "100%"),
        (0, 66, "đạt 0%", "0%", "0%"),
        (33, 66, "đạt 50%", "50%", "50%"),
        (49, 66, "đạt trên 74%", "trên 74%", "over 74%"),
        (1, 101, "đạt dưới 1%", "dưới 1%", "under 1%"),
        (1, 100, "đạt 1%", "1%", "1%"),
        (999, 1000, "đạt trên 99%", "trên 99%", "over 99%"),
        # As floats 100 * 0.29 is 28.999999999999996: whole numbers say 29.
        (29, 100, "đạt 29%", "29%", "29%"),
    ],
)
def test_shares_are_floors_in_words(count: int, n: int, vietnamese: str, bracketed: str, english: str) -> None:
    assert share_words(count, n, VIETNAMESE) == vietnamese
    assert share_words(count, n, VIETNAMESE, bracketed=True) == bracketed
    assert share_words(count, n, ENGLISH) == english


def test_a_positive_level_nobody_chose_is_said() -> None:
    assert "cao 100% và rất cao đạt 0%." in told(row("access", {"high": 40})).sentences[0]


@pytest.mark.parametrize(
    ("question", "counts", "clause"),
    [
        ("access", {"low": 5, "very_low": 2, "high": 93}, "Còn 7 trường hợp đánh giá thấp (7%)."),
        ("timeliness", {"late": 7, "on_time": 93, "early": 20}, "Còn 7 trường hợp (trên 5%) trễ hẹn."),
        (
            "results",
            {"dissatisfied": 4, "very_dissatisfied": 3, "satisfied": 92},
            "Còn 7 trường hợp (trên 7%) không hài lòng về kết quả giải quyết TTHC.",
        ),
        ("results", {"dissatisfied": 1500, "satisfied": 98500}, "Còn 1.500 trường hợp (trên 1%) không hài lòng"),
    ],
)
def test_negative_answers_are_always_said(question: str, counts: dict[str, int], clause: str) -> None:
    if question == "results" and sum(counts.values()) > 1000:
        counts = {**counts, "satisfied": 98000}
    sentence = told(row(question, counts)).sentences[0]
    assert clause in sentence
    assert "Không có" not in sentence


def test_a_few_negative_answers_are_said_without_number_and_their_neighbour_is_hidden() -> None:
    sentence = told(row("timeliness", {"late": 2, "on_time": 50, "early": 48})).sentences[0]
    assert "Sớm hơn giấy hẹn đạt 48% và Đúng hẹn …. Có trường hợp trễ hẹn (ít hơn 5, không nêu số)." in sentence
    assert "Không có" not in sentence
    assert "50" not in sentence


def test_what_the_panel_hides_is_hidden_once() -> None:
    figure = row("timeliness", {"late": 2, "on_time": 50, "early": 48}, hidden=("late", "early"))
    sentence = told(figure, counted={("timeliness", "late"): 2, ("timeliness", "early"): 48}).sentences[0]
    assert "Sớm hơn giấy hẹn … và Đúng hẹn đạt 50%. Có trường hợp trễ hẹn (ít hơn 5, không nêu số)." in sentence


def test_a_neighbour_is_not_hidden_for_a_number_that_is_not_small() -> None:
    counts = {"very_dissatisfied": 12, "dissatisfied": 14, "neutral": 2, "satisfied": 500, "very_satisfied": 472}
    figure = row("results", counts, hidden=("very_dissatisfied", "neutral"))
    sentence = told(figure, counted={("results", option): count for option, count in counts.items()}).sentences[0]
    assert "Hài lòng đạt 50% và Rất hài lòng đạt trên 47%. Có trường hợp không hài lòng (không nêu số)." in sentence


@pytest.mark.parametrize(
    ("counted", "clause"),
    [
        ({("timeliness", "late"): 12}, "Có trường hợp trễ hẹn (không nêu số)."),
        ({("timeliness", "late"): 0}, "Không nêu số trường hợp trễ hẹn."),
        ({}, "Không nêu số trường hợp trễ hẹn."),
    ],
)
def test_a_number_hidden_for_another_is_not_called_small(counted: dict[tuple[str, str], int], clause: str) -> None:
    figure = row("timeliness", {"late": 12, "on_time": 86, "early": 2}, hidden=("late", "early"))
    sentence = told(figure, counted=counted).sentences[0]
    assert clause in sentence
    assert "ít hơn" not in sentence


def test_hidden_cells_that_are_all_negative_are_told_by_the_rest_anyway() -> None:
    figure = row("results", {"dissatisfied": 4, "very_dissatisfied": 3, "satisfied": 93}, hidden=NEGATIVE)
    assert "Còn 7 trường hợp (7%) không hài lòng" in told(figure).sentences[0]


NEGATIVE = ("dissatisfied", "very_dissatisfied")


def test_case_figures_with_overdue_cases_contradict_a_survey_without() -> None:
    on_time = row("timeliness", {"on_time": 50})
    narrative = told(on_time, cases=Cases(overdue=3, resolved=100))
    assert "nhưng số liệu giải quyết hồ sơ trong kỳ có 3 hồ sơ quá hạn." in narrative.sentences[0]
    assert "Không có trường hợp" not in narrative.sentences[0]
    assert NONE_LATE in told(on_time, cases=Cases(overdue=0, resolved=100)).sentences[0]


def test_without_case_figures_a_note_says_that_the_claim_rests_on_the_survey_alone() -> None:
    on_time = row("timeliness", {"on_time": 50})
    assert told(on_time).notes == (VIETNAMESE.note_survey_alone,)
    assert told(on_time, cases=Cases(overdue=None, resolved=100)).notes == (VIETNAMESE.note_survey_alone,)
    assert told(on_time, cases=Cases(overdue=0, resolved=100)).notes == ()


def test_late_answers_against_case_figures_without_any_are_noted() -> None:
    late = row("timeliness", {"late": 6, "on_time": 44})
    assert told(late, cases=Cases(overdue=0, resolved=100)).notes == (VIETNAMESE.note_late_not_in_cases,)
    assert told(late, cases=Cases(overdue=6, resolved=100)).notes == ()
    assert told(late).notes == ()


@pytest.mark.parametrize(
    ("resolved", "suffix"),
    [
        (150, "(khảo sát 50 lượt, tỷ lệ phản hồi 33%)"),
        (50, "(khảo sát 50 lượt, tỷ lệ phản hồi 100%)"),
        (9000, "(khảo sát 50 lượt, tỷ lệ phản hồi dưới 1%)"),
        (40, "(khảo sát 50 lượt)"),
        (None, "(khảo sát 50 lượt)"),
    ],
)
def test_the_suffix_gives_the_response_rate_once(resolved: int | None, suffix: str) -> None:
    rows = row("access", {"high": 50}), row("timeliness", {"on_time": 50})
    narrative = told(*rows, cases=Cases(overdue=0, resolved=resolved))
    assert narrative.sentences[-1].endswith(f" {suffix}")
    assert "\n".join(narrative.sentences).count("khảo sát") == 1
    assert (VIETNAMESE.note_more_answers_than_cases in narrative.notes) == (resolved == 40)


def test_a_question_with_another_n_carries_its_own() -> None:
    first, second = told(row("access", {"high": 1200}), row("staff", {"high": 1100}), responses=1200).sentences
    assert "(n =" not in first
    assert "rất cao đạt 0% (n = 1.100). (khảo sát 1.200 lượt)" in second


def test_nothing_collected_is_one_sentence() -> None:
    assert told(row("access", {}), row("staff", {})).sentences == ("Chưa có dữ liệu khảo sát trong kỳ.",)


def test_a_question_nobody_answered_says_so() -> None:
    sentences = told(row("access", {"high": 40}), row("timeliness", {})).sentences
    assert sentences[1].endswith("thủ tục hành chính: Chưa có dữ liệu khảo sát trong kỳ. (khảo sát 40 lượt)")
    assert "Không có" not in sentences[1]


def test_under_thirty_answers_counts_stand_for_shares() -> None:
    narrative = told(row("timeliness", {"late": 6, "on_time": 12, "early": 0}))
    assert "Sớm hơn giấy hẹn 0 lượt và Đúng hẹn 12 lượt. Còn 6 trường hợp trễ hẹn." in narrative.sentences[0]
    assert "%" not in narrative.sentences[0]


def test_a_hidden_n_gives_no_figure() -> None:
    figure = row("timeliness", {"on_time": 3})
    hidden = QuestionFigure("timeliness", "", "TIME3", None, "suppressed", figure.options, {}, ())
    sentences = told(row("access", {"high": 50}), hidden).sentences
    assert "Số lượt trả lời quá ít, không nêu số liệu." in sentences[1]
    assert "Không có" not in sentences[1]


def own(question: str, *options: tuple[str, int, bool, int], label: str = "Phí") -> QuestionFigure:
    """A question that no template knows; options are (label, level, positive, count)."""
    n = sum(count for *_, count in options)
    figures = tuple(
        OptionFigure(f"o{i}", text, level, positive, count, count / n, 0.0, 1.0, False, "")
        for i, (text, level, positive, count) in enumerate(options)
    )
    return QuestionFigure(question, label, "OWN", n, "ok", figures, {}, ())


def test_any_other_question_gets_a_sentence_from_its_labels() -> None:
    figure = own("fees", ("Không", 1, False, 10), ("Đôi khi", 4, True, 30), ("Có", 5, True, 60))
    assert told(figure).sentences == (
        "- Phí: Đôi khi đạt 30% và Có đạt 60%. Còn 10 trường hợp (10%) trả lời “Không”. (khảo sát 100 lượt)",
    )
    happy = own("fees", ("Không", 1, False, 0), ("Có", 5, True, 60))
    assert "Không có trường hợp nào trả lời “Không”." in told(happy).sentences[0]


def test_a_scale_without_positive_options_is_told_whole() -> None:
    figure = own("visits", ("Một", 1, False, 50), ("Hai", 2, False, 30), ("Ba", 3, False, 20), label="Số lần {đi}")
    assert told(figure).sentences[0].startswith("- Số lần {đi}: Một đạt 50%, Hai đạt 30% và Ba đạt 20%.")


def test_a_known_question_with_another_scale_is_told_from_its_labels() -> None:
    figure = own("access", ("{agency}", 1, False, 40), ("Tốt", 5, True, 60), label="Tiếp cận")
    assert told(figure).sentences[0].startswith("- Tiếp cận: Tốt đạt 60%. Còn 40 trường hợp (40%) trả lời “{agency}”.")


def test_both_languages_say_everything() -> None:
    vietnamese, english = WORDINGS["vi"], WORDINGS["en"]
    assert vietnamese.templates.keys() == english.templates.keys()
    for code, template in vietnamese.templates.items():
        other = english.templates[code]
        assert [option for option, _ in template.levels] == [option for option, _ in other.levels]
        assert template.clause is not None
        assert other.clause is not None
        assert template.clause.options == other.clause.options


COUNTS = st.integers(0, 400)
TIMELINESS = st.fixed_dictionaries({"late": COUNTS, "on_time": COUNTS, "early": COUNTS})
RESULTS = st.fixed_dictionaries({"very_dissatisfied": COUNTS, "dissatisfied": COUNTS, "satisfied": COUNTS})
DENIALS = re.compile(r"Không có|No case|Nobody")


@given(TIMELINESS, st.sets(st.sampled_from(["late", "on_time", "early"])), st.integers(3, 10), st.booleans())
def test_late_cases_are_never_denied(counts: dict[str, int], hidden: set[str], min_cell: int, exact: bool) -> None:
    figure = row("timeliness", counts, hidden=hidden)
    counted = {("timeliness", option): count for option, count in counts.items()} if exact else {}
    for language in WORDINGS:
        text = " ".join(told(figure, language=language, min_cell=min_cell, counted=counted).sentences)
        if counts["late"] or not figure.n:
            assert not DENIALS.search(text)
        if exact and 0 < counts["late"] < min_cell and "late" in hidden and len(hidden) > 1:
            assert str(min_cell) in text


@given(RESULTS, st.integers(3, 10))
def test_dissatisfaction_is_never_denied_and_small_numbers_never_told(counts: dict[str, int], min_cell: int) -> None:
    unhappy = counts["dissatisfied"] + counts["very_dissatisfied"]
    text = told(row("results", counts), min_cell=min_cell).sentences[0]
    assert bool(DENIALS.search(text)) == (unhappy == 0 < sum(counts.values()))
    told_numbers = [int(found.replace(".", "")) for found in re.findall(r"Còn ([\d.]+) trường hợp", text)]
    assert told_numbers == ([unhappy] if unhappy >= min_cell else [])


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_share_is_never_rounded_up(count: int, n: int) -> None:
    count = min(count, n)
    words = share_words(count, n, VIETNAMESE)
    shown = int(re.findall(r"\d+", words)[0])
    if "dưới" in words:
        assert 0 < 100 * count < n
    elif "trên" in words:
        assert shown * n < 100 * count < (shown + 1) * n
    else:
        assert shown * n == 100 * count
