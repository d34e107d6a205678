"""The words of the sentence engine, a Wording for each language. Pure; the Vietnamese is in the manner of the official
reports and stands word for word, so it is no translation of the English.

In templates `{agency}` is the short name; in clauses `{count}`, `{share}`, `{limit}` and `{overdue}` are ready texts.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clause:
    """What is said about the negative options of a question, taken together."""

    options: tuple[str, ...]
    some: str
    counted: str  # as `some`, where n is too small for a share
    few: str  # more than none, fewer than the smallest count shown
    withheld: str  # more than none, and the number would give another one away
    unknown: str  # nothing may be said
    none: str  # "" where the absence is not worth a sentence


@dataclass(frozen=True, slots=True)
class Template:
    """One question's sentence: its beginning, then each positive option with its words around `{share}`."""

    lead: str
    levels: tuple[tuple[str, str], ...]
    clause: Clause | None


@dataclass(frozen=True, slots=True)
class Wording:
    """Everything a language needs; `templates` by question code, the rest for any questionnaire."""

    templates: Mapping[str, Template]
    generic_lead: str
    generic_level: str
    generic_clause: Clause
    quoted: str
    last: str  # joins the last two parts of a list
    thousands: str
    share_all: str
    share_exact: str
    share_under_one: str
    share_over: str
    share_counted: str
    reaches: str  # what a share starts with, dropped in brackets
    own_n: str
    suffix: str
    suffix_rate: str
    no_answers: str
    too_few_answers: str
    late_only_in_cases: str
    note_survey_alone: str
    note_late_not_in_cases: str
    note_more_answers_than_cases: str


def _low(count_clause: str) -> Clause:
    return Clause(
        options=("low", "very_low"),
        some=f"Còn {{count}} trường hợp {count_clause} ({{share}}).",
        counted=f"Còn {{count}} trường hợp {count_clause}.",
        few=f"Có trường hợp {count_clause} (ít hơn {{limit}}, không nêu số).",
        withheld=f"Có trường hợp {count_clause} (không nêu số).",
        unknown=f"Không nêu số trường hợp {count_clause}.",
        none="",
    )


_CAO = (("high", "cao {share}"), ("very_high", "rất cao {share}"))

VIETNAMESE = Wording(
    templates={
        "access": Template(
            "- Về tiếp cận dịch vụ: Mức độ thuận tiện trong việc tìm hiểu thông tin về giải quyết thủ tục hành chính "
            "tại {agency}:",
            _CAO,
            _low("đánh giá thấp"),
        ),
        "transparency": Template(
            "- Về Thủ tục hành chính: Mức độ công khai đầy đủ, minh bạch các quy định về thủ tục hành chính:",
            _CAO,
            _low("đánh giá thấp"),
        ),
        "staff": Template(
            "- Sự phục vụ của công chức tại bộ phận Tiếp nhận và Trả kết quả: thái độ giao tiếp lịch sự, đúng mực, "
            "thái độ phục vụ của công chức giải quyết thủ tục hành chính:",
            _CAO,
            _low("đánh giá thấp"),
        ),
        "timeliness": Template(
            "- Kết quả giải quyết thủ tục hành chính: thời gian giải quyết các hồ sơ, thủ tục hành chính:",
            (("early", "Sớm hơn giấy hẹn {share}"), ("on_time", "Đúng hẹn {share}")),
            Clause(
                options=("late",),
                some="Còn {count} trường hợp ({share}) trễ hẹn.",
                counted="Còn {count} trường hợp trễ hẹn.",
                few="Có trường hợp trễ hẹn (ít hơn {limit}, không nêu số).",
                withheld="Có trường hợp trễ hẹn (không nêu số).",
                unknown="Không nêu số trường hợp trễ hẹn.",
                none="Không có trường hợp nào giải quyết TTHC trễ hẹn.",
            ),
        ),
        "results": Template(
            "- Đánh giá mức độ hài lòng về chất lượng kết quả giải quyết hồ sơ, thủ tục hành chính:",
            (("satisfied", "Hài lòng {share}"), ("very_satisfied", "Rất hài lòng {share}")),
            Clause(
                options=("dissatisfied", "very_dissatisfied"),
                some="Còn {count} trường hợp ({share}) không hài lòng về kết quả giải quyết TTHC.",
                counted="Còn {count} trường hợp không hài lòng về kết quả giải quyết TTHC.",
                few="Có trường hợp không hài lòng (ít hơn {limit}, không nêu số).",
                withheld="Có trường hợp không hài lòng (không nêu số).",
                unknown="Không nêu số trường hợp không hài lòng.",
                none="Không có trường hợp không hài lòng về kết quả giải quyết TTHC.",
            ),
        ),
    },
    generic_lead="- {label}:",
    generic_level="{label} {share}",
    generic_clause=Clause(
        options=(),
        some="Còn {count} trường hợp ({share}) trả lời {labels}.",
        counted="Còn {count} trường hợp trả lời {labels}.",
        few="Có trường hợp trả lời {labels} (ít hơn {limit}, không nêu số).",
        withheld="Có trường hợp trả lời {labels} (không nêu số).",
        unknown="Không nêu số trường hợp trả lời {labels}.",
        none="Không có trường hợp nào trả lời {labels}.",
    ),
    quoted="“{label}”",
    last=" và ",
    thousands=".",
    share_all="100%",
    share_exact="đạt {percent}%",
    share_under_one="đạt dưới 1%",
    share_over="đạt trên {percent}%",
    share_counted="{count} lượt",
    reaches="đạt ",
    own_n="(n = {n})",
    suffix="(khảo sát {n} lượt)",
    suffix_rate="(khảo sát {n} lượt, tỷ lệ phản hồi {rate})",
    no_answers="Chưa có dữ liệu khảo sát trong kỳ.",
    too_few_answers="Số lượt trả lời quá ít, không nêu số liệu.",
    late_only_in_cases="Khảo sát không ghi nhận trường hợp trễ hẹn, nhưng số liệu giải quyết hồ sơ trong kỳ có "
    "{overdue} hồ sơ quá hạn.",
    note_survey_alone="Nhận định về trễ hẹn chỉ dựa trên khảo sát; chưa có số liệu giải quyết hồ sơ trong kỳ để "
    "đối chiếu.",
    note_late_not_in_cases="Người dân cho biết có trường hợp trễ hẹn nhưng số liệu giải quyết hồ sơ trong kỳ không "
    "ghi nhận hồ sơ quá hạn: cần đối chiếu.",
    note_more_answers_than_cases="Số lượt khảo sát lớn hơn số hồ sơ đã giải quyết trong kỳ nên không tính tỷ lệ "
    "phản hồi.",
)


