"""The list of doors is whole: guards and proofs exist, and nothing that carries text is outside of it."""

from __future__ import annotations

import ast
import logging
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.urls import get_resolver

from apps.onboarding_api.services.pii_integration import door_assignments, doors
from apps.onboarding_api.services.pii_integration.doors import DOORS
from apps.onboarding_api.services.pii_integration.logs import ScrubbingFormatter
from apps.onboarding_api.tests.pii_planting import text_columns

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
_GET_LOGGER = re.compile(r"getLogger\((?:\"([\w.]+)\"|(__name__))\)")


def _resolved(dotted: str) -> object:
    """The object of a dotted path: the longest part that is a module, then its attributes."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: Any = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for name in parts[length:]:
            found = getattr(found, name)
        return found
    raise AssertionError(dotted)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_guard_of_every_door_exists(door: doors.Door) -> None:
    assert _resolved(door.guard) is not None


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_every_door_has_a_proof(door: doors.Door) -> None:
    file, _, function = door.proof.partition("::")
    tree = ast.parse((HERE / file).read_text(encoding="utf-8"))
    tests = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    assert tests if function == "*" else function in tests


def test_names_of_doors_are_unique() -> None:
    assert len({door.name for door in DOORS}) == len(DOORS)


def _routes(patterns: list[Any], namespace: str = "") -> Iterator[str]:
    for one in patterns:
        inner = getattr(one, "url_patterns", None)
        if inner is None:
            yield f"{namespace}{one.name}"
        elif one.app_name != "admin":
            yield from _routes(inner, f"{one.namespace}:" if one.namespace else namespace)


def test_every_route_belongs_to_a_door() -> None:
    assert set(_routes(get_resolver().url_patterns)) == set(door_assignments.ROUTES)


def test_every_text_column_belongs_to_a_door() -> None:
    columns = {f"{model._meta.label}.{name}" for model in apps.get_models() for name in text_columns(model)}
    assert columns == set(door_assignments.COLUMNS)


def test_every_page_of_the_admin_belongs_to_a_door() -> None:
    assert {model._meta.label for model in admin.site._registry} == set(door_assignments.PAGES)


def test_every_logger_belongs_to_a_door() -> None:
    named = {name for name, given in settings.LOGGING["loggers"].items() if given.get("handlers")}
    for folder in ("apps", "background_tasks", "intelliwiz_config"):
        for path in (ROOT / folder).rglob("*.py"):
            if "tests" not in path.parts:
                module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                found = _GET_LOGGER.findall(path.read_text(encoding="utf-8"))
                named |= {name or module for name, _ in found}
    assert named - set(door_assignments.LOGGERS) == set()


def test_every_handler_writes_through_the_scrubbing_formatter() -> None:
    formats = settings.LOGGING["formatters"]
    assert all(
        formats[handler["formatter"]]["()"].endswith(".ScrubbingFormatter")
        for handler in settings.LOGGING["handlers"].values()
    )
    configured = [
        handler for name in ("", *door_assignments.LOGGERS) for handler in logging.getLogger(name).handlers
    ]
    ours = [handler for handler in configured if type(handler) is logging.StreamHandler]
    assert ours
    assert all(isinstance(handler.formatter, ScrubbingFormatter) for handler in ours)


def test_every_assignment_names_a_door() -> None:
    tables = (
        door_assignments.ROUTES,
        door_assignments.COLUMNS,
        door_assignments.LOGGERS,
        door_assignments.PAGES,
    )
    assert {door for table in tables for door in table.values()} <= set(doors.BY_NAME)


def test_what_the_product_has_not_has_no_route() -> None:
    words = re.compile("webhook|hook|export|download|csv")
    assert [name for name in _routes(get_resolver().url_patterns) if words.search(name)] == []
    assert set(doors.ABSENT) == {"webhooks", "exports"}
