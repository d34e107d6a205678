"""The Panel: one chart, its table and its note, with the filters that made it. Page, file and API draw the same one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from survey_app.figures.charts import Chart, Role

State = Literal["ok", "too_few", "suppressed"]


@dataclass(frozen=True, slots=True)
class PublishedValue:
    """A published percentage as the interval that its qualifier leaves: floor 74 is 74 (included) to 75 (excluded)."""

    option: str
    value: Decimal
    value_low: float
    value_high: float
    qualifier: str


@dataclass(frozen=True, slots=True)
class OptionFigure:
    """One option of a question. `count`, `share` and the 95% interval are None where hidden; `share`, `low`, `high`
    also where n is under 30. `text` is the share as shown ("74%", "<1%"), "" where there is none."""

    option: str
    label: str
    level: int
    positive: bool
    count: int | None
    share: float | None
    low: float | None
    high: float | None
    suppressed: bool
    text: str


@dataclass(frozen=True, slots=True)
class Rate:
    """The positive options of a question together; None as in OptionFigure, also where the sum would give a hidden
    count away."""

    count: int | None = None
    share: float | None = None
    low: float | None = None
    high: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Leading:
    """What a row is about beside its question: `kind` is the name of its key in files ("agency", "period", ...)."""

    kind: str
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Difference:
    """How the top level of a row differs from what it is compared with, -1 to 1, with its 95% interval; None where
    there are too few answers on either side. `text` are the points as shown, `words` what may be said of it."""

    value: float | None
    low: float | None
    high: float | None
    role: Role
    text: str
    interval: str
    words: str


@dataclass(frozen=True, slots=True)
class QuestionFigure:
    """One question: options worst to best, its n (None where hidden), what stands outside n, what was published.

    `leading` says of whom or when it speaks where a panel has several rows of one question; `before` is the same row
    of the period that it is compared with.
    """

    question: str
    label: str
    scale: str
    n: int | None
    state: State
    options: tuple[OptionFigure, ...]
    excluded: dict[str, int | None]
    published: tuple[PublishedValue, ...]
    positive: Rate = Rate()
    excluded_labels: Mapping[str, str] = field(default_factory=dict)
    leading: Leading | None = None
    before: "QuestionFigure | None" = None
    difference: Difference | None = None

    @property
    def top(self) -> OptionFigure:
        """The best option of the scale."""
        return self.options[-1]

    @property
    def other(self) -> OptionFigure | None:
        """The next positive option below the best one; None where there is none."""
        below = [figure for figure in self.options[:-1] if figure.positive]
        return below[-1] if below else None

    def option(self, code: str) -> OptionFigure:
        """The figure of an option; KeyError where the scale has none."""
        return {figure.option: figure for figure in self.options}[code]


@dataclass(frozen=True, slots=True)
class Measure:
    """A plain figure: `count`, of `n` where it is a part of something, `share` of it with the 95% interval where it
    has one. None as in OptionFigure. `text` is the figure as shown, `note` what must be known of it."""

    leading: Leading
    count: int | None
    n: int | None = None
    share: float | None = None
    low: float | None = None
    high: float | None = None
    text: str = ""
    note: str = ""
    state: State = "ok"
    warning: bool = False
    question: str = ""
    design_effect: float | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """What a citizen wrote, without what could name anybody; only the day is told."""

    day: date
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What a panel was asked for, and the names to say it in words. Days are local and inclusive."""

    survey: str
    survey_title: str
    provenance: str
    agency: str | None
    agency_name: str
    agency_short: str
    from_on: date | None
    to_on: date | None
    channel: str | None
    procedure: str | None = None
    compare: str | None = None
    question: str | None = None
    structure: str | None = None
    level: str | None = None
    rating: str | None = None

    @property
    def simulated(self) -> bool:
        return self.provenance == "simulated"


@dataclass(frozen=True, slots=True)
class Body:
    """What a panel's family makes of a part: its rows, chart and words. `measure` says what is drawn and its unit;
    `notes` is what must be said beside it, before what is said beside every panel."""

    rows: tuple[QuestionFigure, ...] = ()
    measures: tuple[Measure, ...] = ()
    remarks: tuple[Remark, ...] = ()
    chart: Chart | None = None
    measure: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """The unit of truth. `responses` counts the released responses behind the panel (None where hidden).

    A panel has rows of one kind: `rows` about answers, `measures`, or `remarks`. `drawn` is the question of its chart.
    `note` is what must be said beside it; `general` are the sentences of it, at its end, that are true of every panel.
    """

    key: str
    title: str
    subtitle: str
    note: str
    source: str
    filters: Filters
    responses: int | None
    rows: tuple[QuestionFigure, ...]
    chart: Chart | None
    measures: tuple[Measure, ...] = ()
    remarks: tuple[Remark, ...] = ()
    drawn: str = ""
    general: tuple[str, ...] = ()

    @property
    def particular(self) -> str:
        """What is said beside this panel alone."""
        return self.note.removesuffix(" ".join(self.general)).strip()

    @property
    def told(self) -> Literal["some", "none", "few"]:
        """Whether there is anything to read: "none" where nobody answered, "few" where so few did that all is
        hidden."""
        if self.responses is not None:
            return "some" if self.responses else "none"
        figures = [*(row.n for row in self.rows), *(measure.count for measure in self.measures)]
        return "some" if self.remarks or any(figure is not None for figure in figures) else "few"

    @property
    def compares(self) -> bool:
        """Whether two of its rows at least have shares: one alone compares nothing."""
        return sum(row.top.share is not None for row in self.shown) > 1

    @property
    def shown(self) -> tuple[QuestionFigure, ...]:
        """The rows that its chart and its table show: of one question, where every question has several."""
        return tuple(row for row in self.rows if row.leading is None or self.drawn in ("", row.question))
