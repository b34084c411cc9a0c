"""Tokens: sign in, and refresh."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from rest_framework_simplejwt.exceptions import InvalidToken
from rest_framework_simplejwt.serializers import TokenRefreshSerializer
from rest_framework_simplejwt.views import TokenRefreshView


class StrictTokenRefreshSerializer(TokenRefreshSerializer):
    """A token of an account that is gone is no token."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        try:
            found: dict[str, str] = super().validate(attrs)
        except get_user_model().DoesNotExist as error:
            raise InvalidToken("the account of this token is gone") from error
        return found


class RefreshView(TokenRefreshView):
    """A new access token for a refresh token."""

    serializer_class = StrictTokenRefreshSerializer
