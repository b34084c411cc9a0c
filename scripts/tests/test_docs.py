"""The documents say what the code does: routes, error codes, variables, folders and links are compared with it."""

from __future__ import annotations

import ast
import importlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from apps.onboarding.errors import DomainError
from apps.onboarding.flows.definition import Flow, load_flow
from apps.onboarding.flows.reading import TYPES
from apps.onboarding_api.exception_handler import status_of
from scripts.supervisor.layout import ROOT

DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted(ROOT.glob("docs/**/*.md")),
]
SETTINGS = ROOT / "intelliwiz_config" / "settings"
READERS = {"text", "integer", "number", "boolean", "choice", "words", "path", "url"}
METHODS = ("get", "post", "put", "patch", "delete")
UNMAPPED = {"tests", "migrations", "management", "__pycache__", "node_modules"}
ADMIN = "admin/"


def section(document: Path, heading: str) -> str:
    """The text under a heading, up to the next one of the same or a higher level."""
    text = document.read_text(encoding="utf-8")
    found = re.search(rf"^(#+) {re.escape(heading)}\n", text, re.MULTILINE)
    assert found, f"{document.name} has no section {heading!r}"
    after = text[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", after, re.MULTILINE)
    return after[: end.start()] if end else after


def rows(text: str) -> list[list[str]]:
    """The cells of the Markdown tables in a text, without heads."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    heads = [index - 1 for index, row in enumerate(cells) if set("".join(row)) <= set("-: ")]
    return [row for index, row in enumerate(cells) if index not in heads and index - 1 not in heads]


def code(cell: str) -> str:
    """The first `code` of a cell."""
    found = re.search(r"`([^`]+)`", cell)
    return found[1] if found else ""


# variables


def variables_of_settings() -> dict[str, Any]:
    """Name -> default where it is written as a literal, else None: every variable that the settings read."""
    found: dict[str, Any] = {}
    for file in SETTINGS.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Attribute) and call.func.attr in READERS and call.args:
                for name in _names(call.args[0]):
                    found.setdefault(name, _default(call))
    return found


def _names(argument: ast.expr) -> list[str]:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return [argument.value]
    last = argument.values[-1] if isinstance(argument, ast.JoinedStr) else None
    if isinstance(last, ast.Constant) and isinstance(last.value, str):
        return [prefix + last.value for prefix in _provider_prefixes()]
    return []


def _provider_prefixes() -> list[str]:
    texts = (file.read_text(encoding="utf-8") for file in SETTINGS.glob("*.py"))
    return sorted(name for text in texts for name in re.findall(r'read_provider\("(\w+)"\)', text))


def _default(call: ast.Call) -> Any:
    try:
        return ast.literal_eval(call.args[1])
    except (IndexError, ValueError):
        return None


def table_of_variables() -> dict[str, list[str]]:
    return {code(row[0]): row for row in rows(section(ROOT / "README.md", "Settings of the product"))}


def test_every_variable_of_the_settings_is_in_the_readme() -> None:
    assert sorted(set(variables_of_settings()) - set(table_of_variables())) == []


def test_every_variable_of_the_readme_is_read_by_the_settings() -> None:
    assert sorted(set(table_of_variables()) - set(variables_of_settings())) == []


def test_defaults_in_the_readme_are_those_of_the_settings() -> None:
    wrong = {
        name: default
        for name, default in variables_of_settings().items()
        if default not in (None, "", ()) and _written(default) not in table_of_variables()[name][1]
    }
    assert wrong == {}


def _written(default: Any) -> str:
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, tuple):
        return f"`{','.join(default)}`"
    return f"`{default}`"


def test_variables_of_the_scripts_are_read_by_them() -> None:
    programs = [*ROOT.glob("scripts/**/*.py"), *ROOT.glob("scripts/lib/*.sh"), ROOT / "docker-compose.yml"]
    programs += [*ROOT.glob("apps/task_ledger/*.py"), ROOT / "manage.py"]
    text = "\n".join(file.read_text(encoding="utf-8") for file in programs if "tests" not in file.parts)
    named = [code(row[0]) for row in rows(section(ROOT / "README.md", "Variables of the scripts"))]
    assert named
    assert [name for name in named if not re.search(rf"\b{name}\b", text)] == []


# routes


def routes() -> set[str]:
    """`METHOD /path/{parameter}/` of everything that is served, the admin left out."""
    return set(_routes(get_resolver().url_patterns, ""))


def _routes(patterns: list[Any], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        path = f"{prefix}{pattern.pattern}"
        if path.startswith(ADMIN):
            continue
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            shown = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)
            yield from (f"{method} {shown}" for method in _methods(pattern.callback))


def _methods(view: Any) -> list[str]:
    served = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if served is None or not hasattr(served, "http_method_names") or served.__name__ == "RedirectView":
        return ["GET"]
    return [name.upper() for name in METHODS if hasattr(served, name)]


def documented_routes() -> set[str]:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    return set(re.findall(r"^#+ ((?:GET|POST|PUT|PATCH|DELETE) /\S*)$", text, re.MULTILINE))


def test_every_route_has_its_heading_in_the_api_document() -> None:
    assert sorted(routes() - documented_routes()) == []


def test_every_documented_route_is_served() -> None:
    assert sorted(documented_routes() - routes()) == []


@pytest.mark.parametrize("route", sorted(documented_routes()))
def test_every_documented_route_shows_an_example(route: str) -> None:
    assert "```" in section(ROOT / "docs" / "api.md", route)


# problem codes


def problem_codes() -> set[str]:
    """The `code` of every domain error, found by class name through all of the product."""
    classes = [
        node
        for file in ROOT.glob("apps/**/*.py")
        if "tests" not in file.parts
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    named, codes = {"DomainError"}, set()
    for _ in range(5):
        for one in classes:
            if any(_last_name(base) in named for base in one.bases):
                named.add(one.name)
                codes |= set(_codes(one))
    return codes


def _last_name(base: ast.expr) -> str:
    return base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""


def _codes(one: ast.ClassDef) -> Iterator[str]:
    for statement in one.body:
        targets = (
            statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        )
        if any(isinstance(target, ast.Name) and target.id == "code" for target in targets):
            yield ast.literal_eval(statement.value)  # type: ignore[attr-defined]  # both assignments have it


def test_every_problem_code_is_in_the_table() -> None:
    table = {code(row[0]) for row in rows(section(ROOT / "docs" / "api.md", "Codes"))}
    assert sorted(problem_codes() - table) == []


def test_statuses_in_the_table_are_those_of_the_translation() -> None:
    for file in ROOT.glob("apps/**/errors.py"):
        importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    table = {
        code(row[0]): row[1] for row in rows(section(ROOT / "docs" / "api.md", "Codes")) if len(row) == 3
    }
    named = {error.code: str(status_of(error())) for error in _descendants(DomainError)}
    assert {name: table[name] for name in named if name in table} == {
        name: status for name, status in named.items() if name in table
    }


def _descendants(one: type[DomainError]) -> Iterator[type[DomainError]]:
    for child in one.__subclasses__():
        yield child
        yield from _descendants(child)


# the flow


def test_flow_document_counts_the_questions_right() -> None:
    slots = Flow.from_definition(load_flow("facility_onboarding")).slots
    required = sum(slot.tier == "required" for slot in slots)
    said = (ROOT / "docs" / "flow.md").read_text(encoding="utf-8")
    assert f"{len(slots)} questions, {required} of them required" in said


def test_every_slot_type_is_in_the_flow_document() -> None:
    cells = [row[0] for row in rows(section(ROOT / "docs" / "flow.md", "Slot types"))]
    assert {name for cell in cells for name in re.findall(r"`(\w+)`", cell)} == set(TYPES)


# folders and links


def mapped() -> list[str]:
    return [code(row[0]) for row in rows(section(ROOT / "README.md", "Map of the tree"))]


@pytest.mark.parametrize("path", mapped())
def test_mapped_path_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_folder_is_on_the_map() -> None:
    known = {path.rstrip("/") for path in mapped()}
    parents = [ROOT, ROOT / "apps", ROOT / "apps/onboarding", ROOT / "apps/onboarding_api"]
    parents += [ROOT / "apps/onboarding_api/services", ROOT / "scripts", ROOT / "config", ROOT / "docs"]
    folders = {
        str(child.relative_to(ROOT)) for parent in parents if parent.is_dir() for child in _folders(parent)
    }
    assert sorted(folders - known) == []


def _folders(parent: Path) -> Iterator[Path]:
    """Sub-folders that hold source files."""
    for child in parent.iterdir():
        hidden = child.name in UNMAPPED or child.name.startswith((".", "var"))
        if child.is_dir() and not hidden and any(files for _, _, files in os.walk(child)):
            yield child


def links() -> list[tuple[Path, str]]:
    """Relative links of all documents; code blocks do not count."""
    found = []
    for document in DOCUMENTS:
        text = re.sub(
            r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
        )
        found += [(document, link) for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    return found


@pytest.mark.parametrize(("document", "link"), links(), ids=lambda value: str(value).rpartition("/")[2])
def test_relative_link_resolves(document: Path, link: str) -> None:
    path, _, anchor = link.partition("#")
    target = (document.parent / path).resolve() if path else document
    assert target.exists()
    if anchor:
        assert anchor in _anchors(target)


def _anchors(document: Path) -> set[str]:
    """Anchors of headings, as the usual Markdown hosts make them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_documents_name_no_path_of_a_machine() -> None:
    private = re.compile(r"(?<![\w./])/(?:root|work|home/\w+)/")
    assert [
        document.name for document in DOCUMENTS if private.search(document.read_text(encoding="utf-8"))
    ] == []
