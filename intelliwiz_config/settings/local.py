"""One machine, embedded servers, demo accounts. Secrets come from `scripts/run`, which makes them once."""

from intelliwiz_config.settings import env
from intelliwiz_config.settings.base import *

ENVIRONMENT = "local"
SECRET_KEY = env.text("DJANGO_SECRET_KEY")
DEBUG = env.boolean("DJANGO_DEBUG", False)
DEMO_PASSWORD = env.text("DEMO_PASSWORD", "demo-password")
