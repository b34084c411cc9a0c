"""Reads the flows that come with the package."""

import copy
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).resolve().parent
# The C loader reads the same YAML about ten times faster; a build of PyYAML may lack it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """A YAML file of the package as plain data."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader, see above


def flow_names() -> tuple[str, ...]:
    """The names of all flows in the package."""
    return tuple(sorted(path.parent.name for path in _FOLDER.glob("*/flow.yaml")))


@lru_cache(maxsize=8)
def _load(name: str) -> dict[str, Any]:
    if name not in flow_names():
        raise KeyError(name)
    folder = _FOLDER / name
    flow = read_yaml(folder / "flow.yaml")
    for slot in flow["slots"]:
        slot["wording"] = {}
        options = slot.get("options")
        if options is not None:
            slot["options"] = [_option(option) for option in options]
    for language in flow["languages"]:
        wording = read_yaml(folder / f"wording.{language}.yaml")
        for slot in flow["slots"]:
            _merge(slot, dict(wording.get(slot["name"], {})), language)
    return flow


def _option(option: Any) -> dict[str, Any]:
    fields = {"value": option} if isinstance(option, str) else dict(option)
    return fields | {"wording": {}}


def _merge(slot: dict[str, Any], words: dict[str, Any], language: str) -> None:
    """Put one language's words of a slot, and of its options, into the definition."""
    option_words = words.pop("options", {})
    if words:
        slot["wording"][language] = words
    for option in slot.get("options", ()):
        found = option_words.get(option["value"])
        if found is not None:
            label, *synonyms = found if isinstance(found, list) else [found]
            option["wording"][language] = {"label": label, "synonyms": synonyms}


def load_flow(name: str = "facility_onboarding") -> dict[str, Any]:
    """The definition of a flow of the package, ready for `Flow.from_definition`. Raises `KeyError`."""
    return copy.deepcopy(_load(name))