def _rated_low() -> Clause:
    return Clause(
        options=("low", "very_low"),
        some="{count} rated it low or very low ({share}).",
        counted="{count} rated it low or very low.",
        few="Some rated it low or very low (fewer than {limit}, number not given).",
        withheld="Some rated it low or very low (number not given).",
        unknown="How many rated it low or very low is not given.",
        none="",
    )


_HIGH = (("high", "{share} rated high"), ("very_high", "{share} very high"))

ENGLISH = Wording(
    templates={
        "access": Template("Access:", _HIGH, _rated_low()),
        "transparency": Template("Transparency:", _HIGH, _rated_low()),
        "staff": Template("Staff attitude:", _HIGH, _rated_low()),
        "timeliness": Template(
            "Timeliness:",
            (("early", "{share} earlier than the appointment slip"), ("on_time", "{share} on time")),
            Clause(
                options=("late",),
                some="{count} cases ({share}) were handled late.",
                counted="{count} cases were handled late.",
                few="Some cases were handled late (fewer than {limit}, number not given).",
                withheld="Some cases were handled late (number not given).",
                unknown="How many cases were handled late is not given.",
                none="No case was handled late.",
            ),
        ),
        "results": Template(
            "Results:",
            (("satisfied", "{share} satisfied"), ("very_satisfied", "{share} very satisfied")),
            Clause(
                options=("dissatisfied", "very_dissatisfied"),
                some="{count} ({share}) were dissatisfied with the result.",
                counted="{count} were dissatisfied with the result.",
                few="Some were dissatisfied with the result (fewer than {limit}, number not given).",
                withheld="Some were dissatisfied with the result (number not given).",
                unknown="How many were dissatisfied with the result is not given.",
                none="Nobody was dissatisfied with the result.",
            ),
        ),
    },
    generic_lead="{label}:",
    generic_level="{share} {label}",
    generic_clause=Clause(
        options=(),
        some="{count} answered {labels} ({share}).",
        counted="{count} answered {labels}.",
        few="Some answered {labels} (fewer than {limit}, number not given).",
        withheld="Some answered {labels} (number not given).",
        unknown="How many answered {labels} is not given.",
        none="Nobody answered {labels}.",
    ),
    quoted="“{label}”",
    last=" and ",
    thousands=",",
    share_all="100%",
    share_exact="{percent}%",
    share_under_one="under 1%",
    share_over="over {percent}%",
    share_counted="{count}",
    reaches="",
    own_n="(n = {n})",
    suffix="(survey of {n} responses)",
    suffix_rate="(survey of {n} responses, response rate {rate})",
    no_answers="No survey answers in the period yet.",
    too_few_answers="Too few answers to give figures.",
    late_only_in_cases="The survey found no late case, but the case figures of the period count {overdue} overdue.",
    note_survey_alone="What is said about late cases rests on the survey alone: there are no case figures for the "
    "period to compare with.",
    note_late_not_in_cases="Citizens reported late cases but the case figures of the period count none overdue: "
    "compare them.",
    note_more_answers_than_cases="There are more responses than cases resolved in the period, so no response rate is "
    "given.",
)

WORDINGS: Mapping[str, Wording] = {"vi": VIETNAMESE, "en": ENGLISH}
