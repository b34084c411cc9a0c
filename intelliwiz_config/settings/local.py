"""One machine, embedded servers, demo accounts. Secrets come from `scripts/run`, which makes them once."""

from django.core.exceptions import ImproperlyConfigured

from intelliwiz_config.settings import env
from intelliwiz_config.settings.base import *

ENVIRONMENT = "local"
SECRET_KEY = env.text("DJANGO_SECRET_KEY")
if not SECRET_KEY:  # Django would say so too, without the name of the variable
    raise ImproperlyConfigured("DJANGO_SECRET_KEY must be set (scripts/run makes one)")
DEBUG = env.boolean("DJANGO_DEBUG", False)
DEMO_PASSWORD = env.text("DEMO_PASSWORD", "demo-password")
