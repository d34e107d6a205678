"""The OpenAPI 3.1 description of everything below /api/v1: addresses by hand, shapes out of `shapes`."""

from functools import cache
from typing import Any

from survey_app.figures.filters import LEVELS, STRUCTURES
from survey_app.figures.periods import COMPARISONS
from survey_app.surveys.rules import CHANNELS

Operation = dict[str, Any]
ERRORS = {
    "401": "no session and no valid token",
    "403": "the token does not allow this",
    "404": "there is no such thing, or not in the caller's scope",
    "409": "this id is stored with other content; the first is kept",
    "410": "this id was erased",
    "413": "too large: 64 KB a body, 100 bodies at once",
    "415": "no application/json in UTF-8",
    "422": "something in what was sent is wrong",
    "429": "too many requests; Retry-After says how many seconds to wait",
    "500": "an error of this server",
    "503": "busy; nothing was lost, try again",
}
SURVEY = {
    "name": "survey",
    "in": "path",
    "required": True,
    "schema": {"type": "string"},
    "description": "the survey's code",
}
PANEL = {
    "name": "panel",
    "in": "path",
    "required": True,
    "schema": {"type": "string"},
    "description": "one of the survey's `panels`",
}
LANGUAGE = {
    "name": "lang",
    "in": "query",
    "schema": {"type": "string", "enum": ["vi", "en"]},
    "description": "the language of titles, labels, notes and messages",
}
DAY = {"type": "string", "format": "date"}
FILTERS = [
    {"name": "from", "in": "query", "schema": DAY, "description": "first local day, inclusive"},
    {"name": "to", "in": "query", "schema": DAY, "description": "last local day, inclusive"},
    {
        "name": "agency",
        "in": "query",
        "schema": {"type": "string"},
        "description": "an agency's code: it and all below it",
    },
    {"name": "channel", "in": "query", "schema": {"type": "string", "enum": list(CHANNELS)}},
    {"name": "procedure", "in": "query", "schema": {"type": "string"}, "description": "a procedure's code"},
    {
        "name": "compare",
        "in": "query",
        "schema": {"type": "string", "enum": list(COMPARISONS)},
        "description": "the earlier period of the panel `change`",
    },
    {
        "name": "structure",
        "in": "query",
        "schema": {"type": "string", "enum": list(STRUCTURES)},
        "description": "agencies as reported (default) or as they stand today, with the counts of those that merged",
    },
    {
        "name": "level",
        "in": "query",
        "schema": {"type": "string", "enum": list(LEVELS)},
        "description": "agencies right below the one seen (default), or all at the foot of the tree",
    },
    {
        "name": "rating",
        "in": "query",
        "schema": {"type": "string"},
        "description": "comments of one group of writers: all-positive, several-low, or the only question rated low",
    },
    {
        "name": "question",
        "in": "query",
        "schema": {"type": "string"},
        "description": "the only question of panels with several rows a question; all of them by default",
    },
]
CSV_TEXT = "One line an option in scale order; exact counts and unrounded shares, empty where hidden."


