"""The web process."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intelliwiz_config.settings.local")
# Requests change threads here, and a connection belongs to a thread: without a pool each hop would open its own.
os.environ.setdefault("DATABASE_POOL_MAX", "20")
application = get_asgi_application()
