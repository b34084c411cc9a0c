"""The test run: the same real PostgreSQL, Redis and Celery; only passwords are hashed fast."""

import base64
import os

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
