"""What a scan can end in, as errors."""

from __future__ import annotations

from apps.onboarding.errors import ProviderUnavailable, Unprocessable


class InfectedFile(Unprocessable):
    """The scanner found something. `extra` has its name for it: `signature`."""

    code = "infected_file"
    user_message = "This file holds a virus. It was not taken. Please have your device checked."
    next_actions = ("send_another_file", "check_the_device")


class ScannerUnavailable(ProviderUnavailable):
    """No file is taken unscanned, and the scanner cannot be asked."""

    code = "scanner_unavailable"
    user_message = "Files cannot be checked for viruses at the moment. Please send this one again shortly."
    next_actions = ("wait", "retry")
