"""What is counted beside the answers: reasons, kinds of flags, comments. Each is a question of its own to the cubes."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from survey_app.figures.rules import rating_group, rating_groups
from survey_app.questionnaires.content import COMMENT, Question
from survey_app.responses.flags import FLAGS
from survey_app.responses.queries import Among, flags_grouped, reasons_grouped, texts_by_answers, texts_grouped
from survey_app.tallies.rules import Slice

YES, OTHER, NO = "yes", "other", "no"
RATED = f"{COMMENT}.rated"
Key = tuple[Any, ...]
Found = dict[Key, dict[tuple[str, str], int]]
Responses = Mapping[Key, int]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is counted, by name: the questions with their options, and `grouped(part, by, responses)`: how often each
    was chosen in each group, beside the responses of the groups; as `tallies.queries.grouped_counts` but for what was
    never chosen."""

    name: Hashable
    questions: Mapping[str, tuple[str, ...]]
    grouped: Callable[[Slice, Sequence[str], Responses], Found]


def reason_code(question: str, reason: str) -> str:
    """The question whether a reason was given, by whom any was given after that question."""
    return f"{question}.{reason}"


def reasons_of(questions: Sequence[Question]) -> Subject:
    """Each reason of these questions, among those who gave any."""
    asked = {reason_code(q.code, reason.code): (q.code, reason.code) for q in questions for reason in q.reasons}

    def grouped(part: Slice, by: Sequence[str], _responses: Responses) -> Found:
        found: Found = {}
        for key, counts in reasons_grouped(among(part), by).items():
            people = {code: counts.get((question, ""), 0) for code, (question, _reason) in asked.items()}
            given = {code: counts.get(pair, 0) for code, pair in asked.items()}
            found[key] = _sides(given, people)
        return found

    return Subject(("reasons", *asked), dict.fromkeys(asked, (YES, NO)), grouped)


def flag_kinds() -> Subject:
    """Each kind of flag, beside those who carry other kinds alone and those who carry none: how many are flagged at all
    is told as well."""
    names = [flag.name for flag in FLAGS]

    def grouped(part: Slice, by: Sequence[str], responses: Responses) -> Found:
        flagged = flags_grouped(among(part), by)
        found: Found = {}
        for key, number in responses.items():
            kinds = flagged.get(key, {})
            most = min(kinds.get("", 0), number)
            sides = {(name, YES): min(kinds.get(name, 0), most) for name in names}
            sides |= {(name, OTHER): most - sides[name, YES] for name in names}
            sides |= {(name, NO): number - most for name in names}
            found[key] = {choice: count for choice, count in sides.items() if count}
        return found

    return Subject("flags", dict.fromkeys(names, (YES, OTHER, NO)), grouped)


def comments_written() -> Subject:
    """The comments; who wrote none is not protected."""

    def grouped(part: Slice, by: Sequence[str], _responses: Responses) -> Found:
        return {key: {(COMMENT, YES): count} for key, count in texts_grouped(among(part), by, question=COMMENT).items()}

    return Subject("comments", {COMMENT: (YES,)}, grouped)


def comments_by_rating(questions: Sequence[Question], codes: Mapping[str, str]) -> Subject:
    """The comments by how their writers rated: each stands in one group (`rules.rating_group`). `codes` are those of
    earlier questions with the ones that continue them."""

    def grouped(part: Slice, by: Sequence[str], _responses: Responses) -> Found:
        found: Found = {}
        for key, answers, count in texts_by_answers(among(part), by, question=COMMENT):
            counts, choice = found.setdefault(key, {}), (RATED, rating_group(continued(answers, codes), questions))
            counts[choice] = counts.get(choice, 0) + count
        return found

    return Subject("ratings", {RATED: rating_groups(questions)}, grouped)


def continued(answers: Mapping[str, str], codes: Mapping[str, str]) -> Mapping[str, str]:
    """Answers under the codes of the questions that continue those asked."""
    return {codes.get(question, question): option for question, option in answers.items()} if codes else answers


def among(part: Slice) -> Among:
    """The part as the responses' own queries take it."""
    return Among(part.survey_id, part.agency_ids, part.from_on, part.to_on, part.channel, part.procedure)


def _sides(given: Mapping[str, int], people: Mapping[str, int]) -> dict[tuple[str, str], int]:
    """Who did and who did not; what is not counted yet, or was taken back since, makes nobody negative."""
    sides = {(code, YES): min(count, people[code]) for code, count in given.items()}
    sides |= {(code, NO): max(0, people[code] - count) for code, count in given.items()}
    return {choice: count for choice, count in sides.items() if count}
