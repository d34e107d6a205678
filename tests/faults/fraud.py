"""python -m tests.faults.fraud [--days N] [--seed S]: who is flagged, of simulated cheats and of honest people.

Everything goes through the only door, `record_response`, on a database of its own. Prints precision and recall; exits 1
below 95% of scripted fraud flagged or above 1% of honest answers.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time
from typing import NamedTuple

from survey_app.clock import now, timezone, uuid7
from survey_app.collect.turns import Crowds
from survey_app.db import db, transaction
from survey_app.responses.actions import record_response
from survey_app.responses.flags import FLOOD
from survey_app.responses.models import Response
from survey_app.responses.submission import Submission
from survey_app.surveys.models import Device, Survey
from tests.bench.installation import installation, say
from tests.factories import HAPPY, make_agency, make_submission, make_survey
from tests.faults.people import FRAUD, HONEST, PATIENT, QUESTIONS, Act, everybody

EVERY_DAY = [[["07:30", "11:30"], ["13:30", "17:00"]]] * 7
LEAST_RECALL, MOST_HONEST = 0.95, 0.01
BATCH = 200


class Account(NamedTuple):
    """{(kind, scene): (answers, flagged ones)}, and {flag: count}."""

    scenes: dict[tuple[str, str], tuple[int, int]]
    flags: Counter[str]

    def total(self, kind: str) -> tuple[int, int]:
        rows = [counts for (each, _scene), counts in self.scenes.items() if each == kind]
        return sum(row[0] for row in rows), sum(row[1] for row in rows)

    @property
    def recall(self) -> float:
        answers, flagged = self.total(FRAUD)
        return flagged / answers

    @property
    def honest_share(self) -> float:
        answers, flagged = self.total(HONEST)
        return flagged / answers

    @property
    def precision(self) -> float:
        caught = self.total(FRAUD)[1]
        return caught / (caught + self.total(HONEST)[1])


def play(acts: Iterable[Act]) -> Account:
    """Store every act at an agency and survey of its own and read the flags back. Needs an application context."""
    survey = make_survey(make_agency())
    devices: dict[str, int] = {}
    crowds = Crowds(FLOOD[0], FLOOD[1].total_seconds())
    labels = {}
    waiting = list(acts)
    for first in range(0, len(waiting), BATCH):
        with transaction():
            for act in waiting[first : first + BATCH]:
                submission = _submission(survey, act, devices, crowds)
                record_response(submission)
                labels[submission.id] = (act.kind, act.scene)
    scenes: Counter[tuple[str, str]] = Counter(labels.values())
    flagged: Counter[tuple[str, str]] = Counter()
    flags: Counter[str] = Counter()
    for response in db.session.query(Response).filter(Response.survey_id == survey.id):
        flagged[labels[response.id]] += response.flagged
        flags.update(response.flags)
    return Account({key: (count, flagged[key]) for key, count in sorted(scenes.items())}, flags)


def _submission(survey: Survey, act: Act, devices: dict[str, int], crowds: Crowds) -> Submission:
    kiosk = act.channel == "kiosk"
    joined = 0 if kiosk else crowds.join(act.place, survey.id, survey.agency_id, act.finished.timestamp())
    return make_submission(
        survey,
        id=uuid7(),
        channel=act.channel,
        device_id=_device(survey, act.place, devices) if kiosk else None,
        answers=dict(list(HAPPY.items())[:QUESTIONS]),
        answered_on=act.finished.date(),
        answered_at=act.finished,
        started_at=act.started,
        crowd=joined,
    )


def _device(survey: Survey, place: str, devices: dict[str, int]) -> int:
    if place not in devices:
        device = Device(
            survey_id=survey.id,
            agency_id=survey.agency_id,
            place=place,
            token_hash=f"{place} of {survey.id}",
            opening_hours=EVERY_DAY,
            created_at=now(),
        )
        db.session.add(device)
        db.session.flush()
        devices[place] = device.id
    return devices[place]


def midnight() -> datetime:
    """Today's midnight where the installation is: within a day of now, so that no clock looks wrong."""
    return datetime.combine(now().astimezone(timezone()).date(), time(0), timezone())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=3, help="days to simulate, each at a survey of its own")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    accounts = []
    with installation("sqlite") as app, app.app_context():
        for number in range(options.days):
            accounts.append(play(everybody(midnight(), rng)))
            say(f"day {number + 1}: {sum(count for count, _flagged in accounts[-1].scenes.values())} answers")
    return report(accounts)


def report(accounts: list[Account]) -> int:
    """Print what became of each scene; 1 where a promise is broken."""
    scenes: dict[tuple[str, str], tuple[int, int]] = {}
    flags: Counter[str] = Counter()
    for account in accounts:
        flags.update(account.flags)
        for key, (count, flagged) in account.scenes.items():
            before = scenes.get(key, (0, 0))
            scenes[key] = (before[0] + count, before[1] + flagged)
    whole = Account(scenes, flags)
    for (kind, scene), (count, flagged) in scenes.items():
        say(f"{kind:14} {scene:24} {flagged:6} of {count:6} flagged")
    say(f"flags: {', '.join(f'{name} {count}' for name, count in sorted(flags.items()))}")
    say(f"scripted fraud flagged {whole.recall:.1%} (at least {LEAST_RECALL:.0%})")
    say(f"honest answers flagged {whole.honest_share:.2%} (at most {MOST_HONEST:.0%}); precision {whole.precision:.1%}")
    patient = whole.total(PATIENT)
    say(f"not counted above: {patient[1]} of {patient[0]} of a patient officer; only tickets tell those")
    return int(whole.recall < LEAST_RECALL or whole.honest_share > MOST_HONEST)


if __name__ == "__main__":
    sys.exit(main())
