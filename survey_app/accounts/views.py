"""Signing in and out, and the page about accounts."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from survey_app import audit, clock
from survey_app.access import public, reader, requires, scope
from survey_app.accounts import attempts, sessions
from survey_app.accounts.actions import (
    create_api_token,
    create_user,
    record_failed_sign_in,
    record_sign_in,
    revoke_api_token,
    set_active,
)
from survey_app.accounts.forms import ROLE_NAMES, TOKEN_PERMISSION_NAMES, AccountForm, ApiTokenForm, SignInForm
from survey_app.accounts.models import ApiToken, User
from survey_app.accounts.passwords import user_with_password
from survey_app.accounts.queries import api_tokens_in, require_api_token, require_user, users_in
from survey_app.accounts.rules import LARGEST_ID, clean_email, local_path, token_counts
from survey_app.agencies.models import Agency
from survey_app.agencies.queries import agencies_in, depths, require_agency
from survey_app.db import transaction
from survey_app.web import home_url

blueprint = Blueprint("accounts", __name__, template_folder="templates")
ONE = f"/manage/accounts/<int(max={LARGEST_ID}):user_id>"


@blueprint.get("/sign-in")
@public
def sign_in() -> str | Response:
    """The sign-in page; who is signed in already goes on."""
    onward = request.args.get("next", "")
    if reader().is_authenticated:
        return redirect(local_path(onward) or home_url())
    return render_template("accounts/sign_in.html", form=SignInForm(next=onward), refusal=None)


@blueprint.post("/sign-in")
@public
def enter() -> Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Sign in with e-mail address and password."""
    form = SignInForm()
    if not form.is_sent_and_valid():
        return _sign_in_page(form), 422
    email, password = clean_email(form.email.data or ""), form.password.data or ""
    if not attempts.take(email):
        refusal = _("Too many attempts with this address. Please wait 15 minutes and try again.")
        return _sign_in_page(form, refusal), 429, {"Retry-After": str(attempts.WAIT_SECONDS)}
    user = user_with_password(email, password)
    if user is None or not sessions.may_sign_in(user):
        with transaction():
            record_failed_sign_in(email)
        return _sign_in_page(form, _("The e-mail address or the password is not right.")), 422
    attempts.forget(email)
    with transaction():
        record_sign_in(user, password)
    sessions.begin(user)
    return redirect(local_path(form.next.data or "") or home_url(), 303)


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    """End the session on this browser."""
    sessions.end()
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.get("/manage/accounts")
@requires("accounts.manage")
def index() -> str:
    """The accounts of the reader's scope, with the form for a new one."""
    return _page(_form())


@blueprint.post("/manage/accounts")
@requires("accounts.manage")
def create() -> Response | tuple[str, int]:
    """A new account inside the reader's scope."""
    form = _form()
    user = form.carry_out(lambda: _create(form), otherwise="email")
    if user is None:
        return _page(form), 422
    flash(_("The account %(email)s was added.", email=user.email), "success")
    return redirect(url_for("accounts.index"), 303)


@blueprint.post(f"{ONE}/deactivate")
@requires("accounts.manage")
def deactivate(user_id: int) -> Response:
    """Close an account and end its sessions."""
    return _switch(user_id, False)


@blueprint.post(f"{ONE}/activate")
@requires("accounts.manage")
def activate(user_id: int) -> Response:
    """Open an account again."""
    return _switch(user_id, True)


@blueprint.get("/manage/api-tokens")
@requires("accounts.tokens")
def tokens() -> str:
    """The tokens of the reader's scope, with the form for a new one."""
    return _token_page(_token_form())


@blueprint.post("/manage/api-tokens")
@requires("accounts.tokens")
def create_token() -> str | tuple[str, int]:
    """A new token inside the reader's scope; this answer alone shows its secret."""
    form = _token_form()
    made = form.carry_out(lambda: _create_token(form))
    return (_token_page(form), 422) if made is None else (_token_page(_token_form(blank=True), made[0]), 201)


@blueprint.post(f"/manage/api-tokens/<int(max={LARGEST_ID}):token_id>/revoke")
@requires("accounts.tokens")
def revoke_token(token_id: int) -> Response:
    """Refuse the token from its next request on."""
    token = require_api_token(token_id, scope())
    with transaction():
        revoke_api_token(token, actor=reader().email)
    flash(_("The token “%(name)s” was revoked.", name=token.name), "success")
    return redirect(url_for("accounts.tokens"), 303)


def _token_form(blank: bool = False) -> ApiTokenForm:
    # A GET's form has nothing filled in.
    form = ApiTokenForm(formdata=None) if blank else ApiTokenForm()
    form.agency.choices = _agency_choices()
    return form


def _token_page(form: ApiTokenForm, secret: str | None = None) -> str:
    rows = [
        (token, token_counts(clock.today(), token.expires_on, token.revoked_at)) for token in api_tokens_in(scope())
    ]
    words = TOKEN_PERMISSION_NAMES
    return render_template("accounts/api_tokens.html", form=form, secret=secret, rows=rows, permission_names=words)


def _switch(user_id: int, active: bool) -> Response:
    user = require_user(user_id, scope())
    with transaction():
        set_active(user, active, actor=reader().email)
    words = _("%(email)s can sign in again.") if active else _("%(email)s can no longer sign in.")
    flash(words % {"email": user.email}, "success")
    return redirect(url_for("accounts.index"), 303)


def _sign_in_page(form: SignInForm, refusal: str | None = None) -> str:
    return render_template("accounts/sign_in.html", form=form, refusal=refusal)


def _form() -> AccountForm:
    form = AccountForm()
    form.agency.choices = _agency_choices()
    return form


def _agency_choices() -> list[SelectChoice]:
    """The agencies of the reader's scope, and all of them where nothing less is the scope."""
    depth = depths()
    choices = [SelectChoice(a.code, "\u2003" * depth[a.id] + a.name) for a in agencies_in(scope())]
    return [SelectChoice("", _("All agencies")), *choices] if scope().agency_id is None else choices


def _chosen(code: str | None) -> Agency | None:
    """The agency of a choice; the choices hold the reader's own alone: another one was refused as a wrong choice."""
    return require_agency(code) if code else None


def _create(form: AccountForm) -> User:
    user = create_user(
        email=form.email.data or "",
        name=form.name.data or "",
        role=form.role.data,
        password=form.password.data or "",
        agency=_chosen(form.agency.data),
    )
    audit.record(reader().email, "accounts.create", user.email, role=user.role, agency=form.agency.data)
    return user


def _create_token(form: ApiTokenForm) -> tuple[str, ApiToken]:
    return create_api_token(
        name=form.name.data or "",
        agency=_chosen(form.agency.data),
        permissions=form.permissions.data or (),
        expires_on=form.expires_on.data,
        actor=reader().email,
    )


def _page(form: AccountForm) -> str:
    return render_template("accounts/index.html", form=form, users=users_in(scope()), roles=ROLE_NAMES)
