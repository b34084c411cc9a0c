"""`manage.py check`: a wrong environment variable stops the start with a line that names it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def check_environment(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 -- Django's signature
    problems: list[CheckMessage] = [Error(line, id="intelliwiz.E001") for line in settings.SETTINGS_PROBLEMS]
    if not settings.SECRET_KEY:
        problems.append(Error("DJANGO_SECRET_KEY must be set (scripts/run makes one)", id="intelliwiz.E002"))
    if not settings.SEALING_KEYS:
        problems.append(Error("SEALING_KEYS must be set (scripts/run makes one)", id="intelliwiz.E003"))
    return problems
