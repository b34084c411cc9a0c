"""Answers that need not be computed twice, and their entity tags.

What an answer depends on is its key: whose sessions (the exact set of scopes that the user may see at this moment,
not a name for it), the revision of each, the minute (open sessions grow older), the question, and the rules of
counting. The tag is a hash of the key; the kept answer lies under it. So an answer can be found only by who would
get the same one computed: another tenant's set of scopes is another key, and a right that was taken away is too.
Each process keeps its own, in memory, up to a size.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

from django.conf import settings

from apps.onboarding_api.services.funnel_analytics import definitions, moment
from apps.onboarding_api.services.funnel_analytics.asking import Question

FORM = 2
"""Rises where the form of answers changes, so that none of the form before is taken for one of now."""
MOST_BYTES = 16_000_000


class Kept:
    """Answers as JSON, the least lately used go first. Safe between threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._answers: OrderedDict[str, bytes] = OrderedDict()
        self._most, self._size, self._lock = most_bytes, 0, Lock()

    def find(self, tag: str) -> bytes | None:
        with self._lock:
            if tag in self._answers:
                self._answers.move_to_end(tag)
            return self._answers.get(tag)

    def keep(self, tag: str, answer: bytes) -> None:
        if len(answer) > self._most:
            return
        with self._lock:
            self._size += len(answer) - len(self._answers.get(tag, b""))
            self._answers[tag] = answer
            self._answers.move_to_end(tag)
            while self._size > self._most:
                _, oldest = self._answers.popitem(last=False)
                self._size -= len(oldest)

    def forget(self) -> None:
        with self._lock:
            self._answers.clear()
            self._size = 0

    def __len__(self) -> int:
        return len(self._answers)


kept = Kept()


def tag_of(question: Question, *, kind: str, parameters: dict[str, Any]) -> str:
    """The entity tag of the answer that would be computed now, without computing it."""
    scopes = question.audience.scopes
    found = "SELECT scope, revision FROM onboarding_funnelscope WHERE scope = ANY(%s)"
    revisions = dict(moment.rows(found, [list(scopes)]))
    key = {
        "form": FORM,
        "rule": [definitions.rule(), settings.FUNNEL.enough_sessions],
        "kind": kind,
        "scopes": {str(scope): revisions.get(scope, 0) for scope in scopes},
        "minute": question.now.replace(second=0, microsecond=0).isoformat(),
        "window": [question.window.start.isoformat(), question.window.end.isoformat()],
        "zone": question.zone.key,
        "cohort": list(question.cohort),
        "parameters": parameters,
    }
    plain = json.dumps(key, sort_keys=True, default=str).encode()
    return hashlib.sha256(plain).hexdigest()[:40]


def mark_of(live: dict[str, Any]) -> str:
    """What tells figures of one moment from those of another that say the same: `timestamp` and freshness left out."""
    said = {
        name: {key: value for key, value in figures.items() if key not in {"timestamp", "figures"}}
        for name, figures in live.items()
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:16]


def answered(tag: str, make: Callable[[], dict[str, Any]], write: Callable[[dict[str, Any]], bytes]) -> bytes:
    """The kept answer of that tag, or a new one, as JSON: written once by `write`, and told as it was written."""
    found = kept.find(tag)
    if found is None:
        found = write(make())
        kept.keep(tag, found)
    return found
