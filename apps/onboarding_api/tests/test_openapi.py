"""`/api/schema/` is a valid OpenAPI 3.1 document that covers every route, with examples and problem answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import URLPattern
from drf_spectacular.drainage import GENERATOR_STATS
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from apps.onboarding_api import urls
from apps.onboarding_api.tests.api_world import PROBLEM_FIELDS

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def schema() -> Any:
    answer = Browser().get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    assert answer.status_code == 200
    return json.loads(answer.content)


def operations(schema: Any) -> Iterator[tuple[str, str, Any]]:
    for path, item in schema["paths"].items():
        for method in METHODS & item.keys():
            yield path, method, item[method]


def test_the_document_is_valid_openapi_3_1(schema: Any) -> None:
    assert schema["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(schema).iter_errors()) == []


def test_no_two_shapes_share_a_name_and_nothing_is_guessed(schema: Any) -> None:
    assert schema
    assert not GENERATOR_STATS, [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]


def test_every_route_of_the_api_is_described(schema: Any) -> None:
    served = {
        ("/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern)), method)
        for pattern in urls.urlpatterns
        if str(pattern.pattern).startswith(urls.API)
        for method in _methods(pattern)
    }
    assert {(path, method) for path, method, _ in operations(schema)} == served


def _methods(pattern: URLPattern) -> set[str]:
    view = getattr(pattern.callback, "cls", None) or getattr(pattern.callback, "view_class", None)
    return {method for method in METHODS if hasattr(view, method)}


def test_every_operation_has_a_description_and_an_id_of_its_own(schema: Any) -> None:
    found = list(operations(schema))
    assert len({operation["operationId"] for _, _, operation in found}) == len(found)
    assert [path for path, _, operation in found if not operation.get("description")] == []


def test_problem_answers_are_described_as_problems(schema: Any) -> None:
    problem = schema["components"]["schemas"]["Problem"]
    assert set(problem["properties"]) == PROBLEM_FIELDS
    for path, method, operation in operations(schema):
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert list(answer["content"]) == ["application/problem+json"], (path, method, status)


def test_operations_that_need_a_person_say_401(schema: Any) -> None:
    silent = [
        path
        for path, _, operation in operations(schema)
        if "401" not in operation["responses"] and "/auth/" not in path
    ]
    assert silent == []


def test_unsafe_operations_take_an_idempotency_key(schema: Any) -> None:
    """Or `Upload-Offset`, by which a repetition is known as well."""
    without = [
        path
        for path, method, operation in operations(schema)
        if method != "get"
        and "/auth/" not in path
        and not {"Idempotency-Key", "Upload-Offset"}
        & {parameter["name"] for parameter in operation.get("parameters", [])}
    ]
    assert without == []


def test_requests_in_json_have_examples_that_the_schema_allows(schema: Any) -> None:
    seen = 0
    for path, method, operation in operations(schema):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is None or "/auth/" in path:
            continue
        assert content.get("examples"), (path, method)
        checker = Draft202012Validator({"components": schema["components"], **content["schema"]})
        for example in content["examples"].values():
            assert list(checker.iter_errors(example["value"])) == [], (path, method)
            seen += 1
    assert seen >= 4


def test_a_problem_has_an_example(schema: Any) -> None:
    answers = schema["paths"]["/api/v1/onboarding/conversation/"]["post"]["responses"]
    (example,) = answers["409"]["content"]["application/problem+json"]["examples"].values()
    assert example["value"].keys() >= PROBLEM_FIELDS


def test_the_page_to_try_it_loads_nothing_from_elsewhere() -> None:
    page = Browser().get("/api/docs/").content.decode()
    assert "swagger-ui" in page
    assert "https://" not in page.replace("https://github.com", "")
