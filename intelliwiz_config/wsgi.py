"""The web process where only WSGI is at hand: streams and waits then hold a thread."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intelliwiz_config.settings.local")
django_application = get_wsgi_application()

from django.conf import settings  # noqa: E402 -- after the environment is set

from apps.onboarding_api.middleware.sign_in_door import WsgiSignInDoor  # noqa: E402 -- after Django is set up
from apps.onboarding_api.middleware.wsgi_body_guard import WsgiBodyGuard  # noqa: E402 -- after Django is set up
from apps.onboarding_api.middleware.wsgi_slow_body import WsgiSlowBodyGuard  # noqa: E402 -- after Django is set up
from apps.onboarding_api.services.antivirus import self_test  # noqa: E402 -- after Django is set up

application = WsgiSlowBodyGuard(
    WsgiSignInDoor(WsgiBodyGuard(django_application, max_bytes=settings.FILE_UPLOAD.max_body_bytes)),
    grace_seconds=settings.FILE_UPLOAD.body_grace_seconds,
    min_bytes_per_second=settings.FILE_UPLOAD.body_min_bytes_per_second,
    max_seconds=settings.FILE_UPLOAD.body_max_seconds,
)
self_test.begin()
