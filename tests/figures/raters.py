"""An attack on comments by how their writers rated, laid over all other comments and over the answers' figures."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from itertools import product

from survey_app.figures.released import released_beside
from survey_app.figures.rules import rating_group, rating_groups
from survey_app.figures.subjects import RATED, YES, comments_by_rating
from survey_app.questionnaires.content import COMMENT
from survey_app.questionnaires.queries import version_content
from survey_app.tallies.rules import Slice
from tests.figures.attack import Attack, Group, Statement
from tests.figures.small_surveys import MINIMUM, QUESTIONS, Collected, SmallSurvey, resolutions_kept


def told_by_raters(small: SmallSurvey) -> Collected:
    """How many comments of each group of ratings are told, of every view; as panels do, but under the smallest minimum,
    which tells most."""
    found: Collected = defaultdict(list)
    questions = version_content(small.survey.version_id).choices
    subject = comments_by_rating(questions, {})
    with resolutions_kept():
        for agency, box in small.boxes():
            if box.flagged is not None:
                continue
            part = Slice(small.survey.id, (agency.id,), box.first, box.last, box.channel, None, None, box.procedure)
            told = released_beside(small.survey, part, subject)
            groups = [group for group in rating_groups(questions) if told.tells(RATED, group)]
            counts = {group: told.counts.get((RATED, group), 0) for group in groups}
            found[RATED] += [Statement(box, frozenset([group]), count) for group, count in counts.items()]
    return found


def raters_isolated(small: SmallSurvey, answers: Collected, comments: Collected, raters: Collected) -> list[Group]:
    """Who is isolated of those who wrote a comment: by a group of ratings, by an option, or all of them. Who wrote none
    is not protected."""
    questions = version_content(small.survey.version_id).choices
    codes = [*QUESTIONS, COMMENT]
    labels = list(product(*(("", *options) for options in QUESTIONS.values()), ("", YES)))
    people = [replace(p, answers={RATED: joined([p.answers.get(code, "") for code in codes])}) for p in small.people]

    def those(code: str, option: str) -> frozenset[str]:
        return frozenset(joined(label) for label in labels if label[codes.index(code)] == option)

    def rated(group: str) -> frozenset[str]:
        answered = (label for label in labels if rating_group(dict(zip(codes, label, strict=True)), questions) == group)
        return frozenset(map(joined, answered)) & wrote

    wrote = those(COMMENT, YES)
    chosen = {(RATED, group): rated(group) for group in rating_groups(questions)} | {(COMMENT, YES): wrote}
    chosen |= {(question, option): those(question, option) for question in QUESTIONS for option in QUESTIONS[question]}
    told = [
        replace(statement, options=frozenset().union(*(chosen[code, option] for option in statement.options)))
        for code, found in ((RATED, raters), (COMMENT, comments), *((question, answers) for question in QUESTIONS))
        for statement in found[code]
    ]
    attack = Attack(people, RATED, told, map(joined, labels))
    boxes = [box for box in small.groups() if box.flagged is None]
    return attack.isolated(attack.small(boxes, MINIMUM, [options & wrote for options in chosen.values()]))


def joined(label: Iterable[str]) -> str:
    """One option of each question ("" where skipped), and whether a comment was written, as one option."""
    return " ".join(label)
