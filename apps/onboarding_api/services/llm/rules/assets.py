"""Assets: one item each, up to a bound; beyond it one item that carries the count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apps.onboarding_api.services.llm.rules.codes import distinct_stem
from apps.onboarding_api.services.llm.rules.rule import Brief, Part, rule, site

MAX_ITEMS_PER_KIND = 200
MAX_KINDS = 24
"""24 kinds of 200, and the cameras, stay within the 5,000 assets that a proposal may list."""

CAMERA, CAMERA_CODE = "cctv_camera", "cctv"


def _items(kind: str, count: int, *, code: str) -> tuple[dict[str, Any], ...]:
    title = kind.replace("_", " ").strip().capitalize()[:150] or "Asset"
    if count > MAX_ITEMS_PER_KIND:
        return (
            {
                "code": f"{code}-all",
                "name": f"{title} ({count:,} together)",
                "kind": kind[:60],
                "count": count,
            },
        )
    return tuple(
        {
            "code": f"{code}-{number:03d}",
            "name": f"{title} {number}" if count > 1 else title,
            "kind": kind[:60],
        }
        for number in range(1, count + 1)
    )


@rule(
    id="assets.listed",
    version=1,
    rests_on=("assets",),
    en="{count} x {kind} were answered; {how}.",
    hi="{kind}: {count} बताए गए, इसलिए उतने ही दर्ज हैं।",
)
def list_assets(brief: Brief) -> Iterator[Part]:
    taken: set[str] = set()
    for kind, count in brief.answers.counted("assets")[:MAX_KINDS]:
        items = _items(kind, count, code=distinct_stem(kind, fallback="asset", taken=taken))
        grouped = "count" in items[0]
        how = (
            "so many are kept as one item with its count"
            if grouped
            else "each is an item with a code of its own"
        )
        words = {"count": count, "kind": kind.replace("_", " "), "how": how}
        yield Part(section="assets", items=items, words=words)


@rule(
    id="assets.cameras",
    version=1,
    rests_on=("cctv", "cctv_cameras"),
    en="{count} cameras were answered; they are listed like other assets.",
    hi="{count} कैमरे बताए गए; वे अन्य उपकरणों की तरह दर्ज हैं।",
)
def list_cameras(brief: Brief) -> Iterator[Part]:
    """Nothing where the cameras are among the listed assets already."""
    count = brief.answers.number("cctv_cameras") or 0
    if count and all(asset["kind"] != CAMERA for asset in brief.draft.items("assets")):
        yield Part(section="assets", items=_items(CAMERA, count, code=CAMERA_CODE), words={"count": count})


@rule(
    id="assets.grouped",
    version=1,
    rests_on=("assets",),
    en="The counts of assets that are kept as one item stay with the site.",
    hi="एक साथ रखी गई वस्तुओं की संख्या साइट के साथ रहती है।",
)
def keep_grouped_counts(brief: Brief) -> Iterator[Part]:
    grouped = {asset["code"]: asset["count"] for asset in brief.draft.items("assets") if "count" in asset}
    if grouped:
        yield site(attributes={"grouped_assets": grouped})
