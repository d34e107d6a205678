"""Panels made by hand for the tests of reports: rows from counts, with the words of the packaged questionnaire."""

import json
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

from config import ROOT
from survey_app.figures.charts import Bar, LegendItem, ScaleGroup, Segment, StackedBars, levels
from survey_app.figures.panels import Filters, OptionFigure, Panel, PublishedValue, QuestionFigure, State

DOCUMENT = json.loads((ROOT / "migrations" / "seed" / "five-criteria-1.json").read_text(encoding="utf-8"))
QUESTIONS = {question["code"]: question for question in DOCUMENT["questions"]}
# Every Vietnamese letter with a mark, both cases: none may be lost on the way into a file.
LOWER = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
ACCENTED = LOWER + LOWER.upper()
BENTRE = {
    "access": {"high": 49, "very_high": 17},
    "transparency": {"high": 38, "very_high": 28},
    "staff": {"high": 26, "very_high": 40},
    "timeliness": {"early": 25, "on_time": 41},
    "results": {"satisfied": 30, "very_satisfied": 36},
}
PUBLISHED = {
    "access": {"high": 74, "very_high": 25},
    "timeliness": {"early": 37, "on_time": 62, "late": 0},
}


def row(
    question: str,
    counts: Mapping[str, int],
    *,
    language: str = "vi",
    hidden: Collection[str] = (),
    published: Mapping[str, int] | None = None,
) -> QuestionFigure:
    """A question's figure from its counts; options left out are 0, `hidden` ones are suppressed."""
    asked = QUESTIONS[question]
    options = [option for option in asked["options"] if not option["excluded"]]
    n = sum(counts.values())
    state: State = "too_few" if n < 30 else "ok"
    levels_ = levels(tuple(option["positive"] for option in options))
    return QuestionFigure(
        question=question,
        label=asked["label"][language],
        scale=asked["scale"],
        n=n,
        state=state,
        options=tuple(
            _option(option, level, counts.get(option["code"], 0), n, language, option["code"] in hidden)
            for option, level in zip(options, levels_, strict=True)
        ),
        excluded={"no_opinion": 0},
        published=tuple(
            PublishedValue(option, Decimal(value), value / 100, (value + 1) / 100, "floor")
            for option, value in (published or {}).items()
        ),
    )


def _option(option: dict[str, object], level: int, count: int, n: int, language: str, hidden: bool) -> OptionFigure:
    share = count / n if n >= 30 and not hidden else None
    text = option["text"]
    assert isinstance(text, dict)
    return OptionFigure(
        option=str(option["code"]),
        label=text[language],
        level=level,
        positive=bool(option["positive"]),
        count=None if hidden else count,
        share=share,
        low=None if share is None else max(0.0, share - 0.05),
        high=None if share is None else min(1.0, share + 0.05),
        suppressed=hidden,
        text="" if share is None else f"{share * 100:.0f}%",
    )


def chart(rows: Collection[QuestionFigure]) -> StackedBars:
    """The chart of rows: one group of bars a scale, segments worst to best."""
    scales = {figure.scale: figure for figure in rows}
    return StackedBars(
        title="Phân bố mức đánh giá theo tiêu chí",
        subtitle="Tỷ lệ phần trăm lượt trả lời",
        alternative="Mức cao nhất: Thái độ phục vụ; thấp nhất: Tiếp cận dịch vụ.",
        groups=tuple(
            ScaleGroup(
                key=scale,
                legend=tuple(LegendItem(option.level, option.label) for option in sample.options),
                bars=tuple(_bar(figure) for figure in rows if figure.scale == scale),
            )
            for scale, sample in scales.items()
        ),
    )


def _bar(figure: QuestionFigure) -> Bar:
    segments = tuple(
        Segment(option.option, option.label, option.level, option.count, option.share, option.text)
        for option in figure.options
        if option.count is not None and option.share is not None
    )
    note = "" if len(segments) == len(figure.options) else "có số không nêu" if segments else "chưa đủ 30 lượt"
    return Bar(figure.question, figure.label, figure.n, note, segments)


def panel(rows: tuple[QuestionFigure, ...] | None = None, *, title: str = "", provenance: str = "collected") -> Panel:
    """A panel over rows (default: the reconstruction of 2016 with some published figures)."""
    if rows is None:
        rows = tuple(row(code, counts, published=PUBLISHED.get(code)) for code, counts in BENTRE.items())
        provenance = "reconstruction"
    return Panel(
        key="distribution",
        title=title or "Phân bố mức đánh giá theo tiêu chí",
        subtitle="Tỷ lệ phần trăm lượt trả lời",
        note="Tỷ lệ được làm tròn theo phương pháp số dư lớn nhất.",
        source="khảo sát của Sở Thông tin và Truyền thông tỉnh Bến Tre",
        filters=Filters(
            survey="bentre-2016",
            survey_title=title or "Khảo sát năm 2016",
            provenance=provenance,
            agency="bentre-stttt",
            agency_name="Sở Thông tin và Truyền thông tỉnh Bến Tre",
            agency_short="Sở Thông tin và Truyền thông",
            from_on=date(2016, 1, 1),
            to_on=date(2016, 12, 31),
            channel=None,
        ),
        responses=max((figure.n or 0 for figure in rows), default=0),
        rows=rows,
        chart=chart(rows),
    )
