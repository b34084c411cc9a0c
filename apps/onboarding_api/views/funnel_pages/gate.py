"""Who may open the pages of the funnel, what they ask about, and what every page carries."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from rest_framework.exceptions import ValidationError

from apps.onboarding.errors import DomainError, NotFound
from apps.onboarding_api.serializers import analytics_queries as asks
from apps.onboarding_api.services import funnel_analytics

View = Callable[..., HttpResponse]
Asked = TypeVar("Asked", bound=asks.AudienceQuerySerializer)
_LOOK = "onboarding.view_conversationsession"


def funnel_page(view: View) -> View:
    """A page of the admin for who may view sessions. What cannot be answered is said on the first page."""

    @wraps(view)
    def allowed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(_LOOK):
            raise PermissionDenied
        try:
            funnel_analytics.require_on()
            return view(request, *args, **kwargs)
        except (DomainError, ValidationError) as error:
            detail = error.detail if isinstance(error, DomainError) else _first(error.detail)
            if isinstance(error, NotFound) and not request.GET:
                raise Http404(detail) from error
            if request.GET:
                messages.error(request, detail)
                return redirect("funnel:overview")
            return show(request, "unanswered", title="Funnel", detail=detail)

    guarded: View = admin.site.admin_view(require_safe(allowed))
    return guarded


def person(request: HttpRequest) -> User:
    """Who is signed in; the pages are open to nobody else."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def understood(kind: type[Asked], request: HttpRequest) -> Asked:
    """The parameters of the address but the page and those left empty. `InvalidInput` names what cannot be used."""
    given = {name: text for name, text in request.GET.items() if text and name != "page"}
    asked = kind(data=given)
    asked.is_valid(raise_exception=True)
    return asked


def show(request: HttpRequest, template: str, *, title: str, **context: Any) -> HttpResponse:
    request.current_app = admin.site.name  # Django's admin reads it there
    context |= {
        **admin.site.each_context(request),
        "title": title,
        "is_fullwidth": "1",
        "home": reverse("funnel:overview"),
        "content": f"admin/funnel/parts/{template}.html",
    }
    return render(request, "admin/funnel/page.html", context)


def _first(found: Any) -> str:
    """The first thing that is wrong, with the name of its field."""
    if isinstance(found, dict):
        name, inner = next(iter(found.items()))
        return f"{name}: {_first(inner)}"
    return _first(found[0]) if isinstance(found, list) else str(found)
