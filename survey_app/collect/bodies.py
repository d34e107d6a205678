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
    body: dict[str, Any] = sent_json(largest)
    problems = [*strict_json.faults(body)] or shape_problems(body, shape)
    if problems:
        raise Invalid(errors=translated(problems))
    return body


def sent_json(largest: int, deepest: int = strict_json.DEEPEST) -> Any:
    """The request's body as `strict_json.parsed` gives it, its faults still inside."""
    charset = request.mimetype_params.get("charset", "utf-8").casefold()
    encoding = request.headers.get("Content-Encoding", "identity").casefold()
    if (request.mimetype, charset, encoding) != ("application/json", "utf-8", "identity"):
        raise UnsupportedMediaType()
    request.max_content_length = largest
    try:
        return strict_json.parsed(request.get_data(cache=False), deepest)
    except Invalid as error:
        raise Invalid(_(error.message), errors=translated(error.errors), code=error.code) from error


def translated(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The same problems in the reader's language."""
    return tuple(Problem(p.where, p.code, _(p.message)) for p in problems)
