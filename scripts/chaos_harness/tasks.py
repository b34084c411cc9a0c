"""The harness's Celery tasks, registered beside the product's own: each kind of `kinds` as it really behaves."""

from __future__ import annotations

import ctypes
import os
import random
import signal
import time

from celery import shared_task
from django.conf import settings

from apps.onboarding.errors import ProviderUnavailable, ServiceParked
from apps.task_ledger import execution, process
from apps.task_ledger.verdict import Verdict
from background_tasks.onboarding_base_task import OnboardingNetworkTask
from scripts.chaos_harness import effects
from scripts.chaos_harness.asked import chaos
from scripts.chaos_harness.scaling import scaled

_LONGER_THAN_LEASE_SECONDS = settings.TASK_LEDGER.lease_seconds + 1.5
_PARK_SECONDS = 10.0
_AN_HOUR_UNSCALED_SECONDS = 3600.0
_holding_the_lock = ctypes.PyDLL(None)
"""Calls into the C library that keep the interpreter's lock, as a careless C extension does."""

if chaos().far:
    process.this_host = lambda: "far-away/1"


class ChaosTask(OnboardingNetworkTask):
    """Decides as the product does; only the seconds are scaled, by the harness's settings."""

    abstract = True
    acks_late = True

    def decide_failure(self, error: BaseException, *, attempt: int) -> Verdict:
        return scaled(super().decide_failure(error, attempt=attempt))


@shared_task(base=ChaosTask, name="chaos_plain")
def plain(key: str) -> None:
    time.sleep(random.uniform(0, 0.02))
    effects.write(key, {"key": key})


@shared_task(base=ChaosTask, name="chaos_outside")
def outside(key: str) -> None:
    effects.ask_outside(key)
    effects.write(key)


@shared_task(base=ChaosTask, name="chaos_retried")
def retried(key: str) -> None:
    if effects.note_start() <= 1 + sum(key.encode()) % 2:
        raise ProviderUnavailable("not yet", service="chaos")
    effects.write(key)


@shared_task(base=ChaosTask, name="chaos_parks")
def parks(key: str) -> None:
    if effects.note_start() <= 1 + sum(key.encode()) % 3:
        raise ServiceParked(service="chaos", park_seconds=_PARK_SECONDS)
    effects.write(key)


@shared_task(base=ChaosTask, name="chaos_parked_long")
def parked_long(_key: str) -> None:
    raise ServiceParked(
        service="chaos_for_long", park_seconds=_AN_HOUR_UNSCALED_SECONDS / chaos().delay_scale
    )


@shared_task(base=ChaosTask, name="chaos_later")
def later(key: str) -> None:
    effects.write(key)


@shared_task(base=ChaosTask, name="chaos_late")
def late(key: str) -> None:
    effects.write(key)  # it must never come to this: the deadline is before the due time


@shared_task(base=ChaosTask, name="chaos_unserialisable")
def unserialisable(key: str) -> object:
    return object() if sum(key.encode()) % 2 else {"not a number": float("nan")}


@shared_task(base=ChaosTask, name="chaos_upcast")
def upcast(*, key: str, unit: str) -> None:
    assert unit == "of version 2"
    effects.write(key)


upcast.upcasters = {
    1: lambda args, kwargs: ([], {"key": args[0] if args else kwargs["key"], "unit": "of version 2"})
}


@shared_task(base=ChaosTask, name="chaos_no_way")
def no_way(*, key: str, unit: str) -> None:
    assert unit
    effects.write(key)


@shared_task(base=ChaosTask, name="chaos_hopeless")
def hopeless(_key: str) -> None:
    raise ValueError("no attempt can help")


@shared_task(base=ChaosTask, name="chaos_exhausted", max_retries=3)
def exhausted(_key: str) -> None:
    raise ProviderUnavailable("never", service="chaos")


@shared_task(base=ChaosTask, name="chaos_exits")
def exits(_key: str) -> None:
    raise SystemExit(3)


@shared_task(base=ChaosTask, name="chaos_memory")
def memory(_key: str) -> None:
    raise MemoryError


@shared_task(base=ChaosTask, name="chaos_poison")
def poison(_key: str) -> None:
    effects.note_start()
    os.kill(os.getpid(), signal.SIGKILL)


@shared_task(base=ChaosTask, name="chaos_overlong", soft_time_limit=None, time_limit=1)
def overlong(_key: str) -> None:
    effects.note_start()
    time.sleep(20)


@shared_task(base=ChaosTask, name="chaos_long")
def long(key: str) -> None:
    time.sleep(_LONGER_THAN_LEASE_SECONDS)
    effects.write(key)


@shared_task(base=ChaosTask, name="chaos_blocking")
def blocking(key: str) -> None:
    """Nothing in this process runs meanwhile, the heartbeat neither."""
    execution.extend_lease(_LONGER_THAN_LEASE_SECONDS + 2)
    _holding_the_lock.usleep(int(_LONGER_THAN_LEASE_SECONDS * 1e6))
    effects.write(key)
