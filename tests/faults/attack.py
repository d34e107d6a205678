"""python -m tests.faults.attack [--cubes N --first N --seconds N]: attack random small surveys by all that is told.

Of each survey everything is collected that staff are told (class by class, single views, panels of readers of the whole
and of one agency), and, of every second one, what the public is told; then every group that can be described is solved
for. So are reasons, kinds of flags and comments, by themselves and laid over the answers. Then the answers come in one
by one, live, with a look through every filter after each. Of every tenth survey hidden counts are bounded from both
sides. Exits 1 where anything follows by elimination. What bounds and looks at single days give is told, and is a known
limit (docs/privacy.md).
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator

from survey_app.access import Scope
from survey_app.figures.parts import told_to
from tests.bench.installation import installation, say
from tests.figures.attack import Group
from tests.figures.panel_reading import told_by_panels
from tests.figures.polling import Found, Polling, as_told, polled, undated
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


def besides(seed: int) -> list[Group]:
    """Who is isolated by what is counted beside the answers: each by itself, and laid over the answers."""
    small = SmallSurvey(seed, more=True)
    beside = told_beside(small)
    found = isolated(small, beside, MINIMUM)
    return found + overlapping(small, told_by_classes(small), beside)


def public(small: SmallSurvey) -> Collected:
    """What everybody is told of a published survey."""
    with told_to("public"):
        return together(told_by_classes(small, "public"), told_by_panels(small, most=1))


def polls(seed: int) -> tuple[list[Found], list[Group], int]:
    """Who is isolated by looks after each answer: through views of all days; at the last look alone; and how many by
    views of single days too, which is a known limit."""
    small = SmallSurvey(seed, live=True)
    looks = polled(small, MOST)
    boxes = small.groups()
    without_days = Polling(undated(small, looks)).isolated(boxes, MINIMUM)
    with_days = Polling(looks).isolated(boxes, MINIMUM)
    small.people = as_told(looks)
    return without_days, isolated(small, told_by_classes(small), MINIMUM), len(with_days)


def bounded(small: SmallSurvey, told: Collected) -> Counter[str]:
    """Of small groups, by chance some: how many are known to be small and not empty where no number is negative."""
    found: Counter[str] = Counter()
    for attack in attacks(small, told):
        groups = attack.small(small.groups(), MINIMUM)
        for group in small.random.sample(groups, min(BOUNDED, len(groups))):
            least, most = attack.bounds(group)
            found["asked"] += 1
            found["small"] += least >= 1 and most < MINIMUM
            found["exact"] += least == most
    return found


def cubes(first: int, number: int, until: float) -> Iterator[tuple[int, list[Group | Found], int, Counter[str]]]:
    """(seed, what was isolated, how much by looks at single days, what bounds gave) of each survey, as long as there
    is time."""
    for seed in range(first, first + number):
        if time.monotonic() > until:
            return
        small = SmallSurvey(seed)
        told = staff(small)
        found: list[Group | Found] = [*isolated(small, told, MINIMUM)]
        if seed % 2 == 0:
            found += isolated(small, public(small), MINIMUM_PUBLIC)
        bounds = bounded(small, told) if seed % EVERY == 0 else Counter[str]()
        by_looks, at_last, by_days = polls(seed)
        yield seed, [*found, *besides(seed), *by_looks, *at_last], by_days, bounds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cubes", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=3600)
    chosen = parser.parse_args()
    done, wrong, days, bounds = 0, 0, 0, Counter[str]()
    with installation("sqlite") as app, app.test_request_context():
        for seed, found, by_days, bound in cubes(chosen.first, chosen.cubes, time.monotonic() + chosen.seconds):
            done, days, bounds = done + 1, days + bool(by_days), bounds + bound
            wrong += bool(found)
            for each in found[:5]:
                say(f"survey {seed}: {each}")
            if done % 10 == 0:
                say(f"{done} of {chosen.cubes} surveys attacked, {wrong} gave something away; by days {days}")
    say(
        f"{done} surveys from {chosen.first} on: {wrong} gave something away; looks at single days split a batch in "
        f"{days}; bounds on {bounds['asked']} groups: {bounds['small']} known to be small, {bounds['exact']} exactly"
    )
    return 1 if wrong or done < chosen.cubes else 0


if __name__ == "__main__":
    sys.exit(main())
