"""The texts of a version in one more language: which there are to translate, what is wrong with some.

A translation is {path: text}. Paths are those of `places`: "titles", "intro", "access.text",
"access.options.very_low", "access.reasons.no_guide", "words.start". Pure.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from survey_app.errors import Problem
from survey_app.questionnaires.content import Content, Question, Texts

LONGEST = 1000
Added = Callable[[str, Texts], Texts]
# Marks a text for translation; the edge translates it.
N_ = str
# The page's own words that a citizen cannot do without, as the catalogues have them. Where a language has no
# catalogue, its translation may bring these; the others are shown in the nearest catalogue.
WORDS = {
    "start": N_("Tap to begin"),
    "back": N_("Previous question"),
    "next": N_("Continue"),
    "skip": N_("I would rather not answer this question"),
    "or": N_("or"),
    "why": N_("What was not good? (you may choose several)"),
    "comment": N_("Anything else? (optional)"),
    "private": N_("No name is kept. The staff at the counter cannot see your answers."),
    "send": N_("Send my answers"),
    "thanks": N_("Thank you. Your answers are stored."),
    "still_here": N_("Are you still here?"),
    "more_time": N_("I need more time"),
    "finish": N_("Finish"),
    "home": N_("Back to the first screen"),
    "listen": N_("Listen"),
    "how_served": N_("How were you served today?"),
    "one_minute": N_("About one minute; no name is kept."),
    "or_phone": N_("or use your telephone"),
    "larger": N_("Larger text"),
    "contrast": N_("Contrast"),
    "comment_hint": N_(
        "Please write no names, telephone numbers or document numbers, yours or anybody else's. "
        "At most 1,000 characters."
    ),
    "thanks_next": N_(
        "They are counted together with those of others, and the agency uses the result to serve better."
    ),
}


def places(content: Content) -> dict[str, Texts]:
    """Every text of a version by its path, in the order of the screen; the fixed words come last."""
    return dict(_places(content))


def translation_problems(content: Content, texts: Mapping[str, object]) -> tuple[Problem, ...]:
    """What keeps a translation from being stored: an unknown path, an empty or overlong text, no text at all."""
    known = places(content)
    problems = [Problem(path, "unknown", "is no text of this version") for path in texts if path not in known]
    for path, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            problems.append(Problem(path, "empty", "is empty"))
        elif len(text) > LONGEST:
            problems.append(Problem(path, "too_long", f"has more than {LONGEST} characters"))
    return tuple(problems) if texts else (Problem("", "empty", "holds no text"),)


def missing_places(content: Content, language: str, *, has_catalogue: bool) -> tuple[str, ...]:
    """The paths that have no text in a language: these are shown in the fallback.

    A language with a catalogue (`has_catalogue`) needs no fixed words of its own.
    """
    return tuple(
        path
        for path, texts in places(content).items()
        if not texts.get(language) and not (has_catalogue and path.startswith("words."))
    )


def translated(content: Content, translations: Mapping[str, Mapping[str, str]]) -> Content:
    """The version with the texts of {language: translation} added; what a version says itself is never replaced."""

    def added(path: str, own: Texts) -> Texts:
        return {**own, **{tag: texts[path] for tag, texts in translations.items() if path in texts and tag not in own}}

    if not translations:
        return content
    return Content(
        titles=added("titles", content.titles),
        intro=added("intro", content.intro),
        questions=tuple(_question(question, added) for question in content.questions),
        words={name: added(f"words.{name}", content.words.get(name, {})) for name in WORDS},
    )


def _question(question: Question, added: Added) -> Question:
    code = question.code
    return replace(
        question,
        label=added(f"{code}.label", question.label),
        text=added(f"{code}.text", question.text),
        options=tuple(replace(o, text=added(f"{code}.options.{o.code}", o.text)) for o in question.options),
        reasons=tuple(replace(r, text=added(f"{code}.reasons.{r.code}", r.text)) for r in question.reasons),
    )


def _places(content: Content) -> Iterator[tuple[str, Texts]]:
    yield "titles", content.titles
    if content.intro:
        yield "intro", content.intro
    for question in content.questions:
        code = question.code
        yield f"{code}.text", question.text
        yield f"{code}.label", question.label
        yield from ((f"{code}.options.{option.code}", option.text) for option in question.options)
        yield from ((f"{code}.reasons.{reason.code}", reason.text) for reason in question.reasons)
    for name in WORDS:
        yield f"words.{name}", content.words.get(name, {})
