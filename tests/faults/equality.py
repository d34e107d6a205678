"""python -m tests.faults.equality [--sets N --answers N --databases sqlite,postgresql]: the same figures everywhere.

For each random filter set the distribution is read off the page, its CSV, the API, the command line and the report, and
all are compared with each other and, where they are told, with a count over the stored rows made here. Exits 1 where
any two differ.
"""

import argparse
import csv
import io
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from lxml import html
from sqlalchemy import select

from survey_app.agencies.queries import subtree_ids
from survey_app.db import db, transaction
from survey_app.questionnaires.queries import version_content
from survey_app.responses.actions import record_response
from survey_app.responses.models import Response
from survey_app.tallies.actions import fold
from tests.bench.installation import KINDS, installation, say
from tests.factories import bearing, make_agency, make_api_token, make_submission, make_survey, make_user, sign_in

FIRST, DAYS = date(2025, 1, 1), 180
CHANNELS, PROCEDURES = ("kiosk", "web", "paper"), ("1.001", "1.002")
# {question: (n, {option: count})}, None where hidden.
Figures = dict[str, tuple[int | None, dict[str, int | None]]]
Query = dict[str, str]


@dataclass
class Outcome:
    """How many comparisons there were, how many counts were told and compared with the rows, and what differed."""

    sets: int = 0
    pages: int = 0
    reports: int = 0
    told: int = 0
    hidden: int = 0
    problems: list[str] = field(default_factory=list)


