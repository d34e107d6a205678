"""HTTP for every feature: sessions, CSRF, security headers, static files, error pages, health."""

import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any, ClassVar, TypeVar
from urllib.parse import quote, urlencode

from flask import Flask, Response, current_app, g, jsonify, render_template, request, send_from_directory, url_for
from flask_babel import gettext as _
from flask_compress import Compress
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError, CSRFProtect
from limits.storage import MemoryStorage
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from config import LOCALES, ROOT
from survey_app import errors, i18n
from survey_app.access import for_programs, may, public
from survey_app.db import db, transaction

DAY_SECONDS = 24 * 3600
FORM_SECONDS = 7 * DAY_SECONDS
STATIC = ROOT / "survey_app" / "static"
STATUSES: dict[type[errors.DomainError], int] = {
    errors.NotFound: 404,
    errors.Forbidden: 403,
    errors.NotOpen: 403,
    errors.Invalid: 422,
    errors.IdConflict: 409,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.TooLarge: 413,
    errors.Failed: 500,
    errors.Unavailable: 503,
}
NAV_SHOWN = 5
# Label, address, whether this page belongs to it.
NavLine = tuple[str, str, bool]
Result = TypeVar("Result")
csrf = CSRFProtect()
compress = Compress()


class Form(FlaskForm):
    """The base of every form: FlaskForm with its calls typed. `PLACES` are the fields of problems that actions name
    otherwise."""

    PLACES: ClassVar[Mapping[str, str]] = {}

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)

    def is_sent_and_valid(self) -> bool:
        """Whether this is a POST and every validator is content, the CSRF token's too."""
        return bool(self.validate_on_submit())

    def carry_out(self, act: Callable[[], Result], *, otherwise: str = "") -> Result | None:
        """What `act` returns, done in one transaction. None where the form is not valid or `act` refused: then what was
        wrong stands beside its fields, and what belongs to none of them beside the field `otherwise`.

        Raises the DomainError of `act` where it has no field to stand beside.
        """
        if not self.is_sent_and_valid():
            return None
        try:
            with transaction():
                return act()
        except errors.DomainError as error:
            found = [(self.PLACES.get(each.where, each.where), each.message) for each in error.errors]
            shown = [(where if where in self else otherwise, message) for where, message in found]
            shown = shown or [(otherwise, error.message)]
            if any(where not in self for where, _message in shown):
                raise
        for where, message in shown:
            self[where].errors = [*self[where].errors, message]
        return None


def init_app(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TESTING=settings.env == "testing",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=bool(settings.base_url and settings.base_url.startswith("https")),
        PERMANENT_SESSION_LIFETIME=FORM_SECONDS,
        # A cookie is sent when something in it changed; who needs it to last renews it (collect/views/form.py).
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=FORM_SECONDS,
        # The embedded server stands behind plain HTTP on loopback or a TLS proxy that drops the referrer.
        WTF_CSRF_SSL_STRICT=False,
        MAX_CONTENT_LENGTH=16 * 1024 * 1024,
        COMPRESS_MIMETYPES=["text/html", "text/css", "text/csv", "application/javascript", "text/javascript",
                            "application/json", "image/svg+xml"],
        COMPRESS_ALGORITHM=["br", "gzip"],
    )  # fmt: skip
    if settings.base_url:
        app.config["TRUSTED_HOSTS"] = [settings.base_url.split("://", 1)[1]]
    # Another spelling of an address is no page, rather than a hint at one.
    app.url_map.merge_slashes = False
    csrf.init_app(app)
    compress.init_app(app)
    app.extensions["rates"] = MemoryStorage()
    app.after_request(_secure)
    app.register_error_handler(errors.DomainError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_error)
    app.register_error_handler(Exception, _unexpected)
    app.extensions["nav"] = []
    app.context_processor(_page_context)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(static_url=static_url, csp_nonce=csp_nonce, citizen_style=citizen_style)
    app.add_url_rule("/static/<path:filename>", "static", static_file)
    app.add_url_rule("/livez", "livez", livez)
    app.add_url_rule("/readyz", "readyz", readyz)
    app.add_url_rule("/robots.txt", "robots", robots)
    app.add_url_rule("/favicon.ico", "favicon", favicon)


