"""The shapes of the answers below /api/v1, declared once: the OpenAPI description is made of them, tests check against
them. A name that cannot be a Python word ("from") has it as alias. Days are local and inclusive, YYYY-MM-DD.
"""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Texts = dict[str, str]
Provenance = Literal["collected", "reconstruction", "simulated"]
State = Literal["ok", "too_few", "suppressed"]


class Shape(BaseModel):
    """Exactly these members."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Problem(Shape):
    where: str = Field(description="the query key, member or question that is wrong")
    code: str
    message: str


class Error(Shape):
    """Every answer that is no success."""

    code: str = Field(description="stable, for programs")
    message: str = Field(description="in the language of the request")
    errors: list[Problem] = Field(default=[], description="one for each thing wrong; absent where there is one only")


class AgencyName(Shape):
    code: str
    name: str


class Questionnaire(Shape):
    code: str
    version: int


class SurveySummary(Shape):
    code: str
    title: str = Field(description="in the language of the request")
    titles: Texts = Field(description="by language tag")
    agency: AgencyName = Field(description="answers are collected here and at every agency below")
    opens_on: date | None = Field(alias="from")
    closes_on: date | None = Field(alias="to")
    channels: list[str]
    provenance: Provenance
    simulated: bool
    questionnaire: Questionnaire


class Surveys(Shape):
    """The newest first; those at an agency of the caller's scope or above it."""

    surveys: list[SurveySummary]


class OptionText(Shape):
    code: str
    order: int = Field(description="rises from worst to best")
    score: float | None
    positive: bool
    excluded: bool = Field(description="stands outside n")
    text: Texts


class Reason(Shape):
    code: str
    text: Texts


class Question(Shape):
    code: str
    kind: Literal["choice", "text"]
    label: Texts
    text: Texts
    scale: str
    options: list[OptionText]
    reasons: list[Reason]


class Agency(AgencyName):
    tier: str


class Survey(SurveySummary):
    """With what is asked, the agencies of the caller's scope at which it collects, and the panels there are."""

    questions: list[Question]
    agencies: list[Agency]
    panels: list[str]


class Option(Shape):
    """`share`, `low` and `high` are exact (0 to 1), the interval is Wilson's of 95%; null where hidden or n < 30."""

    option: str
    label: str
    count: int | None
    share: float | None
    low: float | None
    high: float | None
    suppressed: bool


class Rate(Shape):
    """All positive options together."""

    count: int | None
    share: float | None
    low: float | None
    high: float | None


class Published(Shape):
    """A percentage that somebody published: the true one lies in [value_low, value_high); it has no n."""

    option: str
    value_low: float
    value_high: float
    qualifier: Literal["floor", "rounded", "exact"]


class Difference(Shape):
    """A difference of the best option's share, -1 to 1, with its 95% interval; null where there are too few answers."""

    value: float | None
    low: float | None
    high: float | None
    words: str


class QuestionRow(Shape):
    """One question; options from worst to best, zeros too. `top`, `other` and `positive` belong to `overview` alone.

    A panel with several rows of one question has one of the leading keys `period`, `agency`, `channel`, `verified` and
    `procedure`, with its `name`. `difference` is that to the whole, or to the earlier period `before`.
    """

    period: str | None = None
    agency: str | None = None
    channel: str | None = None
    verified: Literal["yes", "no"] | None = None
    procedure: str | None = None
    name: str | None = None
    question: str
    label: str
    n: int | None = Field(description="null where it is small but not zero")
    state: State
    options: list[Option]
    excluded: dict[str, int | None] = Field(description="counts outside n, by option")
    published: list[Published]
    top: Option | None = None
    other: Option | None = None
    positive: Rate | None = None
    difference: Difference | None = None
    before: "QuestionRow | None" = None


class MeasureRow(Shape):
    """A plain figure of the panels `quality`, `flags`, `cases`, `weighted` and `reasons`: `count`, of `n` where it is a
    part. `design_effect`: how many times the variance of a simple sample the weighted share has."""

    measure: str | None = None
    reason: str | None = None
    label: str
    question: str | None = None
    n: int | None
    state: State
    count: int | None
    share: float | None
    low: float | None
    high: float | None
    note: str
    design_effect: float | None = None


class RemarkRow(Shape):
    """What a citizen wrote, without what could name anybody."""

    day: date
    language: str
    text: str


class Panel(Shape):
    """The same figures as on the page and in the documents."""

    key: str
    title: str
    subtitle: str
    note: str
    source: str
    survey: str
    agency: str | None
    from_on: date | None = Field(alias="from")
    to_on: date | None = Field(alias="to")
    channel: str | None
    procedure: str | None = None
    compare: str | None = None
    question: str | None = None
    structure: Literal["current"] | None = None
    level: Literal["leaves"] | None = None
    rating: str | None = None
    simulated: bool
    provenance: Provenance
    rows: list[QuestionRow | MeasureRow | RemarkRow]


class SubmittedResponse(Shape):
    """One citizen's answers. Times carry a zone; `null` is taken for `comment` and `ticket` alone."""

    id: str = Field(description="UUID of version 7 (4 and 8 are taken), made by the sender; the same id is one answer")
    agency: str = Field(description="code of the agency at which it was answered")
    answered_at: datetime
    language: str = Field(description="language tag of what was shown")
    channel: str = Field(description="one of the channels; of a device: kiosk")
    answers: dict[str, str] = Field(description="option code by question code; a text question's own words")
    comment: str | None = None
    ticket: str | None = Field(default=None, description="one-time code; an unknown one never loses the answer")
    version: int | None = Field(default=None, description="number of the questionnaire version shown")
    procedure: str | None = None
    started_at: datetime | None = None
    completed: bool = True
    end_reason: Literal["done", "timeout"] = "done"
    reasons: dict[str, list[str]] = Field(default={}, description="reason codes by question code")


class Stored(Shape):
    """The same at every repeat. `sha256` is over the canonical JSON of the body without its ticket."""

    id: str
    sha256: str
    receipt: str


class SubmittedBatch(Shape):
    responses: list[SubmittedResponse] = Field(max_length=100)


class BatchResult(Shape):
    """Either id, sha256 and receipt (status 200, 201) or code, message and errors."""

    status: int
    id: str | None = None
    sha256: str | None = None
    receipt: str | None = None
    code: str | None = None
    message: str | None = None
    errors: list[Problem] = []


class BatchResults(Shape):
    """One result for each body, in the order sent."""

    results: list[BatchResult]


class WantedTickets(Shape):
    """One-time codes for cases of one agency, good for 30 days from the closing date, or from today."""

    agency: str
    count: int = Field(ge=1, le=1000)
    procedure: str | None = Field(default=None, description="of all these cases")
    closing_date: date | None = None
    by_message: bool = Field(default=False, description="addresses for text messages instead of printed QR codes")


class TicketAddress(Shape):
    ticket: str
    address: str


class IssuedTickets(Shape):
    """Shown this once: the server keeps a hash of each."""

    tickets: list[TicketAddress]
    expires_on: date
