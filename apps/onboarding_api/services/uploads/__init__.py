"""Files that come in: checked, stored under a name of ours, attached to a session, understood in a worker."""

from apps.onboarding_api.services.uploads.attaching import attach, receive
from apps.onboarding_api.services.uploads.readings import confirm_reading
from apps.onboarding_api.services.uploads.storing import Stored, discard, open_file, store_file
from apps.onboarding_api.services.uploads.understanding import fail_upload, understand_upload

__all__ = [
    "Stored",
    "attach",
    "confirm_reading",
    "discard",
    "fail_upload",
    "open_file",
    "receive",
    "store_file",
    "understand_upload",
]
