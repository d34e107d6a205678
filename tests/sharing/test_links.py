"""Share links and wall-boards: bound on the server, narrowed by the address and never widened, revocable, unlisted."""

import itertools
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from survey_app.accounts.tokens import new_token
from survey_app.agencies.models import Agency
from survey_app.audit import AuditEvent
from survey_app.clock import today
from survey_app.db import db, transaction
from survey_app.errors import Invalid
from survey_app.sharing.actions import create_link, revoke_link
from survey_app.sharing.models import Link
from survey_app.sharing.queries import require_link
from survey_app.sharing.rules import Bounds
from survey_app.surveys.models import Survey
from tests.factories import day, make_agency, make_link, make_survey, make_user, sign_in
from tests.figures.examples import add_answers, counted_survey

Db = scoped_session[Session]
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
CSRF = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
EARLY, LATE = day("2026-03-01"), day("2026-06-01")
# How many answered at which agency, on which day, by which channel: every sum of some of them is another number.
SIZES = (
    *((0, EARLY, "kiosk", 31), (0, LATE, "web", 62), (1, EARLY, "web", 124)),
    *((1, LATE, "kiosk", 248), (2, EARLY, "kiosk", 496), (2, LATE, "web", 992)),
)


@pytest.fixture
def agencies(session: Db) -> list[Agency]:
    """The survey's own agency, one below it (the link's), one below that, and one beside the link's."""
    top = make_agency("top")
    bound = make_agency("bound", parent=top)
    return [top, bound, make_agency("below", parent=bound), make_agency("beside", parent=top)]


@pytest.fixture
def survey(agencies: list[Agency]) -> Survey:
    survey = counted_survey({}, agencies[0], code="shared")
    places = [agencies[2], agencies[1], agencies[3]]
    for place, on, channel, count in SIZES:
        margins = {"access": {"high": count}}
        add_answers(survey, margins, agency=places[place], answered_on=on, channel=channel)
    return survey


def counted(client: FlaskClient, address: str) -> int | None:
    """The n of the figures at an address; None where it shows none."""
    answer = client.get(address)
    if answer.status_code != 200:
        assert answer.status_code in (404, 422), address
        return None
    rows = html.fromstring(answer.text).xpath("//table//tbody/tr[1]")
    found = re.search(r"n = ([\d.,]+)", rows[0].text_content()) if rows else None
    return int(re.sub(r"\D", "", found[1])) if found else 0


def expected(places: set[int], on: set[Any], channels: set[str]) -> int:
    return sum(count for place, when, channel, count in SIZES if place in places and when in on and channel in channels)


def test_a_link_shows_its_agency_and_all_below(client: FlaskClient, survey: Survey, agencies: list[Agency]) -> None:
    token = make_link(survey, agencies[1])
    assert counted(client, f"/share/{token}") == expected({0, 1}, {EARLY, LATE}, {"kiosk", "web"})
    assert counted(client, f"/share/{token}?agency=below") == expected({0}, {EARLY, LATE}, {"kiosk", "web"})


VALUES = {
    "from": ["", "2026-03-01", "2026-06-01", "1900-01-01", "9999-12-31", "x", "2026-3-1", "2026-03-01 ", "\x00"],
    "to": ["", "2026-03-01", "2026-06-01", "9999-12-31", "0001-01-01", "２０２６-03-01"],
    "agency": ["", "top", "bound", "below", "beside", "BESIDE", " beside ", "beside%00", "top,bound", "*", "%"],
    "channel": ["", "kiosk", "web", "KIOSK", "kiosk,web", "all", "%"],
    "compare": ["previous", "year"],
    "procedure": ["", "1.001"],
    "structure": ["current", "reported"],
    "question": ["access"],
    "survey": ["other"],
    "scope": ["top", ""],
    "token": ["x"],
    "expires_on": ["9999-01-01"],
}


ODD = ("{}[]", "{}.", " {}", "{}\x00", "_{}")


def _queries() -> list[str]:
    """Every key alone with every value, and spelt oddly; every pair of values of one key, and of two filters."""
    alone = [[(key, value)] for key, values in VALUES.items() for value in values]
    odd = [[(odd, VALUES[key][-1])] for key in VALUES for odd in (key.upper(), *(each.format(key) for each in ODD))]
    twice = [[(key, a), (key, b)] for key in VALUES for a, b in itertools.product(VALUES[key][:5], repeat=2)]
    filters = ("from", "to", "agency", "channel")
    pairs = [
        [(one, a), (other, b)]
        for one, other in itertools.combinations(filters, 2)
        for a, b in itertools.product(VALUES[one][1:4], VALUES[other][1:5])
    ]
    return [urlencode(query) for query in (*alone, *odd, *twice, *pairs)]


