"""The web process."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intelliwiz_config.settings.local")
# Requests change threads here, and a connection belongs to a thread: without a pool each hop would open its own.
os.environ.setdefault("DATABASE_POOL_MAX", "20")

django_application = get_asgi_application()

from django.conf import settings  # noqa: E402 -- after the environment is set

from apps.onboarding_api.middleware.body_guard import BodyGuard  # noqa: E402 -- after Django is set up
from apps.onboarding_api.middleware.sign_in_door import SignInDoor  # noqa: E402 -- after Django is set up
from apps.onboarding_api.middleware.slow_body import SlowBodyGuard  # noqa: E402 -- after Django is set up
from apps.onboarding_api.middleware.streamed_bodies import StreamedBodies  # noqa: E402 -- after Django is set up
from apps.onboarding_api.services.antivirus import self_test  # noqa: E402 -- after Django is set up

application = BodyGuard(
    SlowBodyGuard(
        SignInDoor(StreamedBodies(django_application)),
        grace_seconds=settings.FILE_UPLOAD.body_grace_seconds,
        min_bytes_per_second=settings.FILE_UPLOAD.body_min_bytes_per_second,
        max_seconds=settings.FILE_UPLOAD.body_max_seconds,
    ),
    max_bytes=settings.FILE_UPLOAD.max_body_bytes,
)
self_test.begin()
