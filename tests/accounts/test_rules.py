"""Roles, and the shapes of addresses, passwords and onward addresses."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.accounts.rules import (
    PERMISSIONS,
    ROLES,
    clean_email,
    clean_password,
    is_email,
    local_path,
    password_problem,
    role_may,
    session_parts,
)


def test_every_role_has_its_permissions_and_no_other_role_any() -> None:
    assert set(PERMISSIONS) == set(ROLES)
    assert role_may("viewer", "dashboards.view")
    assert not role_may("viewer", "accounts.manage")
    assert not role_may("owner", "dashboards.view")


@pytest.mark.parametrize("text", ["a@b.vn", "an.nguyen+x@so-noi-vu.example.gov.vn"])
def test_an_email(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    ["", "a", "a@b", "a@@b.vn", "a b@c.vn", "á@b.vn", "a@b.vn\n", "a@b..vn", "a\x00@b.vn", "x" * 250 + "@b.vn"],
)
def test_no_email(text: str) -> None:
    assert not is_email(text)


def test_an_email_is_compared_in_lower_case() -> None:
    assert clean_email("  An@Example.VN ") == "an@example.vn"


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("x" * 11, "short"),
        ("x" * 12, None),
        ("x" * 1001, "long"),
        ("an.nguyen.long@example.vn", "email"),
        ("An.Nguyen.Long@Example.VN", "email"),
        (" an.nguyen.long ", "email"),
        ("a\u0301" * 6, "short"),
    ],
)
def test_a_new_password(password: str, problem: str | None) -> None:
    assert password_problem(password, "an.nguyen.long@example.vn") == problem


def test_a_password_is_the_same_from_every_keyboard() -> None:
    word = "một mật khẩu dài"
    assert clean_password(unicodedata.normalize("NFD", word)) == clean_password(word)


@pytest.mark.parametrize("path", ["/", "/dashboards/demo?from=2016-01-01&to=2016-12-31", "/tìm?q=a:b"])
def test_an_address_inside_this_site(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "text",
    [
        "",
        "dashboards",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "http://evil.example",
        "https:/evil.example",
        "javascript:alert(1)",
        " /x",
        "/x\\y",
        "/\u2028x",
    ],
)
def test_an_address_elsewhere(text: str) -> None:
    assert local_path(text) is None


@given(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1))
def test_a_session_bears_user_and_number(user_id: int, number: int) -> None:
    assert session_parts(f"{user_id}.{number}") == (user_id, number)


@pytest.mark.parametrize("text", ["", ".", "1", "1.", ".1", "1.2.3", "-1.1", "１.1", "1.99999999999", "2147483648.1"])
def test_no_session(text: str) -> None:
    assert session_parts(text) is None
