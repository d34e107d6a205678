"""Which question of a version continues which of an earlier one, and what that does to counts. Pure.

Within a questionnaire one code is one question: publishing refuses anything else. A link joins two codes.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from survey_app.errors import Problem
from survey_app.questionnaires.content import Content
from survey_app.questionnaires.rules import question_differences

Contents = Mapping[int, Content]


class Link(NamedTuple):
    """Question `question` of version `number` continues `earlier_question` of version `earlier`; where it is not
    comparable it only stands in its place."""

    number: int
    question: str
    earlier: int
    earlier_question: str
    comparable: bool


def link_problems(link: Link, contents: Contents, links: Iterable[Link]) -> Iterator[Problem]:
    """What is wrong with a link beside the others of its questionnaire; `contents` are the published versions."""
    if link.earlier not in contents or link.number not in contents or link.earlier >= link.number:
        yield Problem("earlier", "order", "both must be published versions, the earlier one first")
        return
    after, before = contents[link.number], contents[link.earlier]
    ends = (("question", link.question, after), ("earlier_question", link.earlier_question, before))
    for where, code, content in ends:
        if code not in {each.code for each in content.choices}:
            yield Problem(where, "unknown", f"that version has no question {code} with options")
            return
    if link.question in before.by_code or link.earlier_question in after.by_code:
        yield Problem("question", "same_code", "a question that both versions ask continues itself")
        return
    yield from _apart(link, contents)
    every = [each for each in links if each[:3] != link[:3]] + [link]
    for number in sorted(contents):
        asked = {each.code for each in contents[number].choices}
        if (found := _twice(continued(asked, number, every), number, contents)) is not None:
            words = f"version {found[0]} would count one response twice in {found[1]}"
            yield Problem("earlier_question", "twice", words)
            return


def continued(asked: Collection[str], number: int, links: Iterable[Link]) -> dict[str, str]:
    """{code of an earlier question: code of the one asked now} of the questions of version `number`, over as many
    versions as the comparable links reach. Of two that claim one question the later version's counts."""
    found: dict[str, str] = {}
    for link in sorted(links, reverse=True):
        now = link.question if link.question in asked else found.get(link.question)
        if link.comparable and link.number <= number and now and link.earlier_question not in asked:
            found.setdefault(link.earlier_question, now)
    return found


def _apart(link: Link, contents: Contents) -> Iterator[Problem]:
    """Why two questions that are called comparable are not."""
    if link.comparable:
        after = contents[link.number].by_code[link.question]
        yield from question_differences(contents[link.earlier].by_code[link.earlier_question], after)


def _twice(codes: Mapping[str, str], last: int, contents: Contents) -> tuple[int, str] | None:
    """(version, question) of the first version up to `last` that asks two questions which are counted as one."""
    for number in sorted(each for each in contents if each <= last):
        counted = [codes.get(each.code, each.code) for each in contents[number].choices]
        for code in sorted(set(counted)):
            if counted.count(code) > 1:
                return number, code
    return None
