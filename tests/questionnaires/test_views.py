import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from survey_app.questionnaires.queries import require_version, version_content
from tests.factories import make_agency, make_user, sign_in

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


KHMER = "/manage/questionnaires/five-criteria/1/languages/km"


def test_officers_see_that_khmer_is_not_reviewed(client: FlaskClient, session: DatabaseSession) -> None:
    page = sign_in(client, make_user("officer")).get("/manage/questionnaires/five-criteria/1?lang=en").text
    assert "not reviewed" in page
    assert 'lang="km"' in page
    assert f'href="{KHMER}"' not in page


def test_texts_are_corrected_reviewed_and_then_frozen(client: FlaskClient, session: DatabaseSession) -> None:
    sign_in(client, make_user())
    page = client.get(KHMER).text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post(KHMER, data={"csrf_token": token, "titles": ""}).status_code == 422
    assert client.post(KHMER, data={"csrf_token": token, "titles": "ថ្មី", "access.text": "អ្វី?"}).status_code == 303
    assert 'value="ថ្មី"' in client.get(KHMER).text or ">ថ្មី<" in client.get(KHMER).text
    assert client.post(KHMER, data={"csrf_token": token, "act": "review"}).status_code == 303
    assert client.post(KHMER, data={"csrf_token": token, "titles": "ក"}).status_code == 422
    assert "readonly" in client.get(KHMER).text
    assert client.post(KHMER, data={"csrf_token": token, "act": "withdraw"}).status_code == 303
    assert "km" not in version_content(require_version("five-criteria").id).languages


def test_only_who_looks_after_everything_changes_words(client: FlaskClient, session: DatabaseSession) -> None:
    sign_in(client, make_user("administrator", make_agency("a")))
    token = client.get(KHMER).text.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post(KHMER, data={"csrf_token": token, "titles": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("tag", "place"), [("tyz", "/languages/tyz"), ("Not a tag", "/five-criteria/1"), ("", "/five-criteria/1")]
)
def test_a_language_is_added_by_its_tag(client: FlaskClient, session: DatabaseSession, tag: str, place: str) -> None:
    sign_in(client, make_user())
    answer = client.get("/manage/questionnaires/five-criteria/1/languages", query_string={"tag": tag})
    assert answer.status_code == 303
    assert answer.location.endswith(place)
    assert client.get("/manage/questionnaires/five-criteria/1/languages/en").status_code == 404
