"""What a version asks, as frozen values: questions, each with its own scale, and their texts in any language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Texts = Mapping[str, str]
Kind = Literal["choice", "text"]
COMMENT = "comment"
NO_OPINION = "no_opinion"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a scale. `order` runs from worst to best; `excluded` ones stand outside every denominator."""

    code: str
    order: int
    score: float | None
    positive: bool
    excluded: bool
    text: Texts


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody was unhappy; offered only after an answer that is neither positive nor excluded."""

    code: str
    text: Texts


@dataclass(frozen=True)
class Question:
    """A question with its own scale. A text question has no options and at most `max_length` characters."""

    code: str
    kind: Kind
    label: Texts
    text: Texts
    scale: str = ""
    options: tuple[Option, ...] = ()
    reasons: tuple[Reason, ...] = ()
    max_length: int = 1000

    @cached_property
    def option_codes(self) -> frozenset[str]:
        return frozenset(option.code for option in self.options)

    @cached_property
    def counted_options(self) -> tuple[Option, ...]:
        """The options of the denominator, worst to best."""
        return tuple(sorted((o for o in self.options if not o.excluded), key=lambda o: o.order))

    @cached_property
    def excluded_options(self) -> tuple[Option, ...]:
        return tuple(o for o in self.options if o.excluded)

    @cached_property
    def unhappy_codes(self) -> frozenset[str]:
        """The options after which the reasons are asked."""
        return frozenset(o.code for o in self.options if not o.excluded and not o.positive)


@dataclass(frozen=True)
class Content:
    """The whole of a version. `words` are the page's own words (translation.WORDS) in languages without a catalogue."""

    titles: Texts
    intro: Texts
    questions: tuple[Question, ...]
    words: Mapping[str, Texts] = field(default_factory=dict)

    @cached_property
    def by_code(self) -> Mapping[str, Question]:
        return {question.code: question for question in self.questions}

    @cached_property
    def choices(self) -> tuple[Question, ...]:
        return tuple(q for q in self.questions if q.kind == "choice")

    @cached_property
    def text_questions(self) -> tuple[Question, ...]:
        return tuple(q for q in self.questions if q.kind == "text")

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The language tags in which every question can be read, in the order of the first question's text."""
        return tuple(t for t in self.questions[0].text if all(q.text.get(t) for q in self.questions))
