"""Who may use an address at all. What a person may do for which client is the matter of `services.access`."""

from __future__ import annotations

from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView


class IsStaff(IsAuthenticated):
    """Those who run the platform (`is_staff`). Others get 403, and who is not signed in 401."""

    message = "Only those who run the platform may use this address."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(super().has_permission(request, view) and getattr(request.user, "is_staff", False))
