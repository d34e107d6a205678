"""The identities of case figures are told alike on import, on the page, and in the reports."""

import csv
import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient, FlaskCliRunner
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from survey_app.access import EVERYWHERE
from survey_app.db import db, transaction
from survey_app.i18n import in_language
from survey_app.procedures.findings import finding_words
from survey_app.procedures.models import CaseFigures, CaseFiguresEdition
from survey_app.procedures.rules import COUNTS, Imbalance
from survey_app.reports.catalogue import build_report
from survey_app.surveys.models import Survey
from tests.factories import day, make_agency, make_survey, make_user, sign_in

PERIOD = ("2021-01-01", "2021-03-31")
PUBLISHED = {
    "received_total": 150, "new_total": 139, "received_online": 55, "received_in_person_or_post": 70,
    "results_returned": 48, "carried_over": 11, "resolved_total": 150, "resolved_early": 150, "resolved_on_time": 0,
    "resolved_overdue": 0, "pending_total": 0, "pending_in_time": 0, "pending_overdue": 0, "digitally_signed": 150,
}  # fmt: skip
SOUND = PUBLISHED | {"received_in_person_or_post": 84}
# Written out anew, not taken from the code under test.
SUMS = (
    ("new_total", ("received_online", "received_in_person_or_post")),
    ("received_total", ("new_total", "carried_over")),
    ("received_total", ("received_online", "received_in_person_or_post", "carried_over")),
    ("resolved_total", ("resolved_early", "resolved_on_time", "resolved_overdue")),
    ("pending_total", ("pending_in_time", "pending_overdue")),
    ("received_total", ("resolved_total", "pending_total")),
)
CHANGES = st.dictionaries(st.sampled_from(COUNTS), st.one_of(st.none(), st.integers(0, 200)), max_size=5)
TOLD = re.compile(r"line 2: 2021-01-01 to 2021-03-31: (.*): (\d+) against (\d+), difference (-?\d+)")
HEADING = re.compile(r'<h2 id="finding-\d+">(.*?) <')


@pytest.fixture
def survey(session: object) -> Survey:
    return make_survey(make_agency("so", name="Sở Mẫu"), "khao-sat")


@settings(
    max_examples=15,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(changes=CHANGES)
@example(changes={})
@example(changes={"received_in_person_or_post": 70})
@example(changes={"new_total": None, "received_online": 54, "pending_overdue": None})
def test_import_page_and_reports_find_the_same_with_the_same_numbers(
    changes: Mapping[str, int | None],
    survey: Survey,
    cli: FlaskCliRunner,
    client: FlaskClient,
    tmp_path: Path,
) -> None:
    counts = SOUND | changes
    expected = failing(counts)
    with in_language("vi"):
        words = [finding_words(each, counts) for each in expected]
    assert imported(cli, delivered(tmp_path / "figures.csv", counts)) == expected
    db.session.expire_all()
    assert shown(client) == words
    report = build_report(
        "quarter", survey=survey, scope=EVERYWHERE, language="vi", from_on=day(PERIOD[0]), to_on=day(PERIOD[1])
    )
    refused = "Số liệu hồ sơ của Sở Mẫu từ ngày 01/01/2021 đến ngày 31/03/2021 không khớp: "
    assert [each for each in report.sentences if "không khớp" in each] == [f"{refused}{each}." for each in words]
    assert any("tiếp nhận" in each and "hồ sơ TTHC" in each for each in report.sentences) is (not words)
    form = build_report(
        "form-06a", survey=survey, scope=EVERYWHERE, language="vi", from_on=day(PERIOD[0]), to_on=day(PERIOD[1])
    )
    told = [note.removeprefix("Sở Mẫu: ") for note in form.notes if note.startswith("Sở Mẫu: ")]
    assert told == [f"{each}: chưa có người chịu trách nhiệm giải trình." for each in words]
    with transaction():
        db.session.execute(delete(CaseFiguresEdition))
        db.session.execute(delete(CaseFigures))


def failing(counts: Mapping[str, int | None]) -> list[Imbalance]:
    """The sums that do not come out, by plain arithmetic."""
    found = []
    for total, parts in SUMS:
        if len(parts) == 3 and total == "received_total" and counts["new_total"] is not None:
            continue
        left, right = counts[total], [counts[part] for part in parts]
        if left is not None and None not in right and left != sum(each or 0 for each in right):
            summed = sum(each or 0 for each in right)
            found.append(Imbalance(f"{total} = {' + '.join(parts)}", left, summed, left - summed))
    return found


def delivered(file: Path, counts: Mapping[str, int | None]) -> Path:
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["agency", "period_from", "period_to", *COUNTS])
        writer.writerow(["so", *PERIOD, *("" if counts[name] is None else counts[name] for name in COUNTS)])
    return file


def imported(cli: FlaskCliRunner, file: Path) -> list[Imbalance]:
    db.session.commit()
    done = cli.invoke(args=["procedures", "import-figures", str(file)])
    assert done.exit_code == 0, done.output
    return [Imbalance(name, int(a), int(b), int(c)) for name, a, b, c in TOLD.findall(done.stdout)]


def shown(client: FlaskClient) -> list[str]:
    with client.session_transaction() as signed_in:
        known = bool(signed_in)
    if not known:
        sign_in(client, make_user("leader"))
    page = client.get(f"/manage/procedures/figures/so/{PERIOD[0]}/{PERIOD[1]}")
    assert page.status_code == 200
    return [unescape(each) for each in HEADING.findall(page.text)]
