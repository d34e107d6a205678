"""Scorecards as optional, versioned rule sets: a new one is an entry of RULE_SETS and nothing else. Pure.

The legacy card is that of Circular 01/2018/TT-VPCP, articles 12 to 15: nine indicators of 0, 1 or 2 points, in force
from 6 January 2019 until its decree was replaced on 1 July 2025; it is kept as history and marked so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

Per = Literal["case", "agency"]
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Indicator:
    """`most` points; scored per case (the mean over the cases) or once for the agency. `names` by language."""

    code: str
    names: Mapping[str, str]
    most: Decimal
    per: Per


@dataclass(frozen=True, slots=True)
class Grade:
    """The words for a total of at least `at_least` points."""

    at_least: Decimal
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One version of a card; `valid_to` None: in force. Grades from the best to the worst, the last one at 0."""

    code: str
    titles: Mapping[str, str]
    source: str
    valid_from: date
    valid_to: date | None
    indicators: tuple[Indicator, ...]
    grades: tuple[Grade, ...]

    @property
    def most(self) -> Decimal:
        """The highest total."""
        return sum((indicator.most for indicator in self.indicators), Decimal(0))

    def is_historical(self, on: date) -> bool:
        """Whether the card was out of force on a day."""
        return self.valid_to is not None and on > self.valid_to


def case_score(points: Mapping[int, int]) -> Decimal:
    """The mean of an indicator over cases, rounded half up to one decimal: `points` are cases by points (0, 1, 2).

    Raises ValueError without cases or with negative counts.
    """
    cases = sum(points.values())
    if cases <= 0 or any(count < 0 for count in points.values()):
        raise ValueError("an indicator needs cases to be the mean of")
    total = sum(point * count for point, count in points.items())
    return (Decimal(total) / cases).quantize(TENTH, ROUND_HALF_UP)


def total_score(rules: RuleSet, scores: Mapping[str, Decimal]) -> Decimal | None:
    """The sum over all indicators; None where one of them is missing. Raises ValueError for an impossible score."""
    for indicator in rules.indicators:
        score = scores.get(indicator.code)
        if score is not None and not 0 <= score <= indicator.most:
            raise ValueError(f"{indicator.code} lies outside 0 to {indicator.most}")
    known = [scores[indicator.code] for indicator in rules.indicators if indicator.code in scores]
    return sum(known, Decimal(0)) if len(known) == len(rules.indicators) else None


def grade_of(rules: RuleSet, total: Decimal) -> Grade:
    """The grade of a total; a total right on a boundary has the better one. Raises ValueError for a negative total."""
    if total < 0:
        raise ValueError("a total is at least 0")
    return next(grade for grade in rules.grades if total >= grade.at_least)


@dataclass(frozen=True, slots=True)
class CardRow:
    """One indicator as a card shows it; None where nothing was scored."""

    indicator: Indicator
    own: Decimal | None
    verified: Decimal | None
    note: str


@dataclass(frozen=True, slots=True)
class Card:
    """A filled scorecard. The totals are None until every indicator is scored; the grade is that of the verified total,
    else of the own one, None where there is neither."""

    rules: RuleSet
    rows: tuple[CardRow, ...]

    @property
    def own(self) -> Decimal | None:
        return total_score(self.rules, {r.indicator.code: r.own for r in self.rows if r.own is not None})

    @property
    def verified(self) -> Decimal | None:
        return total_score(self.rules, {r.indicator.code: r.verified for r in self.rows if r.verified is not None})

    @property
    def grade(self) -> Grade | None:
        total = self.verified if self.verified is not None else self.own
        return None if total is None else grade_of(self.rules, total)


def _indicators(rows: Sequence[tuple[str, str, str, Per]], most: int) -> tuple[Indicator, ...]:
    return tuple(Indicator(code, {"vi": vi, "en": en}, Decimal(most), per) for code, vi, en, per in rows)


def _grades(rows: Sequence[tuple[int, str, str]]) -> tuple[Grade, ...]:
    return tuple(Grade(Decimal(least), {"vi": vi, "en": en}) for least, vi, en in rows)


LEGACY = RuleSet(
    code="tt01-2018",
    titles={
        "vi": "Đánh giá việc giải quyết thủ tục hành chính (2019 – 6/2025)",
        "en": "Scorecard of administrative procedures (2019 – June 2025)",
    },
    source="Thông tư 01/2018/TT-VPCP",
    valid_from=date(2019, 1, 6),
    valid_to=date(2025, 6, 30),
    indicators=_indicators(
        (
            ("1", "Tổng thời gian giải quyết so với quy định", "Total time against the rule", "case"),
            ("2", "Thời gian của từng cơ quan tham gia giải quyết", "Time of each agency involved", "case"),
            ("3", "Số lần phải liên hệ để hoàn thiện hồ sơ", "Contacts needed to complete the file", "case"),
            ("4", "Số cơ quan phải liên hệ để hoàn thiện hồ sơ", "Agencies contacted to complete the file", "case"),
            ("5", "Tổ chức tiếp nhận, trả kết quả tại Bộ phận Một cửa", "Reception at the one-stop shop", "agency"),
            ("6", "Công khai thủ tục hành chính", "Publication of procedures", "agency"),
            ("7", "Thái độ của công chức", "Attitude of civil servants", "case"),
            ("8", "Tiếp thu, giải trình phản ánh, kiến nghị", "Handling of feedback and petitions", "agency"),
            ("9", "Dịch vụ công trực tuyến", "Online public services", "agency"),
        ),
        most=2,
    ),
    grades=_grades(
        (
            (15, "Xuất sắc", "excellent"),
            (12, "Tốt", "good"),
            (9, "Khá", "fair"),
            (6, "Trung bình", "average"),
            (0, "Yếu", "weak"),
        )
    ),
)
RULE_SETS: Mapping[str, RuleSet] = {rules.code: rules for rules in (LEGACY,)}
