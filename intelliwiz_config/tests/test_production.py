"""Production settings refuse what is only good for a desk: demo accounts, default secrets, clear personal data."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from intelliwiz_config.tests.test_environment_values import ROOT, SOUND, check, problems


@pytest.mark.parametrize("name", sorted(SOUND))
def test_nothing_that_must_be_set_has_a_default(name: str) -> None:
    given = {key: value for key, value in SOUND.items() if key != name}
    assert [line for line in problems("production", **given) if line.startswith(f"{name} must be")]


def test_a_short_secret_key_is_refused() -> None:
    found = problems("production", **{**SOUND, "DJANGO_SECRET_KEY": "changeme"})
    assert [line for line in found if line.startswith("DJANGO_SECRET_KEY must be at least 40")]


def test_the_secret_key_of_tests_is_refused() -> None:
    key = "test-only-secret-key-that-signs-nothing-of-value"
    assert [
        line
        for line in problems("production", **{**SOUND, "DJANGO_SECRET_KEY": key})
        if "DJANGO_SECRET_KEY" in line
    ]


def test_the_sealing_key_of_tests_is_refused() -> None:
    key = "test:dGVzdC1vbmx5LXNlYWxpbmcta2V5LTMyLWJ5dGVzISE="
    assert [
        line for line in problems("production", **{**SOUND, "SEALING_KEYS": key}) if "SEALING_KEYS" in line
    ]


def test_clear_personal_data_is_refused() -> None:
    found = problems("production", **SOUND, ENABLE_PII_REDACTION="false")
    assert [line for line in found if "ENABLE_PII_REDACTION" in line]


def test_a_demo_password_is_refused() -> None:
    assert [line for line in problems("production", **SOUND, DEMO_PASSWORD="x") if "DEMO_PASSWORD" in line]


def test_every_host_at_once_is_refused() -> None:
    found = problems("production", **{**SOUND, "DJANGO_ALLOWED_HOSTS": "*"})
    assert [line for line in found if "DJANGO_ALLOWED_HOSTS" in line]


def test_check_stops_in_production_without_secrets() -> None:
    code, words = check("production")
    assert code != 0
    for name in SOUND:
        assert f"{name} must be set in production" in words


def test_sound_settings_pass_the_check_for_deployment() -> None:
    code, words = check("production", "--deploy", **SOUND)
    assert code == 0, words


def test_a_problem_stops_every_process_and_not_only_the_check() -> None:
    program = "import intelliwiz_config.settings.production"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "SEALING_KEYS must be set in production" in done.stderr


@pytest.mark.django_db
def test_demo_accounts_cannot_be_made(settings) -> None:
    from apps.onboarding.demo import DemoNotAllowed, load_demo

    settings.ENVIRONMENT = "production"
    with pytest.raises(DemoNotAllowed):
        load_demo()
