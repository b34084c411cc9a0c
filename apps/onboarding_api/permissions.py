"""Who may use an address at all. What a person may do for which client is the matter of `services.access`."""

from __future__ import annotations

from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView


class MendsTasks(IsAuthenticated):
    """Staff. An account that was given the right to view tasks, and not to change them, may only look."""

    message = "Only those who run the platform may use this address, and your account may not change tasks."

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        if not (super().has_permission(request, view) and getattr(user, "is_staff", False)):
            return False
        if request.method in SAFE_METHODS or user.has_perm("task_ledger.change_taskrecord"):
            return True
        return not user.has_perm("task_ledger.view_taskrecord")
