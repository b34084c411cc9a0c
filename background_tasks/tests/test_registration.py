"""Services enqueue by name: every name must belong to a registered task."""

from __future__ import annotations

import re
from pathlib import Path

from celery import current_app
from django.conf import settings

from apps.task_ledger.celery_task import LedgerTask

SOURCES = Path(__file__).resolve().parents[2] / "apps"
_ENQUEUED = re.compile(r"""(?<!def )\benqueue\(\s*["'](\w+)["']""")


def ours() -> dict[str, object]:
    current_app.loader.import_default_modules()
    return {name: task for name, task in current_app.tasks.items() if not name.startswith("celery.")}


def test_every_enqueued_name_is_registered() -> None:
    sources = [path for path in SOURCES.rglob("*.py") if "tests" not in path.parts]
    names = {name for path in sources for name in _ENQUEUED.findall(path.read_text())}
    assert names, "the search must find the calls"
    assert names <= set(ours())


def test_every_routed_and_scheduled_and_critical_name_is_registered() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert set(settings.CELERY_TASK_ROUTES) | scheduled | set(settings.CRITICAL_CELERY_TASKS) <= set(ours())


def test_every_task_of_the_product_goes_through_the_ledger() -> None:
    assert [name for name, task in ours().items() if not isinstance(task, LedgerTask)] == []