class Surveyed:
    """An installation with one survey over a tree, and its readers."""

    def __init__(self, app: Flask, seed: int, answers: int) -> None:
        self.app, self.random = app, Random(seed)
        root = make_agency("tinh")
        departments = [make_agency(f"so-{number}", parent=root) for number in range(3)]
        desks = [make_agency(f"quay-{number}", parent=departments[number % 2]) for number in range(4)]
        self.agencies = [root, *departments, *desks]
        self.survey = make_survey(root, code="kiem-tra")
        self.content = version_content(self.survey.version_id).choices
        self._answer(answers)
        self.below = {agency.code: frozenset(subtree_ids(agency.id)) for agency in self.agencies}
        self._labels = {question.label["vi"]: question for question in self.content}
        self.page_reader = sign_in(app.test_client(), make_user("administrator"))
        self.token = bearing(make_api_token())
        columns = (
            Response.agency_id,
            Response.counted_on,
            Response.channel,
            Response.procedure_code,
            Response.answers,
        )
        self.rows = db.session.execute(select(*columns).where(Response.survey_id == self.survey.id)).all()
        db.session.rollback()

    def _answer(self, number: int) -> None:
        random = self.random
        weights = [random.random() ** 2 + 0.02 for _ in self.agencies]
        with transaction():
            for agency in random.choices(self.agencies, weights, k=number):
                answers = {
                    q.code: random.choices(q.options, [(i + 1) ** 2 for i in range(len(q.options))])[0].code
                    for q in self.content
                    if random.random() < 0.97
                }
                record_response(
                    make_submission(
                        self.survey,
                        agency,
                        answers=answers or {self.content[0].code: self.content[0].options[-1].code},
                        channel=random.choices(CHANNELS, (6, 3, 1))[0],
                        answered_on=FIRST + timedelta(days=random.randrange(DAYS)),
                        procedure_code=random.choice((None, None, *PROCEDURES)),
                        live=False,
                    )
                )
        fold()

    def query(self) -> Query:
        """A filter set by chance: days are whole months or any."""
        random, found = self.random, {}
        if random.random() < 0.6:
            found["agency"] = random.choice(self.agencies).code
        if random.random() < 0.6:
            whole = random.random() < 0.6
            ends = sorted(FIRST + timedelta(days=random.randrange(-5, DAYS + 5)) for _ in range(2))
            found["from"] = (ends[0].replace(day=1) if whole else ends[0]).isoformat()
            month_end = (ends[1].replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            found["to"] = (month_end if whole else ends[1]).isoformat()
        if random.random() < 0.3:
            found["channel"] = random.choice(CHANNELS)
        if random.random() < 0.2:
            found["procedure"] = random.choice(PROCEDURES)
        return found

    def counted(self, query: Query) -> Figures:
        """A count over the stored rows."""
        inside = self.below[query.get("agency", self.agencies[0].code)]
        first, last = (
            date.fromisoformat(query.get(key, day)) for key, day in (("from", "0001-01-01"), ("to", "9999-12-31"))
        )
        mine = [
            answers
            for agency_id, day, channel, procedure, answers in self.rows
            if agency_id in inside
            and first <= day <= last
            and query.get("channel") in (None, channel)
            and query.get("procedure") in (None, procedure)
        ]
        found: Figures = {}
        for question in self.content:
            counts: dict[str, int | None] = {
                option.code: sum(answers.get(question.code) == option.code for answers in mine)
                for option in question.options
            }
            n = sum(counts[option.code] or 0 for option in question.counted_options)
            found[question.code] = (n, counts)
        return found

    def on_page(self, query: Query) -> Figures:
        """What the table of the page says."""
        answer = self.page_reader.get(f"/dashboards/{self.survey.code}?{urlencode({**query, 'lang': 'vi'})}")
        assert answer.status_code == 200, answer.status
        page = html.fromstring(answer.text)
        found: Figures = {}
        if empty := page.xpath("//*[@class='empty-title']"):
            # In words: nobody answered, or nothing may be told.
            shown = 0 if empty[0].text_content().startswith("Chưa có phiếu") else None
            return {q.code: (shown, {option.code: shown for option in q.options}) for q in self.content}
        for group in page.xpath("//section[@id='distribution']//tbody"):
            label, n = " ".join(group.xpath("./tr[1]/th")[0].text_content().split()).rsplit(" n = ", 1)
            question = self._labels[label]
            # In the order of the scale, what stands outside n last.
            options = [option.code for option in (*question.counted_options, *question.excluded_options)]
            cells = [row.xpath("./td")[0].text_content() for row in group.xpath("./tr[td]")]
            found[question.code] = (_number(n), dict(zip(options, map(_number, cells), strict=True)))
        return found

    def in_api(self, query: Query) -> Figures:
        """What the API says."""
        address = f"/api/v1/surveys/{self.survey.code}/figures/distribution?{urlencode(query)}"
        return _of_json(self._from_api(address).get_json())

    def in_api_csv(self, query: Query) -> Figures:
        """What the API says as CSV."""
        address = f"/api/v1/surveys/{self.survey.code}/figures/distribution.csv?{urlencode(query)}"
        return _of_csv(self._from_api(address).get_data(as_text=True))

    def _from_api(self, address: str) -> Any:
        client = self.app.test_client()
        # A caller may ask so often a minute.
        while (answer := client.get(address, headers=self.token)).status_code == 429:
            time.sleep(5)
        assert answer.status_code == 200, answer.status
        return answer

    def in_csv(self, query: Query) -> Figures:
        """What the file of the page's panel says; it leaves out what stands outside n."""
        address = f"/reports/chart/distribution/{self.survey.code}.csv?{urlencode(query)}"
        answer = self.page_reader.get(address)
        assert answer.status_code == 200, answer.status
        return _of_csv(answer.get_data(as_text=True))

    def on_command_line(self, query: Query) -> Figures:
        """What `figures show` prints."""
        return _of_json(json.loads(self._command("figures", "show", "distribution", "--format", "json", query=query)))

    def in_report(self, query: Query) -> Figures:
        """What the report's CSV says."""
        return _of_csv(self._command("reports", "write", "overview", "--format", "csv", query=query))

    def _command(self, *words: str, query: Query) -> str:
        options = [word for key, value in query.items() for word in (f"--{key}", value)]
        result = self.app.test_cli_runner().invoke(args=[*words, "--survey", self.survey.code, *options])
        assert result.exit_code == 0, result.output
        return result.output


def compare(surveyed: Surveyed, query: Query, outcome: Outcome, *, page: bool, report: bool) -> None:
    """All places against the API, and that against the rows."""
    told, truth = surveyed.in_api(query), surveyed.counted(query)
    places: dict[str, Figures] = {
        "csv": surveyed.in_csv(query),
        "api csv": surveyed.in_api_csv(query),
        "command line": surveyed.on_command_line(query),
    }
    if page:
        places["page"] = surveyed.on_page(query)
        outcome.pages += 1
    if report and "procedure" not in query:
        places["report"] = surveyed.in_report(query)
        outcome.reports += 1
    outcome.sets += 1
    for name, figures in places.items():
        if figures != _like(figures, told):
            outcome.problems.append(f"{query}: {name} says {figures}, the API {told}")
    for question, (n, counts) in told.items():
        true_n, true_counts = truth[question]
        pairs = [(n, true_n), *((counts[option], true_counts[option]) for option in true_counts)]
        outcome.told += sum(shown is not None for shown, _ in pairs)
        outcome.hidden += sum(shown is None for shown, _ in pairs)
        outcome.problems += [
            f"{query}: {question} {shown}, in the rows {true}" for shown, true in pairs if shown not in (None, true)
        ]


def run(app: Flask, *, sets: int, answers: int, seed: int = 1, pages: int = 1, reports: int = 1) -> Outcome:
    """So many filter sets; every `pages`-th also on the page, every `reports`-th also in the report."""
    with app.app_context():
        surveyed, outcome = Surveyed(app, seed, answers), Outcome()
        for number in range(sets):
            query = surveyed.query()
            compare(surveyed, query, outcome, page=number % pages == 0, report=number % reports == 0)
    return outcome


def _like(wanted: Figures, figures: Figures) -> Figures:
    """The figures of the options that another place has."""
    return {
        question: (n, {option: counts[option] for option in wanted.get(question, (0, counts))[1] if option in counts})
        for question, (n, counts) in figures.items()
    }


def _of_json(document: Mapping[str, Any]) -> Figures:
    return {
        row["question"]: (row["n"], {o["option"]: o["count"] for o in row["options"]} | row["excluded"])
        for row in document["rows"]
    }


def _of_csv(text: str) -> Figures:
    lines = [line for line in csv.DictReader(io.StringIO(text.lstrip("\ufeff"))) if line["option"]]
    found: Figures = {}
    for line in lines:
        n, counts = found.setdefault(line["question"], (_number(line["n"]), {}))
        assert n == _number(line["n"])
        counts[line["option"]] = _number(line["count"])
    return found


def _number(text: str) -> int | None:
    """A count as written in Vietnamese; None for the sign of a hidden one."""
    digits = text.strip().replace(".", "")
    return int(digits) if digits.isdecimal() else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=500)
    parser.add_argument("--answers", type=int, default=3000)
    parser.add_argument("--databases", default=",".join(KINDS))
    chosen = parser.parse_args()
    failed = False
    for kind in chosen.databases.split(","):
        began = time.monotonic()
        with installation(kind) as app:
            found = run(app, sets=chosen.sets, answers=chosen.answers)
        say(
            f"{kind}: {found.sets} filter sets, {found.pages} pages, {found.reports} reports: {found.told} figures "
            f"told, {found.hidden} hidden, {len(found.problems)} differ, in {time.monotonic() - began:.0f} s"
        )
        for problem in found.problems[:10]:
            say(problem)
        failed = failed or bool(found.problems) or not found.told
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
