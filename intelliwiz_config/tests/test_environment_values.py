"""A wrong environment value stops `manage.py check` with a line that names the variable."""

from __future__ import annotations

import base64
import importlib
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from unittest import mock

import pytest
from django.core.exceptions import ImproperlyConfigured

import intelliwiz_config

PACKAGE = "intelliwiz_config.settings"
ROOT = Path(__file__).resolve().parents[2]
KEY = "k1:" + base64.urlsafe_b64encode(bytes(range(32))).decode()
SECRET = "x9" * 30
SOUND = {
    "DJANGO_SECRET_KEY": SECRET,
    "SEALING_KEYS": KEY,
    "DATABASE_URL": "postgresql://onboarding@127.0.0.1:5432/onboarding",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "DJANGO_ALLOWED_HOSTS": "onboarding.example",
}


def check(settings: str, *options: str, **variables: str) -> tuple[int, str]:
    """Exit code and words of `manage.py check` in an environment that holds only these variables."""
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH") if name in os.environ
    }
    environment = {**kept, **variables, "DJANGO_SETTINGS_MODULE": f"intelliwiz_config.settings.{settings}"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", *options], cwd=ROOT, env=environment, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def problems(settings: str, **variables: str) -> list[str]:
    """The lines that `check` would print: the settings are imported afresh in an environment of these variables."""
    loaded = {name: sys.modules.pop(name) for name in list(sys.modules) if name.startswith(PACKAGE)}
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    try:
        with mock.patch.dict(os.environ, {**kept, **variables}, clear=True), suppress(ImproperlyConfigured):
            importlib.import_module(f"{PACKAGE}.{settings}")
        return list(sys.modules[f"{PACKAGE}.env"].problems)
    finally:
        for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
            del sys.modules[name]
        sys.modules.update(loaded)
        intelliwiz_config.settings = loaded[PACKAGE]  # the import bound the fresh one


def test_sound_values_leave_no_problem() -> None:
    assert problems("production", **SOUND) == []


def test_check_stops_and_names_the_variable() -> None:
    code, words = check("local", **SOUND, UPLOAD_MAX_FILE_BYTES="ten megabytes")
    assert code != 0
    assert "UPLOAD_MAX_FILE_BYTES must be a whole number" in words


WRONG = {
    "UPLOAD_MAX_FILE_BYTES": "10MB",
    "ONBOARDING_MAX_TEXT_CHARS": "-1",
    "ONBOARDING_SSE_HEARTBEAT_SECONDS": "often",
    "TASK_LEASE_SECONDS": "0",
    "JWT_ACCESS_MINUTES": "0",
    "ENABLE_SESSION_RECOVERY": "perhaps",
    "ENABLE_PII_REDACTION": "ja",
    "LOG_LEVEL": "LOUD",
    "LOG_FORMAT": "xml",
    "DATABASE_POOL_MAX": "lots",
    "DATABASE_PREPARE": "sometimes",
    "LLM_PROVIDER": "crystal-ball",
    "SPEECH_BASE_URL": "ftp://example.org",
    "VISION_TIMEOUT_SECONDS": "nan",
    "PII_VAULT_DAYS": "0",
}


def test_every_wrong_value_is_named_at_once() -> None:
    found = problems("local", **{**SOUND, **WRONG})
    for name in WRONG:
        assert [line for line in found if line.startswith(f"{name} must be")], f"{name} is not named"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "sqlite:///db.sqlite3"),
        ("REDIS_URL", "memcached://127.0.0.1"),
        ("SEALING_KEYS", "k1:dG9vIHNob3J0"),
    ],
)
def test_addresses_and_keys_of_the_wrong_kind_are_named(name: str, value: str) -> None:
    assert [line for line in problems("local", **{**SOUND, name: value}) if line.startswith(name)]


def test_a_problem_tells_no_secret() -> None:
    found = "\n".join(problems("local", **{**SOUND, "SEALING_KEYS": "k1:cGFzc3dvcmQtb2YtdGhlLWJvc3M="}))
    assert "cGFzc3dvcmQ" not in found
