"""python -m tests.faults.attack [--cubes N --first N --seconds N]: attack random small surveys by all that is told.

Of each survey everything is collected that staff are told (class by class, single views, panels of readers of the whole
and of one agency), and, of every second one, what the public is told; then every group that can be described is solved
for. Of every tenth one answers come in one by one with a look after each, and hidden counts are bounded from both
sides. Exits 1 where anything follows by elimination, or a look shows fewer new answers than a batch. What bounds give
is told, and is a known limit (docs/privacy.md).
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from survey_app.access import Scope
from survey_app.db import transaction
from survey_app.figures.parts import told_to
from survey_app.figures.released import released_groups
from survey_app.tallies.actions import fold
from survey_app.tallies.rules import Slice
from tests.bench.installation import installation, say
from tests.figures.attack import Group
from tests.figures.small_surveys import (
    Collected,
    SmallSurvey,
    attacks,
    isolated,
    together,
    told_by_classes,
    told_by_panels,
    told_by_views,
)

MINIMUM, MINIMUM_PUBLIC, BATCH = 5, 10, 5
BOUNDED = 30
EVERY = 10


def staff(small: SmallSurvey) -> Collected:
    """What readers of the whole and of one agency are told together."""
    one = Scope(small.agencies[1].id)
    return together(
        told_by_classes(small),
        told_by_views(small, most=4),
        told_by_panels(small, most=2),
        told_by_panels(small, one, most=2),
    )


def public(small: SmallSurvey) -> Collected:
    """What everybody is told of a published survey."""
    with told_to("public"):
        return together(told_by_classes(small, "public"), told_by_panels(small, most=1))


def looks(small: SmallSurvey, *, live: bool = True) -> list[str]:
    """Looks, after each answer, that show an agency's new answers other than in whole batches. The survey is empty."""
    shown: dict[int, list[int]] = {agency.id: [] for agency in small.agencies}
    for person in small.people:
        with transaction():
            small.store(person, live=live)
        fold()
        groups = released_groups(small.survey, Slice(small.survey.id, tuple(shown)), ("agency",))
        for agency_id, seen in shown.items():
            told = groups[agency_id,].responses
            if told is not None:
                seen.append(told)
    steps = [(each, after - before) for each, seen in shown.items() for before, after in pairwise([0, *seen])]
    return [f"agency {each}: {step} new answers at once" for each, step in steps if step and step < BATCH]


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


def cubes(first: int, number: int, until: float) -> Iterator[tuple[int, list[Group], list[str], Counter[str]]]:
    """(seed, what was isolated, what looks gave, what bounds gave) of each survey, as long as there is time."""
    for seed in range(first, first + number):
        if time.monotonic() > until:
            return
        small = SmallSurvey(seed)
        told = staff(small)
        found = isolated(small, told, MINIMUM)
        if seed % 2 == 0:
            found += isolated(small, public(small), MINIMUM_PUBLIC)
        special = seed % EVERY == 0
        yield (
            seed,
            found,
            looks(SmallSurvey(seed, live=True)) if special else [],
            bounded(small, told) if special else Counter(),
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cubes", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=3600)
    chosen = parser.parse_args()
    done, wrong, bounds = 0, 0, Counter[str]()
    with installation("sqlite") as app, app.test_request_context():
        for seed, found, seen, bound in cubes(chosen.first, chosen.cubes, time.monotonic() + chosen.seconds):
            done += 1
            bounds += bound
            wrong += bool(found or seen)
            for each in (*found[:5], *seen[:5]):
                say(f"survey {seed}: {each}")
            if done % 10 == 0:
                say(f"{done} of {chosen.cubes} surveys attacked, {wrong} gave something away")
    say(
        f"{done} surveys from {chosen.first} on: {wrong} gave something away; bounds on {bounds['asked']} groups: "
        f"{bounds['small']} known to be small, {bounds['exact']} exactly"
    )
    return 1 if wrong or done < chosen.cubes else 0


if __name__ == "__main__":
    sys.exit(main())
