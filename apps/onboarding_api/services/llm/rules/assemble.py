"""Applying the rules: a proposal, and the evidence for each part of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from apps.onboarding_api.services.llm.proposal_schema import LISTS
from apps.onboarding_api.services.llm.rules.rule import Brief, Draft, Part, Rule

_EMPTY_SITE: dict[str, Any] = {
    "address": "",
    "city": "",
    "area_sq_m": None,
    "floors": None,
    "opens_at": None,
    "closes_at": None,
    "go_live_on": None,
    "latitude": None,
    "longitude": None,
}


def make_proposal(brief: Brief, *, rules: Iterable[Rule]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The proposal and its evidence, `{path, paths?, rule, version, reason, reason_hi?, answers, uploads?}`
    each.

    `path` is a JSON pointer; where one reason stands behind several alike items, `paths` lists them all.
    """
    draft = brief.draft
    draft.site = {**_EMPTY_SITE, "attributes": {}}
    evidence = [_cite(brief, rule, part) for rule in rules for part in rule.apply(brief)]
    return {"site": draft.site, **{section: draft.items(section) for section in LISTS}}, evidence


def _cite(brief: Brief, rule: Rule, part: Part) -> dict[str, Any]:
    paths = list(_place(part, brief.draft))
    cited: dict[str, Any] = {
        "path": paths[0],
        "rule": rule.id,
        "version": rule.version,
        "reason": rule.reasons["en"].format_map(part.words),
        "answers": {
            slot: brief.answers.by_slot[slot] for slot in rule.rests_on if slot in brief.answers.by_slot
        },
    }
    if "hi" in rule.reasons:
        cited["reason_hi"] = rule.reasons["hi"].format_map(part.words)
    if len(paths) > 1:
        cited["paths"] = paths
    if part.uploads:
        cited["uploads"] = list(part.uploads)
    return cited


def _place(part: Part, draft: Draft) -> Iterator[str]:
    """Put the part in the draft; the paths it lands on."""
    for item in part.items:
        if part.section == "site":
            yield from _set_site(item, draft)
        else:
            yield from _set_item(part.section, item, draft)


def _set_site(fields: dict[str, Any], draft: Draft) -> Iterator[str]:
    for name, value in fields.items():
        if name == "attributes":
            draft.site["attributes"].update(value)
            yield from (f"/site/attributes/{key}" for key in value)
        else:
            draft.site[name] = value
            yield f"/site/{name}"


def _set_item(section: str, item: dict[str, Any], draft: Draft) -> Iterator[str]:
    items = draft.items(section)
    for index, known in enumerate(items):
        if known["code"] == item["code"]:
            known.update(item)
            yield from (f"/{section}/{index}/{name}" for name in item if name != "code")
            return
    items.append(dict(item))
    yield f"/{section}/{len(items) - 1}"
