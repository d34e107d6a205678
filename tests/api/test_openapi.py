"""The description holds every address below /api/v1, refers to what it defines, and is what is served."""

import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.api.openapi import description
from survey_app.api.shapes import SubmittedResponse
from survey_app.collect.shapes import RESPONSE
from survey_app.figures.filters import KEYS
from tests.conftest import application


def _described() -> set[tuple[str, str]]:
    return {(path, method.upper()) for path, methods in description()["paths"].items() for method in methods}


def routed(app: Flask) -> set[tuple[str, str]]:
    """(address as OpenAPI writes it, method) of every route below /api."""
    return {
        (re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_address_is_described_and_no_other() -> None:
    assert routed(application("sqlite:////nowhere/none.db")) == _described()


def test_an_address_that_is_forgotten_is_caught() -> None:
    app = application("sqlite:////nowhere/none.db")
    app.add_url_rule("/api/v1/new/<int:number>", "new", lambda number: "", methods=["PUT"])
    assert routed(app) - _described() == {("/api/v1/new/{number}", "PUT")}


def _references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*map(_references, value.values()))
    return set().union(*map(_references, value)) if isinstance(value, list) else set()


def test_every_reference_leads_somewhere() -> None:
    document = description()
    references = _references(document)
    assert references
    for reference in references:
        found: Any = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        assert found


def test_operations_are_named_once_and_tell_their_arguments() -> None:
    names = []
    for path, methods in description()["paths"].items():
        for operation in methods.values():
            names.append(operation["operationId"])
            told = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
            assert told == set(re.findall(r"{(\w+)}", path)), path
            assert "200" in operation["responses"] or "201" in operation["responses"]
    assert len(names) == len(set(names))


def test_a_response_is_described_as_it_is_taken() -> None:
    described = SubmittedResponse.model_fields
    assert described.keys() == RESPONSE.keys()
    assert {name for name, field in described.items() if field.is_required()} == {
        name for name, member in RESPONSE.items() if member.required
    }


def test_the_filters_of_the_dashboards_are_all_there() -> None:
    operation = description()["paths"]["/api/v1/surveys/{survey}/figures/{panel}"]["get"]
    assert {p["name"] for p in operation["parameters"] if p["in"] == "query"} == {*KEYS, "lang"}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_everybody_may_read_it_and_keep_it(client: FlaskClient) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.get_json() == json.loads(json.dumps(description()))
    assert answer.get_json()["openapi"].startswith("3.1")
    assert "public" in answer.headers["Cache-Control"]
