"""Where uploaded files lie: stored under random keys, handed out by short-lived links, deleted in their time.

`STORAGES["uploads"]` has what may be handed out, `STORAGES["quarantine"]` what came in and is not clean yet. Both are
folders below `MEDIA_ROOT`, or prefixes of an S3 bucket (`UPLOAD_STORAGE=s3`).
"""

from apps.onboarding_api.services.upload_storage.files import delete, open_file, save
from apps.onboarding_api.services.upload_storage.retention import forget_old_files
from apps.onboarding_api.services.upload_storage.serving import Served, Variant, follow, link
from apps.onboarding_api.services.upload_storage.sweeping import Swept, sweep

__all__ = [
    "Served",
    "Swept",
    "Variant",
    "delete",
    "follow",
    "forget_old_files",
    "link",
    "open_file",
    "save",
    "sweep",
]
