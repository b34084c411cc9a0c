"""Files that come in: checked, stored under a name of ours, attached to a session, understood in a worker.

What a worker makes of them is in `uploads.understanding`, which web processes do not load.
"""

from apps.onboarding_api.services.uploads.attaching import Told, attach, receive, take_in
from apps.onboarding_api.services.uploads.heard import keep_heard, keep_unheard, reopen_recording
from apps.onboarding_api.services.uploads.readings import confirm_reading
from apps.onboarding_api.services.uploads.storing import Stored, discard, open_file, store_file

__all__ = [
    "Stored",
    "Told",
    "attach",
    "confirm_reading",
    "discard",
    "keep_heard",
    "keep_unheard",
    "open_file",
    "receive",
    "reopen_recording",
    "store_file",
    "take_in",
]
