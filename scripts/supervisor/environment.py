"""What the children see: the caller's environment, the local secrets, and the servers' addresses."""

import os
from collections.abc import Mapping

from scripts.supervisor.layout import VENV
from scripts.supervisor.options import Options

SETTINGS = "intelliwiz_config.settings"
# What scripts/celery_workers.sh needs to join a running copy.
SHARED = (
    "DATABASE_URL",
    "REDIS_URL",
    "DATA_DIR",
    "PORT",
    "DJANGO_SETTINGS_MODULE",
    "DJANGO_SECRET_KEY",
    "SEALING_KEYS",
)


def build(
    options: Options,
    *,
    secrets: Mapping[str, str],
    addresses: Mapping[str, str],
    caller: Mapping[str, str] = os.environ,
) -> dict[str, str]:
    """What the caller set wins over the kept secrets; `addresses` holds the embedded servers' URLs."""
    given = {key: value for key, value in caller.items() if value or key not in secrets}
    return {
        **secrets,
        **given,
        **addresses,
        "DATA_DIR": str(options.layout.data),
        "HOST": options.host,
        "PORT": str(options.port),
        "DJANGO_SETTINGS_MODULE": settings_module(caller),
        "PYTHONUNBUFFERED": "1",
        # glibc gives each thread memory of its own and returns little of it: a media worker keeps some 50 MB less so.
        "MALLOC_ARENA_MAX": caller.get("MALLOC_ARENA_MAX") or "2",
        "VIRTUAL_ENV": str(VENV),
        "PATH": f"{VENV / 'bin'}{os.pathsep}{caller.get('PATH', os.defpath)}",
    }


def settings_module(caller: Mapping[str, str], default: str = "local") -> str:
    """The product's own module that the caller named; one of some other project is not meant for us."""
    named = caller.get("DJANGO_SETTINGS_MODULE", "")
    return named if named.startswith(f"{SETTINGS}.") else f"{SETTINGS}.{default}"


def for_servers(caller: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Servers get no secrets: only what finds programs and names the language of messages."""
    return {"PATH": caller.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def shared(environment: Mapping[str, str]) -> dict[str, str]:
    return {key: environment[key] for key in SHARED if key in environment}


def embedded(caller: Mapping[str, str] = os.environ) -> frozenset[str]:
    """Which servers are to be started here: those whose address the caller did not give."""
    names = {"postgres": "DATABASE_URL", "redis": "REDIS_URL"}
    return frozenset(name for name, variable in names.items() if not caller.get(variable))