@dataclass(frozen=True, slots=True)
class NavItem:
    """A line of the main menu; `label` is a lazy text (i18n.lazy_gettext), `endpoint` needs no arguments."""

    label: str
    endpoint: str
    permission: str
    order: int


def add_nav(app: Flask, label: str, endpoint: str, permission: str, order: int) -> None:
    """Put a page into the main menu of those who hold `permission`; the lowest `order` stands first."""
    items: list[NavItem] = app.extensions["nav"]
    items.append(NavItem(label, endpoint, permission, order))
    items.sort(key=lambda item: item.order)


def home_url() -> str:
    """The first page of the reader's menu; the public first page where the menu is empty."""
    return next((href for _label, href, _current in _nav()), "/")


def rates() -> MemoryStorage:
    """Where this process counts how often something was tried, for limits by address; asked only where one applies."""
    storage: MemoryStorage = current_app.extensions["rates"]
    return storage


def csp_nonce() -> str:
    """The nonce of this answer's inline scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def allow_inline_styles() -> None:
    """Let this page carry inline styles: Plotly sets them; no page that takes answers may."""
    g.inline_styles = True


def static_url(filename: str) -> str:
    """The address of a static file, with its content's hash so that it can be kept for a year."""
    return url_for("static", filename=filename, v=_file_hash(filename))


def citizen_style() -> str:
    """The citizen's style sheet as an element: one request less before a phone can draw its first page."""
    return f"<style>{_citizen_sheet()[0]}</style>"


@lru_cache(maxsize=1)
def _citizen_sheet() -> tuple[str, str]:
    """The sheet as it stands in a page, and the hash by which the content policy knows it."""
    sheet = (STATIC / "css" / "citizen.css").read_text(encoding="utf-8").replace("../fonts/", "/static/fonts/")
    return sheet, f"'sha256-{b64encode(sha256(sheet.encode()).digest()).decode()}'"


@lru_cache(maxsize=256)
def _file_hash(filename: str) -> str:
    return sha256((STATIC / filename).read_bytes()).hexdigest()[:10]


@public
def static_file(filename: str) -> Response:
    versioned = request.args.get("v") is not None
    # Style sheets name the fonts without a version: a changed font gets a new name.
    age = 365 * DAY_SECONDS if versioned or filename.startswith("fonts/") else 3600
    response = send_from_directory(STATIC, filename, max_age=age)
    if versioned:
        response.cache_control.immutable = True
    # Read whole, so that it can be compressed: these files are small.
    response.direct_passthrough = False
    return response


@public
def livez() -> tuple[str, int]:
    """Alive: answers without the database."""
    return "ok", 200


@public
def readyz() -> tuple[Response, int]:
    """Ready: the database answers; 503 otherwise."""
    try:
        db.session.execute(text("SELECT 1"))
    except OperationalError:
        db.session.rollback()
        return jsonify(status="unavailable"), 503
    return jsonify(status="ok"), 200


@public
def robots() -> tuple[str, int, dict[str, str]]:
    return "User-agent: *\nDisallow: /\n", 200, {"Content-Type": "text/plain"}


@public
def favicon() -> Response:
    return send_from_directory(STATIC, "icons/favicon.ico", max_age=30 * DAY_SECONDS)


def _page_context() -> dict[str, Any]:
    nav = _nav()
    shown, more = split_nav(nav)
    return {
        "lang": i18n.language(),
        "language_links": _language_links(),
        "nav": shown,
        "nav_more": more,
        "home_url": nav[0][1] if nav else "/",
    }


def _nav() -> list[NavLine]:
    """(label, address, whether this page belongs to it) of the pages that the reader may open."""
    items: list[NavItem] = [item for item in current_app.extensions["nav"] if may(item.permission)]
    addresses = [url_for(item.endpoint) for item in items]
    here = _belongs_to(addresses) or next(
        (url for item, url in zip(items, addresses, strict=True) if item.endpoint.split(".")[0] == request.blueprint),
        None,
    )
    return [(item.label, address, address == here) for item, address in zip(items, addresses, strict=True)]


def _belongs_to(addresses: Sequence[str]) -> str | None:
    """The longest address that this page's lies below: readers go by where they came from, not by who made a page."""
    here = request.script_root + request.path
    return max((each for each in addresses if f"{here}/".startswith(f"{each.rstrip('/')}/")), key=len, default=None)


