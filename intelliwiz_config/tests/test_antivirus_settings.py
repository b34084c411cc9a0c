"""A virus scanner that is asked for has to be named, and whoever names one wants it asked."""

from __future__ import annotations

import pytest

from intelliwiz_config.settings.security import antivirus
from intelliwiz_config.tests.test_environment_values import SOUND, problems


@pytest.mark.parametrize("mode", ["required", "optional"])
def test_scanner_without_an_address_stops_the_check(mode: str) -> None:
    [line] = problems("production", **SOUND, UPLOAD_ANTIVIRUS=mode)
    assert "CLAMD_ADDRESS" in line
    assert mode in line


@pytest.mark.parametrize(
    "address",
    ["unix:///run/clamav/clamd.ctl", "tcp://scanner:3310", "tcp://127.0.0.1:3310", "tcp://[::1]:3310"],
)
def test_addresses_that_are_sound(address: str) -> None:
    assert problems("production", **SOUND, CLAMD_ADDRESS=address, UPLOAD_ANTIVIRUS="required") == []


@pytest.mark.parametrize(
    "address",
    ["/run/clamd.ctl", "unix://clamd.ctl", "scanner:3310", "tcp://scanner", "tcp://scanner:0", "http://x:1"],
)
def test_addresses_that_are_none(address: str) -> None:
    assert any("CLAMD_ADDRESS" in line for line in problems("production", **SOUND, CLAMD_ADDRESS=address))


def test_unknown_mode_is_named() -> None:
    assert any(
        "UPLOAD_ANTIVIRUS" in line for line in problems("production", **SOUND, UPLOAD_ANTIVIRUS="maybe")
    )


def test_mode_follows_the_address() -> None:
    assert antivirus._mode("", has_address=True) == "required"
    assert antivirus._mode("", has_address=False) == "off"
    assert antivirus._mode("off", has_address=True) == "off"
