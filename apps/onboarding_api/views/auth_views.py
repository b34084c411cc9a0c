"""Tokens: sign in, and refresh."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from drf_spectacular.utils import extend_schema
from rest_framework_simplejwt.exceptions import InvalidToken
from rest_framework_simplejwt.serializers import TokenRefreshSerializer
from rest_framework_simplejwt.views import TokenObtainPairView, TokenRefreshView

from apps.onboarding_api.serializers import auth_serializers as shapes
from apps.onboarding_api.views import openapi


class StrictTokenRefreshSerializer(TokenRefreshSerializer):
    """A token of an account that is gone is no token."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        try:
            found: dict[str, str] = super().validate(attrs)
        except get_user_model().DoesNotExist as error:
            raise InvalidToken("the account of this token is gone") from error
        return found


@extend_schema(responses={200: shapes.TokenPairSerializer, **openapi.problems(400, 401)})
class TokenView(TokenObtainPairView):
    """Sign in: an access token, and a refresh token that gives more of them."""


@extend_schema(responses={200: shapes.AccessSerializer, **openapi.problems(400, 401)})
class RefreshView(TokenRefreshView):
    """A new access token for a refresh token."""

    serializer_class = StrictTokenRefreshSerializer
