"""Production: nothing has a default that would be unsafe."""

from django.core.exceptions import ImproperlyConfigured

from intelliwiz_config.settings import env
from intelliwiz_config.settings.base import *

ENVIRONMENT = "production"

for name in ("DJANGO_SECRET_KEY", "SEALING_KEYS", "DATABASE_URL", "REDIS_URL", "DJANGO_ALLOWED_HOSTS"):
    if not env.text(name):
        env.problems.append(f"{name} must be set in production")
if len(SECRET_KEY) < 40 or SECRET_KEY.startswith("test-only"):
    env.problems.append(
        "DJANGO_SECRET_KEY must be at least 40 characters, and no key of tests, in production"
    )
if any(key_id == "test" for key_id, _ in SEALING_KEYS):
    env.problems.append("SEALING_KEYS must not hold the key of tests in production")
if "*" in ALLOWED_HOSTS:
    env.problems.append("DJANGO_ALLOWED_HOSTS must name the hosts in production")
if not PII.enabled:
    env.problems.append("ENABLE_PII_REDACTION must not be false in production")
if env.text("DEMO_PASSWORD"):
    env.problems.append("DEMO_PASSWORD must not be set in production: there are no demo accounts")

SECURE_SSL_REDIRECT = env.boolean("SECURE_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.boolean("TRUST_FORWARDED_PROTO", False) else None
)
SECURE_HSTS_SECONDS = env.integer("SECURE_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

if (
    env.problems
):  # also where no `manage.py check` runs before: the web server and the workers load this file alone
    raise ImproperlyConfigured("\n".join(["production cannot start:", *dict.fromkeys(env.problems)]))
