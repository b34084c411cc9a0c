"""The test run: the same real PostgreSQL, Redis and Celery; only passwords are hashed fast."""

import base64
import os
from dataclasses import replace

from intelliwiz_config.settings import env
from intelliwiz_config.settings.base import *

ENVIRONMENT = "test"
SECRET_KEY = env.text("DJANGO_SECRET_KEY", "test-only-secret-key-that-signs-nothing-of-value")
SIMPLE_JWT = {**SIMPLE_JWT, "SIGNING_KEY": SECRET_KEY}
SEALING_KEYS = SEALING_KEYS or (
    ("test", base64.urlsafe_b64decode(b"dGVzdC1vbmx5LXNlYWxpbmcta2V5LTMyLWJ5dGVzISE=")),
)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DEMO_PASSWORD = "demo-password"  # noqa: S105 -- the documented demo password, never accepted in production
ALLOWED_HOSTS = ["*"]

# Each process of a parallel run (pytest-xdist names them gw0, gw1 ...) has a Redis database of its own: 1 to 4.
# The stacks that tests start take those from 5 on.
_PLACE = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
REDIS_URL = with_database(REDIS_URL, 1 + _PLACE % 4)
CELERY_BROKER_URL = broker_url(REDIS_URL)
CACHES = {"default": {**CACHES["default"], "LOCATION": REDIS_URL}}

# Tests ask more often than people, all from one address. Those of the limits bring limits of their own.
RATE_LIMITING = replace(
    RATE_LIMITING,
    policies=tuple(replace(policy, quota=10**12) for policy in RATE_LIMITING.policies),
    fallback_quota=1_000,
    redis_timeout_seconds=1.0,
)
