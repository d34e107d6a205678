"""The page of the tree: everybody who may look sees their part; who manages adds below their own agency."""

import re

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from survey_app.agencies.models import Agency
from survey_app.agencies.queries import agency_by_code, ancestor_ids
from survey_app.audit import AuditEvent
from tests.factories import make_agency, make_user, sign_in

Db = scoped_session[Session]
PAGE = "/manage/agencies"


def _send(client: FlaskClient, **fields: str):  # type: ignore[no-untyped-def]
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', client.get(PAGE).text)
    assert token
    new = {"code": "new", "name": "Sở Mới", "tier": "department", "parent": "", "short_name": ""}
    return client.post(PAGE, data=new | fields | {"csrf_token": token[1]})


def test_the_tree_without_a_form_for_who_may_only_look(client: FlaskClient, session: Db) -> None:
    root = make_agency("mau", name="Tỉnh <b>Mẫu</b>")
    make_agency("mau-snv", name="Sở Nội vụ", parent=root)
    page = sign_in(client, make_user("analyst")).get(PAGE).text
    assert "Tỉnh &lt;b&gt;Mẫu&lt;/b&gt;" in page
    assert 'class="depth-1">Sở Nội vụ' in page
    assert 'name="code"' not in page


def test_an_agency_is_added(client: FlaskClient, session: Db) -> None:
    root = make_agency("mau")
    user = make_user()
    answer = _send(sign_in(client, user), parent="mau")
    assert (answer.status_code, answer.location) == (303, PAGE)
    agency = agency_by_code("new")
    assert agency
    assert ancestor_ids(agency.id) == (agency.id, root.id)
    event = session.scalars(select(AuditEvent)).one()
    assert (event.actor, event.subject) == (user.email, "new")
    assert "Sở Mới" in client.get(PAGE).text


def test_what_is_wrong_stands_beside_its_field(client: FlaskClient, session: Db) -> None:
    make_agency("mau")
    sign_in(client, make_user())
    for fields, marked in [({"code": "sở"}, "code"), ({"code": "mau"}, "code"), ({"name": ""}, "name"),
                           ({"parent": "nowhere"}, "parent"), ({"tier": "ministry"}, "tier")]:  # fmt: skip
        answer = _send(client, **fields)
        assert answer.status_code == 422
        assert f'id="{marked}-error"' in answer.text
        assert f'href="#{marked}"' in answer.text
    assert len(session.scalars(select(Agency)).all()) == 1


def test_a_scoped_administrator_sees_and_adds_only_below_their_own(client: FlaskClient, session: Db) -> None:
    own = make_agency("own", name="Sở Của Tôi")
    make_agency("foreign", name="Sở Khác")
    sign_in(client, make_user(agency=own))
    assert "Sở Khác" not in client.get(PAGE).text
    assert _send(client, parent="foreign").status_code == 422
    assert _send(client, parent="").status_code == 422
    assert agency_by_code("new") is None
    assert _send(client, parent="own").status_code == 303


def test_an_empty_installation_says_so(client: FlaskClient, session: Db) -> None:
    assert 'class="empty"' in sign_in(client, make_user()).get(PAGE).text
