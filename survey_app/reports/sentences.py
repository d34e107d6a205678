"""The sentence engine: a panel's counts as the sentences of an official report. Pure.

Percentages are floors from whole-number division ("trên 74%" is at least 74 and under 75), never rounded. What the
panel hides stays hidden here, and no sentence says "none" of something that was counted or may not be told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from survey_app.figures.panels import OptionFigure, QuestionFigure
from survey_app.reports.rules import Cases
from survey_app.reports.wording import WORDINGS, Clause, Template, Wording

HIDDEN = "…"
TIMELINESS = "timeliness"
LOWEST_LEVELS = 2


@dataclass(frozen=True, slots=True)
class Narrative:
    """The sentences in the order of the questions, and what the reader must know about them."""

    sentences: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """What every sentence of a report shares. `counted` holds the true counts of hidden cells by (question, option);
    it decides only between "fewer than the limit" and "not given"."""

    wording: Wording
    agency: str
    responses: int | None
    min_cell: int
    cases: Cases | None
    counted: Mapping[tuple[str, str], int]


def narrate(
    rows: Sequence[QuestionFigure],
    *,
    language: str,
    agency: str,
    responses: int | None,
    min_cell: int,
    cases: Cases | None = None,
    counted: Mapping[tuple[str, str], int] | None = None,
) -> Narrative:
    """The sentences for questions as a panel shows them. `responses` is the n of the closing "(khảo sát n lượt)";
    a question with another n carries its own. Under 30 answers counts stand in the place of shares."""
    context = Context(WORDINGS[language], agency, responses, min_cell, cases, counted or {})
    if all(row.n == 0 for row in rows):
        return Narrative((context.wording.no_answers,), ())
    sentences = [_sentence(row, context) for row in rows]
    suffix, suffix_notes = _suffix(context)
    if suffix:
        sentences[-1] += f" {suffix}"
    return Narrative(tuple(sentences), (*_notes(rows, context), *suffix_notes))


def share_words(count: int, n: int, wording: Wording, *, bracketed: bool = False) -> str:
    """count of n in words: "đạt trên 74%", "đạt 50%", "đạt dưới 1%", "100%"; in brackets without "đạt".
    Exact: (quotient, remainder) of 100 * count / n."""
    percent, remainder = divmod(100 * count, n)
    if count == n:
        words = wording.share_all
    elif remainder == 0:
        words = wording.share_exact.format(percent=percent)
    elif percent == 0:
        words = wording.share_under_one
    else:
        words = wording.share_over.format(percent=percent)
    return words.removeprefix(wording.reaches) if bracketed else words


def _sentence(row: QuestionFigure, context: Context) -> str:
    template = _template(row, context.wording)
    lead = template.lead.format(agency=context.agency)
    if row.n is None:
        return f"{lead} {context.wording.too_few_answers}"
    if row.n == 0:
        return f"{lead} {context.wording.no_answers}"
    levels = _listed(_levels(row, template, context), context.wording)
    own_n = "" if row.n == context.responses else " " + context.wording.own_n.format(n=_number(row.n, context.wording))
    clause = _clause(row, template.clause, context) if template.clause else ""
    return f"{lead} {levels}{own_n}." + (f" {clause}" if clause else "")


def _template(row: QuestionFigure, wording: Wording) -> Template:
    """The question's own sentence where its scale has the options that the sentence names, else one from its labels."""
    template = wording.templates.get(row.question)
    if template is None:
        return _generic(row, wording)
    named = {code for code, _ in template.levels} | set(template.clause.options if template.clause else ())
    return template if named <= {option.option for option in row.options} else _generic(row, wording)


def _generic(row: QuestionFigure, wording: Wording) -> Template:
    """Positive options (all, where the scale has none), then the lowest levels as the clause."""
    positive = [option for option in row.options if option.positive]
    negative = [option for option in row.options if positive and not option.positive and option.level <= LOWEST_LEVELS]
    levels = tuple(
        (option.option, wording.generic_level.format(label=_literal(option.label), share="{share}"))
        for option in positive or row.options
    )
    lead = wording.generic_lead.format(label=_literal(row.label))
    return Template(lead, levels, _generic_clause(negative, wording) if negative else None)


def _generic_clause(negative: Sequence[OptionFigure], wording: Wording) -> Clause:
    labels = _listed([wording.quoted.format(label=_literal(option.label)) for option in negative], wording)
    texts = {
        name: getattr(wording.generic_clause, name).replace("{labels}", labels)
        for name in ("some", "counted", "few", "withheld", "unknown", "none")
    }
    return replace(wording.generic_clause, options=tuple(option.option for option in negative), **texts)


def _literal(label: str) -> str:
    """A label that a later format() leaves as it is."""
    return label.replace("{", "{{").replace("}", "}}")


