"""Who asks."""

from __future__ import annotations

from django.contrib.auth.models import User
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request


def signed_in(request: Request) -> User:
    """The user of an authenticated request; `NotAuthenticated` otherwise."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