def split_nav(lines: Sequence[NavLine]) -> tuple[list[NavLine], list[NavLine]]:
    """The lines that stand in the menu, and those behind "More": a few lines need no "More", and the line of this page
    always stands in the menu."""
    if len(lines) <= NAV_SHOWN + 1:
        return list(lines), []
    shown = [line for place, line in enumerate(lines) if place < NAV_SHOWN or line[2]]
    return shown, [line for line in lines if line not in shown]


def _language_links() -> list[tuple[str, str, str]]:
    """(tag, own name, address of this page in that language)."""
    # Not url_for: a query key may be called like one of its arguments. One slash: two would name another host.
    here = quote("/" + (request.script_root + request.path).lstrip("/"))
    kept = request.args.items(multi=True) if request.method in ("GET", "HEAD") else ()
    query = [(key, value) for key, value in kept if key != "lang"]
    return [(tag, i18n.NAMES[tag], f"{here}?{urlencode([*query, ('lang', tag)])}") for tag in LOCALES]


def _secure(response: Response) -> Response:
    styles = "'self' 'unsafe-inline'" if g.get("inline_styles") else f"'self' {_citizen_sheet()[1]}"
    script = f"'self' 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else "'self'"
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'self'; script-src {script}; style-src {styles}; img-src 'self' data: blob:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def refusal(error: errors.DomainError) -> tuple[dict[str, Any], int]:
    """What a program is told of an error, and its status: for calls that answer several things at once."""
    status = next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 400)
    return _error_body(error.code, error.message or _explained(status), error.errors), status


def _error_body(code: str, message: str, problems: tuple[errors.Problem, ...]) -> dict[str, Any]:
    body: dict[str, Any] = {"code": code, "message": message}
    if problems:
        body["errors"] = [{"where": p.where, "code": p.code, "message": p.message} for p in problems]
    return body


def _error(status: int, code: str, message: str, problems: tuple[errors.Problem, ...] = ()) -> tuple[Any, int]:
    if for_programs():
        return jsonify(_error_body(code, message, problems)), status
    return render_template("errors/error.html", status=status, message=message, problems=problems), status


def _domain_error(error: errors.DomainError) -> tuple[Any, int]:
    body, status = refusal(error)
    return _error(status, body["code"], body["message"], error.errors)


def _http_error(error: HTTPException) -> Any:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error
    if isinstance(error, SecurityError):
        # Another host: no address of ours can be built for it, so no page either.
        if for_programs():
            return _error(400, "bad_host", _explained(400))
        return Response("400 Bad Request\n", 400, mimetype="text/plain")
    if isinstance(error, CSRFError):
        return _error(400, "csrf", _("This page was open for too long. Please go back, reload it and send again."))
    answer, status = _error(status, (error.name or "error").lower().replace(" ", "_"), _explained(status))
    response = current_app.make_response(answer)
    response.status_code = status
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def _database_error(error: OperationalError) -> Any:
    current_app.logger.error("database: %s", error.orig)
    db.session.rollback()
    # The error page must not ask the database who is signed in.
    g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]
    answer, status = _error(503, "unavailable", _explained(503))
    response = current_app.make_response(answer)
    response.status_code = status
    response.headers["Retry-After"] = "5"
    return response


def _unexpected(error: Exception) -> tuple[Any, int]:
    if current_app.testing:
        raise error
    current_app.logger.exception("unexpected error at %s", request.endpoint)
    db.session.rollback()
    return _error(500, "internal", _explained(500))


def _explained(status: int) -> str:
    words = {
        400: _("The request could not be understood."),
        401: _("Please sign in first."),
        403: _("You do not have the right to do this."),
        404: _("This page does not exist."),
        405: _("This address does not take such a request."),
        409: _("This was already stored with other content."),
        410: _("This was erased."),
        413: _("What was sent is too large."),
        415: _("This address takes JSON only: application/json in UTF-8."),
        422: _("Something in what was sent is not right."),
        429: _("Too many requests. Please wait a moment and try again."),
        503: _("The system is busy. Nothing was lost; please try again in a moment."),
    }
    return words.get(status, _("Something went wrong on our side. Please try again."))
