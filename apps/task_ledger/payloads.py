"""Arguments that outlive the code they were committed for: versions, and the way from one to the next.

A task whose arguments change shape gets a new version in `settings.TASK_PAYLOAD_VERSIONS` and an upcaster on its class
for each version that may still lie in a row. What cannot be brought up to date is flagged, and never a `TypeError`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Protocol

from django.conf import settings

from apps.task_ledger import sealing
from apps.task_ledger.models import TaskRecord

Arguments = tuple[list[Any], dict[str, Any]]
Upcaster = Callable[[list[Any], dict[str, Any]], Arguments]
"""(args, kwargs) of its version -> those of the next."""


class HasPayload(Protocol):
    """What opening asks of a task."""

    name: str
    upcasters: Mapping[int, Upcaster]

    def run(self, *args: Any, **kwargs: Any) -> Any: ...


class CannotBind(Exception):
    """The arguments do not fit the code of now. The text names no value."""


def version_of(name: str) -> int:
    """The version that tasks of this name are committed with today."""
    return int(settings.TASK_PAYLOAD_VERSIONS.get(name, 1))


def open_for(task: HasPayload, record: TaskRecord) -> Arguments:
    """The arguments as the code of now takes them; `CannotBind` where it would not."""
    args, kwargs = open_up(task, record)
    check(task, args, kwargs)
    return args, kwargs


def open_up(task: HasPayload, record: TaskRecord) -> Arguments:
    """The arguments brought up to date, whether or not they fit; `CannotBind` where that cannot be."""
    try:
        args, kwargs = record.arguments()
    except sealing.CannotOpen as error:
        raise CannotBind(f"the sealed arguments do not open: {error}") from error
    return _upcast(task, record.payload_version, args, kwargs)


def check(task: HasPayload, args: list[Any], kwargs: Mapping[str, Any]) -> None:
    """`CannotBind` where the task's function does not take such arguments."""
    signature = _signature_of(task.run)
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        unknown = sorted(set(kwargs) - set(signature.parameters))
        raise CannotBind(
            f"{task.name} takes ({', '.join(signature.parameters)}); "
            f"given were {len(args)} by position and {len(kwargs)} by name, {len(unknown)} of them unknown"
        ) from error


def names_of(task: HasPayload) -> tuple[str, ...]:
    """The names of the task's parameters, in order."""
    return tuple(_signature_of(task.run).parameters)


@lru_cache(maxsize=256)
def _signature_of(run: Callable[..., Any]) -> inspect.Signature:
    """Kept, because a preview binds the arguments of a thousand tasks."""
    return inspect.signature(run)


def _upcast(task: HasPayload, version: int, args: list[Any], kwargs: dict[str, Any]) -> Arguments:
    wanted = version_of(task.name)
    if version > wanted:
        raise CannotBind(f"committed by newer code: payload version {version}, here {wanted}")
    for step in range(version, wanted):
        upcaster = task.upcasters.get(step)
        if upcaster is None:
            raise CannotBind(f"no way from payload version {step} to {step + 1}")
        try:
            args, kwargs = upcaster(args, kwargs)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            raise CannotBind(
                f"the way from payload version {step} to {step + 1} failed: {type(error).__name__}"
            ) from error
    return args, kwargs
