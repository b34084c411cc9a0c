"""Who may open the pages of the dead letters, and what every page carries."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponse]
Trail = tuple[tuple[str, str], ...]
"""Titles and addresses of the pages above, outermost first."""

_LOOK = "task_ledger.view_taskrecord"
_ACT = "task_ledger.change_taskrecord"


def dlq_page(view: View) -> View:
    """A page of the admin: others than staff go to the sign-in, staff without the right get 403.

    Looking takes the right to view tasks, POST the right to change them besides.
    """

    @wraps(view)
    def allowed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(_LOOK) or (request.method == "POST" and not may_act(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    guarded: View = admin.site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(allowed))
    return guarded


def may_act(request: HttpRequest) -> bool:
    return request.user.has_perm(_ACT)


def actor(request: HttpRequest) -> User:
    """Who is signed in; the pages are open to nobody else."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def show(
    request: HttpRequest, template: str, *, title: str, trail: Trail = (), **context: Any
) -> HttpResponse:
    """The page; or, where the page itself asks what is new (htmx), only the part that changes."""
    context["may_act"] = may_act(request)
    if request.headers.get("HX-Request"):
        return render(request, f"admin/dlq/parts/{template}.html", context)
    request.current_app = admin.site.name  # Django's admin reads it there
    context |= {
        **admin.site.each_context(request),
        "title": title,
        "is_fullwidth": "1",
        "trail": (("Dead letters", reverse("dead_letters:overview")), *trail),
        "content": f"admin/dlq/parts/{template}.html",
    }
    return render(request, "admin/dlq/page.html", context)
