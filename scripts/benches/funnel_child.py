"""What the bench of the funnel does inside the product's own environment; one JSON object per line of input.

Started as a process of its own: the bench's process is not the product's. Input lines: `{"do": "dashboard", "n": 40}`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import django

django.setup()

from scripts.benches import funnel_deeds  # noqa: E402 -- Django has to be set up first

DEEDS: dict[str, Callable[..., Any]] = {
    "load": funnel_deeds.load,
    "rebuild": funnel_deeds.rebuild,
    "read": funnel_deeds.read,
    "export": funnel_deeds.export,
    "freshness": funnel_deeds.freshness,
    "write": funnel_deeds.write,
    "judge": funnel_deeds.judge,
    "audit": funnel_deeds.audit,
}

if __name__ == "__main__":
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(DEEDS[asked.pop("do")](**asked)), flush=True)
