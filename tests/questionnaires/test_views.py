import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from tests.factories import make_user, sign_in

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
DatabaseSession = scoped_session[Session]


def test_the_list_links_each_version(client: FlaskClient, session: DatabaseSession) -> None:
    page = sign_in(client, make_user("analyst")).get("/manage/questionnaires")
    assert page.status_code == 200
    assert 'href="/manage/questionnaires/five-criteria/1"' in page.text


def test_a_version_shows_its_questions_best_option_first(client: FlaskClient, session: DatabaseSession) -> None:
    page = sign_in(client, make_user("analyst")).get("/manage/questionnaires/five-criteria/1?lang=en").text
    assert page.index("Very high") < page.index("Very low") < page.index("No opinion")
    assert "How satisfied are you with the quality of the result of your application?" in page


@pytest.mark.parametrize("path", ["five-criteria/2", "none/1", "five-criteria/x"])
def test_an_unknown_version_is_not_found(client: FlaskClient, session: DatabaseSession, path: str) -> None:
    assert sign_in(client, make_user()).get(f"/manage/questionnaires/{path}").status_code == 404


def test_a_leader_may_not_see_them(client: FlaskClient, session: DatabaseSession) -> None:
    assert sign_in(client, make_user("leader")).get("/manage/questionnaires").status_code == 403