@SQLITE
def test_no_address_widens_a_link(client: FlaskClient, survey: Survey, agencies: list[Agency]) -> None:
    """Every number that any address shows is a sum of the answers inside the bounds; by their sizes one can tell."""
    token = make_link(survey, agencies[1], bounds=Bounds(to_on=day("2026-05-31"), channel="web"))
    bound = expected({1}, {EARLY}, {"web"})
    assert counted(client, f"/share/{token}") == bound
    queries = _queries()
    assert len(queries) > 300
    shown = {query: counted(client, f"/share/{token}?{query}") for query in queries}
    assert {query: n for query, n in shown.items() if n not in (None, 0, bound)} == {}
    assert list(shown.values()).count(bound) > 100


def test_a_wider_answer_would_be_seen(
    client: FlaskClient, survey: Survey, agencies: list[Agency], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check above catches a page that takes the address at its word."""
    from survey_app.figures.filters import read_selection
    from survey_app.sharing import pages

    monkeypatch.setattr(
        pages,
        "shared_selection",
        lambda link, query: read_selection(query, survey=link.survey, scope=pages.link_scope(link)),
    )
    token = make_link(survey, agencies[1], bounds=Bounds(to_on=day("2026-05-31"), channel="web"))
    assert counted(client, f"/share/{token}") == expected({0, 1}, {EARLY, LATE}, {"kiosk", "web"})


def test_the_csv_is_bound_alike(client: FlaskClient, survey: Survey, agencies: list[Agency]) -> None:
    token = make_link(survey, agencies[1], bounds=Bounds(channel="web"))
    address = f"/share/{token}/figures.csv"
    line = next(line for line in client.get(address).text.splitlines() if line.startswith("access,high,"))
    assert line.split(",")[3] == str(expected({0, 1}, {EARLY, LATE}, {"web"}))
    assert client.get(f"{address}?agency=beside").status_code == 422
    assert client.get(f"{address}?channel=kiosk").status_code == 422


@pytest.mark.parametrize("kind", ["share", "board"])
def test_revoked_expired_unknown_and_of_another_kind_look_alike(client: FlaskClient, session: Db, kind: str) -> None:
    survey = make_survey(make_agency(), "shared")
    revoked, over, good = (make_link(survey, kind=kind) for _ in range(3))
    with transaction():
        revoke_link(require_link(kind, revoked), actor="a")
        require_link(kind, over).expires_on = today() - timedelta(days=1)
    other = "board" if kind == "share" else "share"
    assert client.get(f"/{kind}/{good}").status_code == 200
    wrong = [revoked, over, *(new_token(purpose)[0] for purpose in ("api", "device", "share", "board")), "x", "%00"]
    bodies = {client.get(f"/{kind}/{text}").text for text in wrong}
    assert {client.get(f"/{kind}/{text}").status_code for text in wrong} == {404}
    assert client.get(f"/{other}/{good}").status_code == 404
    assert client.get(f"/{kind}/{good.upper()}").status_code == 404
    assert len({re.sub(r'/[^"]*lang=', "", body) for body in bodies}) == 1


@pytest.mark.parametrize("kind", ["share", "board"])
def test_what_a_link_shows_is_kept_by_nobody(client: FlaskClient, session: Db, kind: str) -> None:
    answer = client.get(f"/{kind}/{make_link(make_survey(make_agency()), kind=kind)}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer")


def test_a_link_is_no_way_into_anything_else(client: FlaskClient, session: Db) -> None:
    survey = make_survey(make_agency(), "shared")
    token = make_link(survey)
    client.get(f"/share/{token}")
    for path in ("/dashboards/shared", "/api/v1/surveys", f"/dashboards/shared?token={token}"):
        assert client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code in (302, 401)


@pytest.mark.parametrize(
    ("fields", "where"),
    [({"name": ""}, "name"), ({"kind": "x"}, "kind"), ({"days": -1}, "expires_on"), ({"days": 400}, "expires_on")],
)
def test_wrong_links_are_refused_by_field(session: Db, fields: dict[str, Any], where: str) -> None:
    survey = make_survey(make_agency())
    good = {"kind": "share", "name": "n", "days": 30} | fields
    expires_on = today() + timedelta(days=good.pop("days"))
    with pytest.raises(Invalid) as refusal, transaction():
        create_link(survey=survey, agency=survey.agency, bounds=Bounds(), expires_on=expires_on, actor="a", **good)
    assert [problem.where for problem in refusal.value.errors] == [where]


@pytest.fixture
def add(client: FlaskClient) -> Callable[..., Any]:
    """`add(code, **fields)`: the answer to a new link on the page, as the signed-in user."""

    def send(code: str, **fields: str) -> Any:
        found = CSRF.search(client.get(f"/manage/sharing/{code}").text)
        assert found
        form = {"name": "Hội đồng", "kind": "share", "agency": "part", "channel": ""} | fields
        form.setdefault("expires_on", (today() + timedelta(days=10)).isoformat())
        return client.post(f"/manage/sharing/{code}/links", data={"csrf_token": found[1], **form})

    return send


def test_the_page_makes_shows_once_and_revokes(client: FlaskClient, session: Db, add: Callable[..., Any]) -> None:
    top = make_agency("top")
    part = make_agency("part", parent=top)
    make_survey(top, "shared")
    sign_in(client, make_user("analyst", part, email="an@example.vn"))
    answer = add("shared")
    assert answer.status_code == 201
    made = re.search(r'value="http://localhost(/share/share_[^"]+)"', answer.text)
    assert made
    assert client.get(made[1]).status_code == 200
    page = client.get("/manage/sharing/shared").text
    assert made[1] not in page
    link = db.session.scalars(select(Link)).one()
    token = CSRF.search(page)
    assert token
    answer = client.post(f"/manage/sharing/shared/links/{link.id}/revoke", data={"csrf_token": token[1]})
    assert answer.status_code == 303
    assert client.get(made[1]).status_code == 404
    db.session.rollback()
    told = [(e.action, e.actor) for e in db.session.scalars(select(AuditEvent).order_by(AuditEvent.id))]
    assert told == [("sharing.create_link", "an@example.vn"), ("sharing.revoke_link", "an@example.vn")]


def test_nobody_shares_or_revokes_beyond_their_scope(client: FlaskClient, session: Db, add: Callable[..., Any]) -> None:
    top = make_agency("top")
    part = make_agency("part", parent=top)
    survey = make_survey(top, "shared")
    make_link(survey, top)
    make_survey(make_agency(), "foreign")
    foreign = db.session.scalars(select(Link)).one().id
    sign_in(client, make_user("leader", part))
    assert client.get("/manage/sharing/foreign").status_code == 404
    assert add("shared", agency="top").status_code == 422
    assert add("shared", expires_on="2099-01-01").status_code == 422
    page = client.get("/manage/sharing/shared").text
    token = CSRF.search(page)
    assert token
    for number in (foreign, 999):
        answer = client.post(f"/manage/sharing/shared/links/{number}/revoke", data={"csrf_token": token[1]})
        assert answer.status_code == 404
    assert "Wall" not in client.get("/manage/sharing?lang=vi").text


def test_a_board_shows_figures_without_names_to_press(client: FlaskClient, session: Db) -> None:
    survey = counted_survey(
        {"results": {"very_satisfied": 30, "satisfied": 10}}, code="shared", answered_on=str(today())
    )
    page = html.fromstring(client.get(f"/board/{make_link(survey, kind='board')}").text)
    assert page.xpath("//*[@class='big']")[0].text_content() == "40"
    assert page.xpath("//*[@class='big']")[1].text_content() == "75%"
    assert not page.xpath("//a | //button | //input | //form")
    assert page.xpath("//noscript/meta[@http-equiv='refresh'][@content='60']")
    assert len(page.xpath("//li")) == 5


def test_a_board_says_nothing_of_the_first_few(client: FlaskClient, session: Db) -> None:
    survey = counted_survey({"results": {"very_satisfied": 3}}, code="shared", answered_on=str(today()))
    page = html.fromstring(client.get(f"/board/{make_link(survey, kind='board')}").text)
    assert [each.text_content() for each in page.xpath("//*[@class='big']")] == ["…", "…"]


def test_the_board_tells_the_newest_signal(client: FlaskClient, session: Db) -> None:
    """Twelve months alike and one that falls: the newest one is told, with what it is."""
    survey = counted_survey({}, code="shared")
    for month in range(1, 14):
        happy = 40 if month < 13 else 10
        margins = {"results": {"very_satisfied": happy, "satisfied": 50 - happy}}
        add_answers(survey, margins, answered_on=day(f"{2024 + (month - 1) // 12}-{(month - 1) % 12 + 1:02}-15"))
    page = html.fromstring(client.get(f"/board/{make_link(survey, kind='board')}?lang=en").text)
    assert "01/2025: 20%, outside the control limits" in page.xpath("//*[@class='signal']")[0].text_content()
