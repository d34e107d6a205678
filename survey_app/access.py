"""Who may do what. Knows the names of permissions and asks the signed-in user; `accounts` provides that user.

Every route declares its right with `@requires("feature.verb")` or `@public`; what declares nothing is refused,
and a test walks the url map.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import MethodNotAllowed, Unauthorized
from werkzeug.wrappers import Response

PUBLIC = "public"
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Scope:
    """The agencies a reader may see: one and all below it, or everywhere (`agency_id` None)."""

    agency_id: int | None = None


EVERYWHERE = Scope()


class Reader(Protocol):
    """What `accounts` provides for every request: the signed-in user, or an anonymous visitor who may do nothing."""

    is_authenticated: bool
    email: str

    @property
    def scope(self) -> Scope: ...

    def may(self, permission: str) -> bool: ...


def reader() -> Reader:
    """Who asks."""
    return cast(Reader, current_user)


def public(view: View) -> View:
    """Declare a view open to everybody."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def requires(permission: str) -> Callable[[View], View]:
    """Declare the permission, `feature.verb`, that a view asks of the signed-in user."""

    def declare(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        return view

    return declare


def declared_access(app: Flask, endpoint: str) -> str | None:
    """What the view of an endpoint declares: a permission, PUBLIC, or None."""
    access: str | None = getattr(app.view_functions[endpoint], "access", None)
    return access


def may(permission: str) -> bool:
    """Whether the signed-in user holds a permission; anonymous visitors hold none."""
    return reader().is_authenticated and reader().may(permission)


def scope() -> Scope:
    """The agencies of the signed-in user. Call only behind `@requires`."""
    return reader().scope


def let_programs_in(app: Flask, *paths: str) -> None:
    """Let programs with a token ask at these addresses and below them, as they do below /api."""
    app.extensions["program_paths"] += paths


def for_programs() -> bool:
    """Whether the request asks below /api or where else programs do: they read the answer, in JSON, errors too."""
    path = request.path
    return any(path == start or path.startswith(f"{start}/") for start in current_app.extensions["program_paths"])


def init_app(app: Flask) -> None:
    app.extensions["program_paths"] = ["/api"]
    app.before_request(_check)
    app.jinja_env.globals["may"] = may


def _check() -> Response | None:
    endpoint = _endpoint()
    if endpoint is None:
        return None
    access = declared_access(current_app, endpoint)
    if access == PUBLIC:
        return None
    if not reader().is_authenticated:
        if for_programs():
            raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", {"realm": "api"}))
        if request.method in ("GET", "HEAD"):
            return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
        abort(401)
    if access is None or not reader().may(access):
        abort(403)
    return None


def _endpoint() -> str | None:
    """The endpoint of the address, also where it does not take the request's method; None where there is no page."""
    refusal = request.routing_exception
    adapter = current_app.create_url_adapter(request) if isinstance(refusal, MethodNotAllowed) else None
    if adapter is None:
        return request.endpoint
    endpoint: str = adapter.match(method=min(adapter.allowed_methods()))[0]
    return endpoint
