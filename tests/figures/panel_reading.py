"""What panels tell, read off their JSON: to staff of a scope, and to everybody."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from survey_app import clock
from survey_app.access import EVERYWHERE, Scope
from survey_app.agencies.models import Agency
from survey_app.errors import NotFound
from survey_app.figures.builders import build_panel
from survey_app.figures.exports import panel_json
from survey_app.figures.panels import Panel
from survey_app.figures.parts import told_to
from survey_app.figures.periods import compared_with
from survey_app.sharing.board import WEEK
from survey_app.sharing.models import Publication
from survey_app.sharing.pages import public_day, public_panel
from tests.figures.attack import RESPONSES, Box, Statement
from tests.figures.small_surveys import QUESTIONS, Collected, SmallSurvey

PANELS = ("distribution", "agencies", "channels", "trend", "procedures", "verified", "quality", "change")


def told_by_panels(small: SmallSurvey, scope: Scope = EVERYWHERE, *, most: int = 10_000) -> Collected:
    """All that panels tell a reader of a scope, as JSON; so many filter sets, by chance."""
    found: Collected = defaultdict(list)
    asked = [(agency, box) for agency, box in small.boxes() if box.flagged is None]
    for agency, box in small.random.sample(asked, min(most, len(asked))):
        for key in PANELS:
            try:
                _panel(small, key, agency, box, scope, found)
            except NotFound:
                assert scope.agency_id not in (None, small.agencies[0].id)
    return found


def _panel(small: SmallSurvey, key: str, agency: Agency, box: Box, scope: Scope, found: Collected) -> None:
    panel = build_panel(
        key,
        survey=small.survey,
        scope=scope,
        agency=agency,
        from_on=box.first,
        to_on=box.last,
        channel=box.channel,
        procedure=box.procedure,
        compare="previous",
    )
    read_panel(small, panel, box, found)


def read_panel(small: SmallSurvey, panel: Panel, box: Box, found: Collected) -> None:
    """All counts that a panel tells of a box, into `found`."""
    if panel.responses is not None:
        found[RESPONSES].append(Statement(box, frozenset([RESPONSES]), panel.responses))
    for row in panel_json(panel)["rows"]:
        if panel.key == "quality":
            _measure(row, box, found)
        elif row["question"] in QUESTIONS:
            _row(row, _box_of(small, row, box), found)
            if "before" in row and (days := compared_with(box.first, box.last, "previous")):
                _row(row["before"], replace(box, first=days[0], last=days[1]), found)


def _box_of(small: SmallSurvey, row: Mapping[str, str], box: Box) -> Box:
    if "agency" in row:
        by_code = {agency.code: small.below[agency.id] for agency in small.agencies}
        return replace(box, agencies=by_code[row["agency"]])
    if "period" in row:
        first = date.fromisoformat(f"{row['period']}-01")
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return replace(box, first=max(first, box.first), last=min(last, box.last))
    if "verified" in row:
        return replace(box, verified=row["verified"] == "yes")
    if "channel" in row:
        return box if box.channel not in (None, row["channel"]) else replace(box, channel=row["channel"])
    if "procedure" in row:
        return replace(box, procedure=row["procedure"])
    return box


def _row(row: Mapping[str, object], box: Box, found: Collected) -> None:
    question = str(row["question"])
    if isinstance(row["n"], int):
        found[question].append(Statement(box, frozenset(QUESTIONS[question]), row["n"]))
    for figure in row["options"]:  # type: ignore[attr-defined]
        if figure["count"] is not None:
            found[question].append(Statement(box, frozenset([figure["option"]]), figure["count"]))


def _measure(row: Mapping[str, object], box: Box, found: Collected) -> None:
    groups = {"responses": box, "verified": replace(box, verified=True), "flagged": replace(box, flagged=True)}
    if row["measure"] in groups and isinstance(row["count"], int):
        found[RESPONSES].append(Statement(groups[str(row["measure"])], frozenset([RESPONSES]), row["count"]))


def told_on_the_public_page(small: SmallSurvey) -> Collected:
    """What stands on the survey's public page today; its files and its badge draw the same panel."""
    found: Collected = defaultdict(list)
    with told_to("public"):
        last = public_day(small.survey)
    page = public_panel(Publication(survey_id=small.survey.id, survey=small.survey))
    read_panel(small, page, Box(small.below[small.agencies[0].id], date.min, last or date.max), found)
    return found


def told_on_boards(small: SmallSurvey) -> Collected:
    """What stands today on a wall-board in the hall of each agency."""
    found: Collected = defaultdict(list)
    today = clock.today()
    for agency in small.agencies:
        for first in (today, today - WEEK):
            _board(small, agency, "overview", Box(small.below[agency.id], first, today), found)
        _board(small, agency, "trend", Box(small.below[agency.id], date.min, date.max), found)
    return found


def _board(small: SmallSurvey, agency: Agency, key: str, box: Box, found: Collected) -> None:
    days = {} if key == "trend" else {"from_on": box.first, "to_on": box.last}
    with told_to("public"):
        panel = build_panel(key, survey=small.survey, scope=Scope(agency.id), agency=agency, **days)
    read_panel(small, panel, box, found)
