"""The web process."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intelliwiz_config.settings.local")
# Requests change threads here, and a connection belongs to a thread: without a pool each hop would open its own.
os.environ.setdefault("DATABASE_POOL_MAX", "20")

django_application = get_asgi_application()

from django.conf import settings  # noqa: E402 -- after the environment is set

from apps.onboarding_api.middleware.body_guard import BodyGuard  # noqa: E402 -- after Django is set up

FORM_OVERHEAD_BYTES = 1024 * 1024
application = BodyGuard(
    django_application, max_bytes=settings.FILE_UPLOAD.max_file_bytes + FORM_OVERHEAD_BYTES
)
