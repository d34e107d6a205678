"""The JSON body of a request, read strictly; what is wrong with it is said in the reader's language."""

from collections.abc import Iterable
from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.exceptions import UnsupportedMediaType

from survey_app import strict_json
from survey_app.collect.shapes import Shape, shape_problems
from survey_app.errors import Invalid, Problem

LARGEST = 64 * 1024


def json_body(shape: Shape, largest: int = LARGEST) -> dict[str, Any]:
    """The request's body where it is an object of this shape.

    Raises Invalid, UnsupportedMediaType (no application/json in UTF-8) and RequestEntityTooLarge.
    """
    body = sent_json(largest)
    if problems := translated(strict_json.faults(body)):
        raise Invalid(errors=problems)
    return require_shape(body, shape)


def require_shape(body: Any, shape: Shape) -> dict[str, Any]:
    """The same body, if it is an object of this shape. Raises Invalid."""
    if problems := translated(shape_problems(body, shape)):
        raise Invalid(errors=problems)
    members: dict[str, Any] = body
    return members


def require_depth(body: Any) -> None:
    """Raises Invalid ("too_deep") for what is nested deeper than one body may be."""
    if strict_json.depth(body) > strict_json.DEEPEST:
        problem = strict_json.problem("", "too_deep")
        raise Invalid(_(problem.message), errors=translated([problem]), code="too_deep")


def sent_json(largest: int = LARGEST, deepest: int = strict_json.DEEPEST) -> Any:
    """The request's body as `strict_json.parsed` gives it, its faults still inside. Raises as `json_body` does."""
    charset = request.mimetype_params.get("charset", "utf-8").casefold()
    encoding = request.headers.get("Content-Encoding", "identity").casefold()
    if (request.mimetype, charset, encoding) != ("application/json", "utf-8", "identity"):
        raise UnsupportedMediaType()
    request.max_content_length = largest
    try:
        return strict_json.parsed(request.get_data(), deepest)
    except Invalid as error:
        raise Invalid(_(error.message), errors=translated(error.errors), code=error.code) from error


def translated(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The same problems in the reader's language."""
    return tuple(Problem(p.where, p.code, _(p.message)) for p in problems)