def _levels(row: QuestionFigure, template: Template, context: Context) -> list[str]:
    shown = {code: _figure(row, code, context) for code, _ in template.levels}
    if template.clause and _is_small(row, template.clause, context) and HIDDEN not in shown.values():
        # The rest of the scale would give the hidden number away: its neighbour is hidden too.
        scale = [option.option for option in row.options]
        shown[min(shown, key=scale.index)] = HIDDEN
    return [words.format(share=shown[code]) for code, words in template.levels]


def _figure(row: QuestionFigure, code: str, context: Context) -> str:
    count = row.option(code).count
    if count is None or row.n is None or 0 < count < context.min_cell:
        return HIDDEN
    if row.state == "too_few":
        return context.wording.share_counted.format(count=_number(count, context.wording))
    return share_words(count, row.n, context.wording)


def _told(row: QuestionFigure, clause: Clause, context: Context) -> int | None:
    """Negative answers as shown, or as the rest of the scale leaves them; None = may not be told."""
    counts = [option.count for option in row.options if option.option in clause.options]
    others = [option.count for option in row.options if option.option not in clause.options]
    told: int | None = None
    if all(count is not None for count in counts):
        told = _sum(counts)
    elif row.n is not None and all(count is not None for count in others):
        told = row.n - _sum(others)
    return None if told is not None and 0 < told < context.min_cell else told


def _is_small(row: QuestionFigure, clause: Clause, context: Context) -> bool:
    """Whether the negative answers may not be told because they are few, or for all we know."""
    true_count = _true_count(row, clause, context)
    return _told(row, clause, context) is None and (true_count is None or true_count < context.min_cell)


def _sum(counts: Iterable[int | None]) -> int:
    return sum(count for count in counts if count is not None)


def _clause(row: QuestionFigure, clause: Clause, context: Context) -> str:
    told = _told(row, clause, context)
    if told is None:
        return _withheld(_true_count(row, clause, context), clause, context)
    if told == 0:
        return _none(row, clause, context)
    count = _number(told, context.wording)
    if row.state == "too_few" or row.n is None:
        return clause.counted.format(count=count)
    return clause.some.format(count=count, share=share_words(told, row.n, context.wording, bracketed=True))


def _true_count(row: QuestionFigure, clause: Clause, context: Context) -> int | None:
    """The negative answers, hidden ones too; None where the true counts were not given."""
    total = 0
    for option in row.options:
        if option.option in clause.options:
            count = context.counted.get((row.question, option.option), option.count)
            if count is None:
                return None
            total += count
    return total


def _withheld(true_count: int | None, clause: Clause, context: Context) -> str:
    if not true_count:
        return clause.unknown
    few = true_count < context.min_cell
    return clause.few.format(limit=context.min_cell) if few else clause.withheld


def _none(row: QuestionFigure, clause: Clause, context: Context) -> str:
    overdue = context.cases.overdue if context.cases else None
    if row.question == TIMELINESS and overdue:
        return context.wording.late_only_in_cases.format(overdue=_number(overdue, context.wording))
    return clause.none


def _suffix(context: Context) -> tuple[str, tuple[str, ...]]:
    """The closing bracket, and a note where the response rate cannot be given although cases were counted."""
    wording, n = context.wording, context.responses
    if n is None:
        return "", ()
    shown = _number(n, wording)
    resolved = context.cases.resolved if context.cases else None
    if not resolved:
        return wording.suffix.format(n=shown), ()
    if n > resolved:
        return wording.suffix.format(n=shown), (wording.note_more_answers_than_cases,)
    return wording.suffix_rate.format(n=shown, rate=_rate(n, resolved, wording)), ()


def response_rate(n: int | None, cases: Cases | None, language: str) -> str:
    """n of the cases resolved, cut to whole per cent; "" where it cannot be given."""
    resolved = cases.resolved if cases else None
    return _rate(n, resolved, WORDINGS[language]) if n is not None and resolved and n <= resolved else ""


def _rate(n: int, resolved: int, wording: Wording) -> str:
    percent = 100 * n // resolved
    return f"{percent}%" if percent or not n else wording.share_under_one.removeprefix(wording.reaches)


def _notes(rows: Sequence[QuestionFigure], context: Context) -> list[str]:
    notes = []
    for row in rows:
        clause = _template(row, context.wording).clause
        if row.question == TIMELINESS and clause and row.n:
            notes += _late_notes(row, clause, context)
    return notes


def _late_notes(row: QuestionFigure, clause: Clause, context: Context) -> list[str]:
    told = _told(row, clause, context)
    late = told if told is not None else _true_count(row, clause, context)
    overdue = context.cases.overdue if context.cases else None
    if overdue is None:
        return [context.wording.note_survey_alone] if late == 0 and told == 0 else []
    return [context.wording.note_late_not_in_cases] if overdue == 0 and late else []


def _listed(parts: Sequence[str], wording: Wording) -> str:
    return ", ".join(parts) if len(parts) < 2 else ", ".join(parts[:-1]) + wording.last + parts[-1]


def _number(value: int, wording: Wording) -> str:
    return f"{value:,}".replace(",", wording.thousands)
