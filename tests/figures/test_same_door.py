"""No channel tells what panels hide: with other hidden counts everything that anybody can fetch is the same."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle, product
from typing import Any

import pytest
from flask import Flask

from survey_app.dashboards.pages import SECTIONS
from survey_app.figures.builders import PANELS
from survey_app.figures.released import Told
from survey_app.reports.catalogue import REPORTS
from survey_app.sharing.rules import Bounds
from tests.days import on_the_day
from tests.factories import bearing, make_api_token, make_link, make_publication, make_user, sign_in
from tests.figures.hidden import hidden_counts
from tests.figures.small_surveys import SmallSurvey

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
A_MONTH = timedelta(days=31)
# What differs from one answer to the next: tokens of forms, and of styles.
VOLATILE = re.compile(rb'(name="csrf_token"[^>]*value="|nonce=")[^"]*"|"built": "[^"]*"')


@pytest.fixture
def channels(app: Flask, session: Any) -> "Channels":
    return Channels(app)


class Channels:
    """A small survey, and everything through which it can be read."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.small = SmallSurvey(44, more=True)
        self.code = self.small.survey.code
        make_publication(self.small.survey)
        one, day = self.small.agencies[1], self.small.days[1]
        self.queries = (
            "",
            f"agency={one.code}&question=access",
            f"channel={self.small.channels[0]}",
            f"from={day}&to={self.small.days[-1]}&compare=previous&procedure=A",
        )
        self.share = make_link(self.small.survey, one)
        self.narrow = make_link(self.small.survey, bounds=Bounds(from_on=day, channel=self.small.channels[0]))
        self.board = make_link(self.small.survey, one, kind="board")
        self.reader = sign_in(app.test_client(), make_user("administrator"))
        self.token = bearing(make_api_token())

    def pages(self) -> Iterator[str]:
        names = ["", "agencies", "comments", "criteria/access", *SECTIONS]
        yield from (
            f"/dashboards/{self.code}/{name}?{query}".replace("/?", "?")
            for name, query in zip(names, cycle(self.queries))
        )
        yield "/dashboards"

    def files(self) -> Iterator[str]:
        extensions = cycle(("csv", "csv", "svg"))
        for key, query, extension in zip(PANELS, cycle(self.queries), extensions):
            yield f"/reports/chart/{key}/{self.code}.{extension}?{query}"

    def api(self) -> Iterator[str]:
        for key, query in product(PANELS, self.queries[1::2]):
            yield f"/api/v1/surveys/{self.code}/figures/{key}?{query}"
        yield f"/api/v1/surveys/{self.code}/figures/agencies.csv"
        yield f"/api/v1/surveys/{self.code}"

    def shared(self) -> Iterator[str]:
        for token, name in product((self.share, self.narrow), ("", "/figures.csv")):
            yield f"/share/{token}{name}"
            yield f"/share/{token}{name}?from={self.small.days[1]}"

    def public(self) -> Iterator[str]:
        yield from (f"/results/{self.code}{name}" for name in ("", ".csv", ".json", "/badge.svg"))

    def boards(self) -> Iterator[str]:
        yield f"/board/{self.board}"

    def reports(self) -> Iterator[str]:
        yield from (f"/reports/{name}/{self.code}.{extension}" for name in REPORTS for extension in ("csv", "txt"))


def fetched(channels: Channels, name: str) -> dict[str, bytes]:
    """What stands at every address of a channel, for who may open it, without tokens."""
    strangers = ("shared", "public", "boards")
    client = channels.app.test_client() if name in (*strangers, "api") else channels.reader
    found = {}
    # Boards tell of today, the public page of whole months alone.
    with on_the_day(channels.small.days[-1] + (A_MONTH if name == "public" else timedelta(0))):
        for address in getattr(channels, name)():
            answer = client.get(address, headers=channels.token if name == "api" else None)
            # Who holds a token reads no comments; not every panel has a chart.
            assert answer.status_code == 200 or "comment" in address or ".svg" in address, address
            found[address] = VOLATILE.sub(b"", answer.data)
    return found


CHANNELS = ("pages", "files", "api", "shared", "public", "boards", "reports")


@pytest.mark.parametrize("name", CHANNELS)
def test_what_is_hidden_makes_no_difference(channels: Channels, name: str) -> None:
    with hidden_counts(changed=False):
        before = fetched(channels, name)
    with hidden_counts(changed=True) as differ:
        after = fetched(channels, name)
    assert differ
    assert [address for address in before if before[address] != after[address]] == []


@pytest.mark.parametrize("name", CHANNELS)
def test_a_channel_that_tells_it_is_seen(channels: Channels, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Told, "tells", lambda *_: True)
    monkeypatch.setattr(Told, "has_row", lambda *_: True)
    with hidden_counts(changed=False):
        before = fetched(channels, name)
    with hidden_counts(changed=True):
        after = fetched(channels, name)
    assert [address for address in before if before[address] != after[address]]
