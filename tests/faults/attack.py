"""python -m tests.faults.attack [--cubes N --first N --seconds N --parts static,beside,looks --database sqlite]:
attack random small surveys by all that is told.

`static`: everything that staff are told of an imported survey (class by class, single views, panels of readers of the
whole and of one agency, the public page), and, of every second one, what the public is told; then every group that can
be described is solved for. Of every tenth hidden counts are bounded from both sides. `beside`: reasons, kinds of flags
and comments, by themselves and laid over the answers, comments also by how their writers rated. `looks`: the answers
come in one by one, live, with a look through everything after each, and whatever is added up and subtracted
(`tests.figures.polling`). Exits 1 where anything follows; what bounds give, and how often the public can tell fewer
people apart than SURVEY_MIN_CELL_PUBLIC, is told (docs/privacy.md).
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from survey_app.access import Scope
from survey_app.figures.parts import told_to
from tests.bench.installation import KINDS, installation, say
from tests.figures.panel_reading import told_by_panels, told_on_boards, told_on_the_public_page
from tests.figures.polling import STAFF, described, polled
from tests.figures.polling import isolated as isolated_by_looks
from tests.figures.raters import raters_isolated, told_by_raters
from tests.figures.small_surveys import (
    Collected,
    SmallSurvey,
    attacks,
    isolated,
    overlapping,
    together,
    told_beside,
    told_by_classes,
    told_by_views,
    told_until,
)

MINIMUM, MINIMUM_PUBLIC = 5, 10
# So many answers come in live.
MOST = 70
BOUNDED = 30
EVERY = 10
# What was found of one survey, by how; what is no fault is a number to be told.
Findings = Mapping[str, Sequence[object] | int]
PAGE, BOARDS, BESIDE = "public page", "boards", "beside the answers"


def static(seed: int) -> Findings:
    """Who is isolated by all views and panels of staff who see the public page too; by what the public is told."""
    small = SmallSurvey(seed)
    told = staff(small)
    found: dict[str, Sequence[object] | int] = {"views of staff": isolated(small, told, MINIMUM)}
    if seed % 2 == 0:
        found["views of the public"] = isolated(small, public(small), MINIMUM_PUBLIC)
    return found | (bounded(small, told) if seed % EVERY == 0 else {})


def staff(small: SmallSurvey) -> Collected:
    """What readers of the whole and of one agency are told together, who see the public page too."""
    one = Scope(small.agencies[1].id)
    return together(
        told_by_classes(small),
        told_by_views(small, most=4),
        told_by_panels(small, most=2),
        told_by_panels(small, one, most=2),
        told_until(small),
    )


def public(small: SmallSurvey) -> Collected:
    """What everybody is told of a published survey."""
    with told_to("public"):
        return together(told_by_classes(small, "public"), told_by_panels(small, most=1))


def bounded(small: SmallSurvey, told: Collected) -> dict[str, int]:
    """Of small groups, by chance some: how many are known to be small and not empty where no number is negative."""
    found: Counter[str] = Counter()
    for attack in attacks(small, told):
        groups = attack.small(small.groups(), MINIMUM)
        for group in small.random.sample(groups, min(BOUNDED, len(groups))):
            least, most = attack.bounds(group)
            found["groups bounded"] += 1
            found["known to be small"] += least >= 1 and most < MINIMUM
    return dict(found)


def beside(seed: int) -> Findings:
    """Who is isolated by what is counted beside the answers: each by itself, laid over the answers, by ratings."""
    small = SmallSurvey(seed, more=True)
    answers, others = told_by_classes(small), told_beside(small)
    return {
        "reasons, flags, comments": isolated(small, others, MINIMUM),
        "laid over the answers": overlapping(small, answers, others),
        "comments by ratings": raters_isolated(small, answers, others, told_by_raters(small)),
    }


def looks(seed: int) -> Findings:
    """Combinations of few people in what is told after each answer: to staff, on the public page, and to who sees both;
    of every second survey also on wall-boards, of every tenth in what is counted beside the answers."""
    small = SmallSurvey(seed, live=True, more=seed % EVERY == 1)
    readers = {PAGE: told_on_the_public_page}
    if seed % 2 == 0:
        readers[BOARDS] = told_on_boards
    if seed % EVERY == 1:
        readers[BESIDE] = told_beside
    seen = polled(small, MOST, readers)
    asked = {f"looks: {name}": (name,) for name in (STAFF, *readers)} | {"looks: all together": (STAFF, *readers)}
    found: dict[str, Sequence[object] | int] = {
        words: [described(seen, vector) for vector in isolated_by_looks(seen, MINIMUM, who)]
        for words, who in asked.items()
    }
    few = {name: isolated_by_looks(seen, MINIMUM_PUBLIC, (name,)) for name in (PAGE, BOARDS) if name in readers}
    return found | {f"looks: {name}, fewer than {MINIMUM_PUBLIC}": int(bool(each)) for name, each in few.items()}


PARTS: dict[str, Callable[[int], Findings]] = {"static": static, "beside": beside, "looks": looks}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cubes", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=7200)
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--database", default="sqlite", choices=KINDS)
    chosen = parser.parse_args()
    parts = [PARTS[name] for name in chosen.parts.split(",")]
    until, surveys, wrong, told = time.monotonic() + chosen.seconds, Counter[str](), Counter[str](), Counter[str]()
    done = 0
    with installation(chosen.database) as app, app.test_request_context():
        for seed in range(chosen.first, chosen.first + chosen.cubes):
            if time.monotonic() > until:
                break
            for words, found in (pair for part in parts for pair in part(seed).items()):
                if isinstance(found, int):
                    told[words] += found
                    continue
                surveys[words] += 1
                wrong[words] += bool(found)
                for each in found[:3]:
                    say(f"survey {seed}, {words}: {each}")
            done += 1
            if done % EVERY == 0 or done == chosen.cubes:
                say(f"{done} surveys: " + "; ".join(f"{words} {wrong[words]} of {n}" for words, n in surveys.items()))
                say(f"no faults: {dict(told)}")
    return 1 if wrong.total() or done < chosen.cubes else 0


if __name__ == "__main__":
    sys.exit(main())
