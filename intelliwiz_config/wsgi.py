"""The web process where only WSGI is at hand: streams and waits then hold a thread."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intelliwiz_config.settings.local")
application = get_wsgi_application()
