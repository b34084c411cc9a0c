"""Files that are sent in pieces (tus 1.0), for phones on bad networks: the same checks, roles and quotas.

found = resumable_uploads.begin(session_id=..., user=..., kind=..., declared_bytes=..., name=..., told=...)
resumable_uploads.append(resumable_id=found.pk, at=0, data=...)      # as often as it takes
upload = resumable_uploads.finish(resumable_id=found.pk)
"""

from apps.onboarding_api.services.resumable_uploads.appending import (
    append,
    offset_of,
    require_alive,
    require_place,
)
from apps.onboarding_api.services.resumable_uploads.creating import (
    begin,
    discard,
    hold,
    keep_place,
    leave_place,
    new_token,
    take_place,
    terminate,
    visible,
)
from apps.onboarding_api.services.resumable_uploads.direct import complete
from apps.onboarding_api.services.resumable_uploads.finishing import finish
from apps.onboarding_api.services.resumable_uploads.upkeep import keep_leases, tend

__all__ = [
    "append",
    "begin",
    "complete",
    "discard",
    "finish",
    "hold",
    "keep_leases",
    "keep_place",
    "leave_place",
    "new_token",
    "offset_of",
    "require_alive",
    "require_place",
    "take_place",
    "tend",
    "terminate",
    "visible",
]
