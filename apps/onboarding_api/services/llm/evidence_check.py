"""Evidence that a provider gives: it must point at the proposal, cover it, and cite answers that were given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from apps.onboarding.errors import ProviderUnavailable
from apps.onboarding_api.services.llm.proposal_schema import LISTS


def refuse_unfounded(
    evidence: Sequence[Mapping[str, Any]], *, proposal: Mapping[str, Any], answers: Mapping[str, Any]
) -> None:
    """Raises `ProviderUnavailable` where an entry is malformed, points nowhere, cites what was not answered,
    or where an item of the proposal has none."""
    cited: set[str] = set()
    for entry in evidence:
        if not isinstance(entry, Mapping) or not all(
            entry.get(key) for key in ("path", "rule", "reason", "version")
        ):
            raise ProviderUnavailable("an entry of the evidence lacks path, rule, version or reason")
        given = entry.get("answers", {})
        if not isinstance(given, Mapping) or any(answers.get(slot) != value for slot, value in given.items()):
            raise ProviderUnavailable(f"the evidence of {entry['rule']} cites what was not answered")
        paths = entry.get("paths", [entry["path"]])
        if any(not _resolves(path, proposal) for path in [entry["path"], *paths]):
            raise ProviderUnavailable(f"the evidence of {entry['rule']} points nowhere")
        cited.update(paths)
    missing = next((path for path in _items(proposal) if path not in cited), None)
    if missing is not None:
        raise ProviderUnavailable(f"there is no evidence for {missing}")


def _items(proposal: Mapping[str, Any]) -> Iterator[str]:
    for section in LISTS:
        yield from (f"/{section}/{index}" for index in range(len(proposal[section])))


def _resolves(path: Any, proposal: Any) -> bool:
    if not isinstance(path, str) or not path.startswith("/"):
        return False
    at = proposal
    for part in path[1:].split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(at, Mapping) and name in at:
            at = at[name]
        elif isinstance(at, list) and name.isdecimal() and int(name) < len(at):
            at = at[int(name)]
        else:
            return False
    return True
