"""Shapes of tokens, as they are answered."""

from __future__ import annotations

from rest_framework import serializers


class AccessSerializer(serializers.Serializer):
    access = serializers.CharField(help_text="Send it as `Authorization: Bearer ...`.")


class TokenPairSerializer(AccessSerializer):
    refresh = serializers.CharField(help_text="Gives new access tokens at `auth/token/refresh/`.")