@cache
def description() -> dict[str, Any]:
    """The whole document, as it is served."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Citizen satisfaction surveys",
            "version": "1",
            "summary": "Surveys and their figures, for programs.",
            "description": (
                "Every figure carries its n; small counts are hidden here as they are on the pages. Members may be "
                "added to answers; none is taken away or changes its meaning within v1."
            ),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "this installation"}],
        "security": [{"token": []}, {"session": []}],
        "paths": paths(),
        "components": {"schemas": _schemas(), "securitySchemes": _security(), "responses": _error_responses()},
    }


def paths() -> dict[str, dict[str, Operation]]:
    """The operations by address and method."""
    return {
        "/api/v1/openapi.json": {"get": _openapi_operation()},
        "/api/v1/surveys": {
            "get": _operation("surveys", "The surveys that the caller may see", "Surveys", [LANGUAGE], ())
        },
        "/api/v1/surveys/{survey}": {
            "get": _operation("survey", "One survey: what it asks, where, and its panels", "Survey", [SURVEY, LANGUAGE])
        },
        "/api/v1/surveys/{survey}/figures/{panel}": {
            "get": _operation(
                "panel", "A panel under filters", "Panel", [SURVEY, PANEL, *FILTERS, LANGUAGE], ("404", "422")
            )
        },
        "/api/v1/surveys/{survey}/figures/{panel}.csv": {"get": _csv_operation()},
        "/api/v1/surveys/{survey}/responses": {"post": _submit_operation()},
        "/api/v1/surveys/{survey}/responses/batch": {"post": _batch_operation()},
        "/api/v1/surveys/{survey}/tickets": {"post": _tickets_operation()},
    }


def _operation(
    name: str, summary: str, shape: str, parameters: list[dict[str, Any]], errors: tuple[str, ...] = ("404",)
) -> Operation:
    return {
        "operationId": name,
        "summary": summary,
        "parameters": parameters,
        "responses": {"200": {"description": summary, **_json_answer(shape)}, **_errors(errors)},
    }


def _csv_operation() -> Operation:
    summary = "The same panel as CSV"
    content = {"text/csv": {"schema": {"type": "string"}}}
    return {
        "operationId": "panelCsv",
        "summary": summary,
        "description": CSV_TEXT,
        "parameters": [SURVEY, PANEL, *FILTERS, LANGUAGE],
        "responses": {"200": {"description": summary, "content": content}, **_errors(("404", "422"))},
    }


def _submit_operation() -> Operation:
    stored = _json_answer("Stored")
    answers = {"201": {"description": "stored", **stored}, "200": {"description": "stored before", **stored}}
    return _sending("submit", "Send a response", "SubmittedResponse", answers, ("409", "410"))


def _batch_operation() -> Operation:
    answers = {"200": {"description": "what became of each", **_json_answer("BatchResults")}}
    return _sending("submitBatch", "Send up to 100 responses, each by itself", "SubmittedBatch", answers, ())


def _tickets_operation() -> Operation:
    answers = {"201": {"description": "made; shown this once", **_json_answer("IssuedTickets")}}
    return _sending("issueTickets", "Make one-time tickets", "WantedTickets", answers, ())


def _sending(name: str, summary: str, shape: str, answers: dict[str, Any], errors: tuple[str, ...]) -> Operation:
    return {
        "operationId": name,
        "summary": summary,
        "security": [{"token": []}],
        "parameters": [SURVEY, LANGUAGE],
        "requestBody": {"required": True, **_json_answer(shape)},
        "responses": {**answers, **_errors(("404", "413", "415", "422", *errors))},
    }


def _json_answer(shape: str) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{shape}"}}}}


def _openapi_operation() -> Operation:
    content = {"application/json": {"schema": {"type": "object"}}}
    return {
        "operationId": "openapi",
        "summary": "This description",
        "security": [],
        "responses": {"200": {"description": "OpenAPI 3.1", "content": content}},
    }


def _errors(own: tuple[str, ...]) -> dict[str, Any]:
    always = ("401", "403", "429", "500", "503")
    return {status: {"$ref": f"#/components/responses/Error{status}"} for status in sorted((*always, *own))}


def _error_responses() -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {f"Error{status}": {"description": text, "content": content} for status, text in ERRORS.items()}


def _schemas() -> dict[str, Any]:
    # Imported late: pydantic is needed for this document alone.
    from pydantic.json_schema import models_json_schema

    from survey_app.api import shapes

    figures = (shapes.Error, shapes.Surveys, shapes.Survey, shapes.Panel)
    sending = (shapes.SubmittedResponse, shapes.Stored, shapes.SubmittedBatch, shapes.BatchResults)
    tickets = (shapes.WantedTickets, shapes.IssuedTickets)
    wanted = [(shape, "validation") for shape in (*figures, *sending, *tickets)]
    _by_shape, schemas = models_json_schema(wanted, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    definitions: dict[str, Any] = schemas["$defs"]
    return definitions


def _security() -> dict[str, Any]:
    return {
        "token": {"type": "http", "scheme": "bearer", "description": "a token made under Accounts, API tokens"},
        "session": {"type": "apiKey", "in": "cookie", "name": "session", "description": "a signed-in browser"},
    }
